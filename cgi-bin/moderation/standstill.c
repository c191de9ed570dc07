/* /moderation/settings/pause: the whole service stands still, with a public banner, and goes on. */
#include "moderation.h"

#include "civic/pause.h"
#include "settings.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field pause_fields[] = {
	{ "pause", JSON_KIND_OBJECT, "the pause that is on, or null" },
	{ "pause.since", JSON_KIND_TIME, "since when" },
	{ "pause.reason", JSON_KIND_TEXT, "as everyone reads it" },
	{ 0 },
};

static const struct field fields[] = {
	{ "reason", FIELD_LINES, PAUSE_REASON_MIN, PAUSE_REASON_MAX, .label = N_("Public reason") },
	{ 0 },
};
static const struct field no_fields[] = { { 0 } };

static void
show(struct request *rq, json_t *values)
{
	json_t *pause = pause_now(rq->db, rq->community_id);

	show_settings(rq, "pause");
	form_show(rq, fields, values);
	json_object_set_new(rq->data, "pause", pause != NULL ? pause : json_null());
}

void
page_pause(struct request *rq)
{
	show(rq, json_object());
	reply_view(rq, 200, "moderation/pause");
}

static void
finish(struct request *rq, enum pause_result result, const char *message, const char *already)
{
	switch (result) {
	case PAUSE_DONE: reply_set(rq, "pause", message); break;
	case PAUSE_ALREADY: reply_problem(rq, 409, "already", already); break;
	case PAUSE_FAILED: request_fail(rq, "a pause could not be written"); break;
	}
}

void
post_pause(struct request *rq)
{
	if (!form_read(rq, fields))
		return;
	if (form_right(rq)) {
		finish(rq,
		    pause_begin(rq->db, rq->community_id, rq->session.person, form_text(rq, "reason")),
		    _("Petitions stand still. The banner is on every page within ten seconds."),
		    _("Petitions stand still already."));
		return;
	}
	if (!rq->json)
		show(rq, NULL);
	reply_invalid(rq, "moderation/pause");
}

void
post_pause_end(struct request *rq)
{
	if (!form_read(rq, no_fields))
		return;
	if (!form_right(rq))
		reply_problem(rq, 422, "invalid", _("Some fields need your attention."));
	else
		finish(rq, pause_end(rq->db, rq->community_id, rq->session.person),
		    _("Petitions go on; every term is prolonged by the pause."), _("Petitions do not stand still."));
}
