/* /moderation/petitions/{id}/join: proposing to both authors that this petition joins another one;
 * POST /moderation/joins/{id}/withdraw: taking a proposal back. */
#include "moderation.h"

#include "civic/merge.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field join_fields[] = {
	{ "id", JSON_KIND_INT, "the petition that would close" },
	{ "keep", JSON_KIND_INT, "the petition that would go on" },
	{ 0 },
};

const struct json_field join_withdrawn_fields[] = {
	{ "id", JSON_KIND_INT, "number of the proposal" },
	{ 0 },
};

static const struct field fields[] = {
	{ "keep", FIELD_NUMBER, 1, 999999999999999, .label = N_("Number of the petition that goes on") },
	{ "note", FIELD_LINES, EXPLANATION_MIN, MERGE_NOTE_MAX, .label = N_("Why they should join") },
	{ 0 },
};

static void
show_form(struct request *rq, json_t *p, json_t *values)
{
	show_heading(rq, p);
	form_show(rq, fields, values);
}

void
page_join(struct request *rq)
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL || !act_allowed(rq, p, "join"))
		return;
	show_form(rq, p, json_object());
	reply_view(rq, 200, "moderation/join");
}

static void
propose(struct request *rq)
{
	switch (merge_propose(rq->db, rq->community_id, form_number(rq, "keep"), path_id(rq),
	    rq->session.person, form_text(rq, "note"))) {
	case MERGE_DONE:
		json_object_set_new(rq->data, "id", json_integer(path_id(rq)));
		json_object_set_new(rq->data, "keep", json_integer(form_number(rq, "keep")));
		flash(rq, _("Proposed to both authors. Nothing changes until both agree."));
		reply_see_other(rq, "/moderation/petitions/%" PRId64, path_id(rq));
		break;
	case MERGE_UNKNOWN: form_error(rq, "keep", _("There is no public petition of this number.")); break;
	case MERGE_SAME:
		form_error(rq, "keep",
		    _("Two petitions of the same author, of an unknown one, or one with itself cannot join."));
		break;
	case MERGE_CLOSED: form_error(rq, "keep", _("Both petitions must be gathering signatures.")); break;
	case MERGE_OPEN:
		form_error(rq, "keep", _("A proposal to join this petition to another one is open already."));
		break;
	case MERGE_AGREED:
	case MERGE_FAILED: request_fail(rq, "a proposal could not be written"); break;
	}
}

void
post_join(struct request *rq)
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL || !act_allowed(rq, p, "join") || !form_read(rq, fields))
		return;
	if (form_right(rq))
		propose(rq);
	if (form_right(rq))
		return;
	if (!rq->json)
		show_form(rq, p, NULL);
	reply_invalid(rq, "moderation/join");
}

void
post_join_withdraw(struct request *rq)
{
	int64_t close = 0;

	switch (merge_withdraw(rq->db, rq->community_id, path_id(rq), &close)) {
	case MERGE_DONE:
		json_object_set_new(rq->data, "id", json_integer(path_id(rq)));
		flash(rq, _("The proposal is taken back; both authors are told."));
		reply_see_other(rq, "/moderation/petitions/%" PRId64, close);
		break;
	case MERGE_CLOSED:
		reply_problem(rq, 409, "decided", _("There is no such proposal that waits (any more)."));
		break;
	case MERGE_UNKNOWN: reply_not_found(rq); break;
	case MERGE_AGREED:
	case MERGE_SAME:
	case MERGE_OPEN:
	case MERGE_FAILED: request_fail(rq, "a proposal could not be taken back"); break;
	}
}
