/* What every page of the desk has: its sections, the petition, and the answers after an act. */
#include "moderation.h"

#include "civic/desk.h"
#include "civic/petition.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field decided_fields[] = {
	{ "id", JSON_KIND_INT, "number" },
	{ "state", JSON_KIND_TEXT, "its state now" },
	{ 0 },
};

unsigned
parts_of(const struct request *rq)
{
	unsigned all = DESK_REVIEW | DESK_DECISION;

	return rq->roles & ADMINISTRATOR
	    ? all
	    : (rq->roles & MODERATOR ? DESK_REVIEW : 0) | (rq->roles & CLERK ? DESK_DECISION : 0);
}

void
show_sections(struct request *rq, const char *current)
{
	static const char *const sections[] = { "queue", "residence", "statistics", "settings" };
	json_t *model = json_object();

	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		json_object_set_new(model, sections[i], json_boolean(str_eq(sections[i], current)));
	json_object_set_new(rq->page, "section", model);
	json_object_set_new(rq->page, "confirms", json_boolean((rq->roles & (CLERK | ADMINISTRATOR)) != 0));
	json_object_set_new(rq->page, "administers", json_boolean((rq->roles & ADMINISTRATOR) != 0));
}

json_t *
petition_of_desk(struct request *rq)
{
	json_t *p = petition_find(rq->db, rq->community_id, path_id(rq), rq->session.person, true);
	bool draft = str_eq(state_of(p), "draft"); /* one's own: staff or not, its place is elsewhere */

	if ((p == NULL || draft) && !request_failed(rq))
		reply_not_found(rq);
	return draft ? NULL : p;
}

const char *
state_of(const json_t *petition)
{
	return json_string_value(json_object_get(petition, "state"));
}

void
show_heading(struct request *rq, json_t *p)
{
	json_object_set_new(rq->page, "petition",
	    json_pack("{s:O, s:O, s:O}", "id", json_object_get(p, "id"), "title",
	        json_object_get(p, "title"), "content_lang", json_object_get(p, "lang")));
	show_sections(rq, "");
	petition_state_flags(rq->page, state_of(p));
}

void
reply_done(struct request *rq, const char *state, const char *message)
{
	json_object_set_new(rq->data, "id", json_integer(path_id(rq)));
	json_object_set_new(rq->data, "state", json_string(state));
	flash(rq, message);
	reply_see_other(rq, "/moderation/petitions/%" PRId64, path_id(rq));
}

void
reply_undecided(struct request *rq, enum moderation_result result)
{
	switch (result) {
	case MODERATION_OWN:
		reply_problem(rq, 403, "own-petition",
		    _("This petition is your own: another moderator must decide of it."));
		break;
	case MODERATION_SECOND:
		reply_problem(rq, 403, "second-moderator",
		    _("You refused this petition: another moderator must decide of the author’s appeal."));
		break;
	case MODERATION_LATE:
		reply_problem(rq, 409, "too-late",
		    _("It is too late to undo this: ten seconds have passed, or somebody has signed."));
		break;
	case MODERATION_CHANGED:
		reply_problem(rq, 409, "changed",
		    _("The author has sent another text meanwhile. Open the petition again and read it."));
		break;
	case MODERATION_DECIDED:
		reply_problem(rq, 409, "decided",
		    _("The petition is not in a state any more that allows this. Open it again and look."));
		break;
	case MODERATION_UNKNOWN: reply_not_found(rq); break;
	case MODERATION_DONE:
	case MODERATION_FAILED: request_fail(rq, "a decision could not be written"); break;
	}
}
