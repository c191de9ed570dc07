/* The author contests a refusal, once: another moderator decides. */
#include "petitions.h"

#include <inttypes.h>

#include "civic/petition.h"
#include "civic/refusal.h"
#include "web/i18n.h"
#include "web/problem.h"

enum { WHY_MIN = 20, WHY_MAX = 4000 };

static const struct field contest_form[] = {
	{ "why", FIELD_LINES, WHY_MIN, WHY_MAX, .label = N_("Why the refusal is wrong") },
	{ 0 },
};

static void
show_form(struct request *rq, json_t *p, int status)
{
	const char *code = json_string_value(json_object_get(p, "reason"));

	form_show(rq, contest_form, status == 200 ? json_object() : NULL);
	copy_columns(rq->data, p, (const char *const[]){ "id", "title", NULL });
	json_object_set(rq->page, "content_lang", json_object_get(p, "lang"));
	json_object_set_new(rq->page, "refusal",
	    json_pack("{s:s, s:O, s:O}", "label", code != NULL ? refusal_label(code) : "", "text",
	        json_object_get(p, "remarks"), "at", json_object_get(p, "decided_at")));
	if (status == 422)
		reply_invalid(rq, "petitions/contest");
	else
		reply_view(rq, status, "petitions/contest");
}

/* GET /petitions/{id}/contest */
void
page_contest(struct request *rq)
{
	json_t *p = petition_of_path(rq);

	if (p == NULL)
		return;
	if (!json_is_true(json_object_get(p, "mine")))
		reply_not_found(rq);
	else if (!may_contest(p))
		reply_see_other(rq, "/petitions/%" PRId64, path_id(rq));
	else
		show_form(rq, p, 200);
}

/* POST /petitions/{id}/contest */
void
post_contest(struct request *rq)
{
	int64_t id = path_id(rq);
	json_t *p = petition_of_path(rq);

	if (p == NULL || !form_read(rq, contest_form))
		return;
	if (!json_is_true(json_object_get(p, "mine"))) {
		reply_not_found(rq);
		return;
	}
	if (!form_right(rq) && may_contest(p)) {
		show_form(rq, p, 422);
		return;
	}
	switch (petition_contest(rq->db, rq->community_id, id, rq->session.person, form_text(rq, "why"), rq->id)) {
	case PETITION_DONE:
		json_object_set_new(rq->data, "id", json_integer(id));
		json_object_set_new(rq->data, "state", json_string("contested"));
		flash(rq, _("Your appeal is sent. Another moderator decides within two working days."));
		reply_see_other(rq, "/petitions/%" PRId64, id);
		break;
	case PETITION_CLOSED:
		reply_problem(rq, 409, "contested",
		    _("This refusal cannot be appealed here: it has been, or the petition is in another state."));
		break;
	case PETITION_UNKNOWN: reply_not_found(rq); break;
	case PETITION_TOO_MANY:
	case PETITION_UNFINISHED:
	case PETITION_FAILED: request_fail(rq, "a refusal could not be contested"); break;
	}
}
