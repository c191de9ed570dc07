/* /me/sessions: where the person is logged in; ending one, all others, or all. */
#include "cabinet.h"

#include "civic/account.h"
#include "web/form.h"
#include "web/i18n.h"
#include "web/problem.h"
#include "web/session.h"

const struct json_field sessions_fields[] = {
	{ "items", JSON_KIND_LIST, "your sessions in all communities, the latest used first" },
	{ "items[].id", JSON_KIND_INT, "number of the session" },
	{ "items[].device", JSON_KIND_TEXT, "browser and system as far as they were told: \"Firefox, Android\"; may be empty" },
	{ "items[].provider", JSON_KIND_TEXT, "id of the provider that you logged in with" },
	{ "items[].community", JSON_KIND_TEXT, "of which community" },
	{ "items[].began_at", JSON_KIND_TIME, "when you logged in" },
	{ "items[].seen_at", JSON_KIND_TIME, "when it was used last, to the minute" },
	{ "items[].ends_at", JSON_KIND_TIME, "when it ends at the latest" },
	{ "items[].at_counter", JSON_KIND_BOOL, "an operator opened it for you at a counter" },
	{ "items[].this", JSON_KIND_BOOL, "it is this one" },
	{ 0 },
};
const struct json_field ended_fields[] = {
	{ "ended", JSON_KIND_INT, "how many sessions were ended" },
	{ 0 },
};

/* GET /me/sessions */
void
page_sessions(struct request *rq)
{
	json_t *items = account_sessions(rq->db, rq->session.person, rq->lang), *shown = json_array(), *item;
	size_t i;

	json_array_foreach(items, i, item) {
		bool this = json_integer_value(json_object_get(item, "id")) == rq->session.id;
		json_object_set_new(item, "this", json_boolean(this));
		json_t *row = json_copy(item);
		json_object_set_new(row, "has_device",
		    json_boolean(*json_string_value(json_object_get(item, "device")) != '\0'));
		json_array_append_new(shown, row);
	}
	json_object_set(rq->data, "items", items);
	json_object_set_new(rq->page, "sessions", shown);
	json_object_set_new(rq->page, "has_others", json_boolean(json_array_size(items) > 1));
	reply_view(rq, 200, "cabinet/sessions");
}

static void
ended(struct request *rq, int64_t n, const char *message)
{
	json_object_set_new(rq->data, "ended", json_integer(n));
	flash(rq, message);
	reply_see_other(rq, "/me/sessions");
}

/* POST /me/sessions/{id}/end */
void
post_session_end(struct request *rq)
{
	if (!account_end_session(rq->db, rq->session.person, path_id(rq))) {
		if (!request_failed(rq))
			reply_not_found(rq);
		return;
	}
	ended(rq, 1, _("That session has ended."));
}

static const char *const all[] = { "1", NULL };
static const struct field end_form[] = {
	{ "all", FIELD_CHOICE, 0, 1, .choices = all, .label = N_("This session too") },
	{ 0 },
};

/* POST /me/sessions/end: the others, or with all=1 this one too. */
void
post_sessions_end(struct request *rq)
{
	if (!form_read(rq, end_form))
		return;
	if (!form_right(rq)) {
		reply_problem(rq, 422, "invalid", _("Choose which sessions are to end."));
		return;
	}
	bool this_too = *form_text(rq, "all") != '\0';
	int64_t n = account_end_sessions(rq->db, rq->session.person, this_too ? 0 : rq->session.id);
	if (n < 0)
		return;
	if (!this_too) {
		ended(rq, n, _("All other sessions have ended."));
		return;
	}
	session_end(rq);
	json_object_set_new(rq->data, "ended", json_integer(n));
	flash(rq, _("All your sessions have ended, this one too."));
	reply_see_other(rq, "/");
}
