/* GET /petitions/{id}: the petition, its course, its latest signers, and the panel to sign. */
#include "petitions.h"

#include <string.h>

#include "base/text.h"
#include "civic/petition.h"
#include "civic/refusal.h"
#include "web/problem.h"
#include "web/view.h"

enum { LATEST = 6 };

static const char *const sent[] = { "id", "title", "text", "state", "author_name", "submitted_at",
	"published_at", "closes_at", "threshold", "outside_count", "signature_count", NULL };

void
copy_columns(json_t *model, json_t *row, const char *const *names)
{
	for (; *names != NULL; names++)
		json_object_set(model, *names, json_object_get(row, *names));
}

void
show_outside(struct request *rq, json_t *p)
{
	json_object_set_new(rq->page, "has_outside",
	    json_boolean(json_integer_value(json_object_get(p, "outside_count")) > 0));
}

json_t *
petition_of_path(struct request *rq)
{
	json_t *p = petition_find(rq->db, rq->community_id, path_id(rq), rq->session.person,
	    (rq->roles & MODERATOR) != 0);

	if (p == NULL && !request_failed(rq))
		reply_not_found(rq);
	return p;
}

static json_t *
timeline(struct request *rq, int64_t id)
{
	static const struct {
		const char *state, *flag;
	} flags[] = { { "submitted", "is_submitted" }, { "returned", "is_returned" },
		{ "collecting", "is_published" }, { "refused", "is_refused" }, { "reached", "is_reached" },
		{ "not_reached", "is_not_reached" } };
	json_t *events = petition_timeline(rq->db, rq->community_id, id), *event;
	size_t i;

	json_array_foreach(events, i, event) {
		const char *state = json_string_value(json_object_get(event, "to_state"));
		for (size_t f = 0; f < sizeof flags / sizeof *flags; f++)
			json_object_set_new(event, flags[f].flag, json_boolean(str_eq(flags[f].state, state)));
		json_object_set_new(event, "note", json_null());
	}
	return events;
}

/* Which of the panel's states this reader sees. */
static void
show_panel(struct request *rq, json_t *p, const char *state)
{
	bool open = strcmp(state, "collecting") == 0;
	bool signed_it = !json_is_null(json_object_get(p, "signed_at"));
	bool resident = (rq->roles & RESIDENT) != 0, anyone = rq->session.person == 0;
	bool ended = strcmp(state, "reached") == 0 || strcmp(state, "not_reached") == 0;

	json_object_set_new(rq->page, "panel_anonymous", json_boolean(open && anyone));
	json_object_set_new(rq->page, "panel_signed", json_boolean(signed_it));
	json_object_set_new(rq->page, "panel_sign", json_boolean(open && !anyone && !signed_it && resident));
	json_object_set_new(rq->page, "panel_not_resident",
	    json_boolean(open && !anyone && !signed_it && !resident));
	json_object_set_new(rq->page, "panel_closed", json_boolean(ended && !signed_it));
	json_object_set(rq->page, "signed_at", json_object_get(p, "signed_at"));
}

static json_t *
refusal(json_t *p, const char *state)
{
	const char *code = json_string_value(json_object_get(p, "reason"));

	if (strcmp(state, "refused") != 0 || code == NULL)
		return json_null();
	return json_pack("{s:s, s:s, s:O, s:O}", "code", code, "label", refusal_label(code), "text",
	    json_object_get(p, "remarks"), "at", json_object_get(p, "decided_at"));
}

static json_t *
remarks(json_t *p, const char *state, bool mine)
{
	if (!mine || strcmp(state, "returned") != 0)
		return json_null();
	return json_pack("{s:O, s:O}", "text", json_object_get(p, "remarks"), "at",
	    json_object_get(p, "decided_at"));
}

void
page_show(struct request *rq)
{
	json_t *p = petition_of_path(rq);
	const char *next;

	if (p == NULL)
		return;
	const char *state = json_string_value(json_object_get(p, "state"));
	bool mine = json_is_true(json_object_get(p, "mine"));
	bool may_edit = mine && (strcmp(state, "draft") == 0 || strcmp(state, "returned") == 0);
	int64_t id = json_integer_value(json_object_get(p, "id"));
	int64_t threshold = json_integer_value(json_object_get(p, "threshold"));
	int64_t missing = threshold - json_integer_value(json_object_get(p, "signature_count"));
	json_t *card = petition_card(p);

	copy_columns(rq->data, p, sent);
	json_object_set_new(rq->data, "missing",
	    threshold == 0 ? json_null() : json_integer(missing > 0 ? missing : 0));
	json_object_set_new(rq->data, "refusal", refusal(p, state));

	petition_state_flags(rq->page, state);
	copy_columns(rq->page, card, (const char *const[]){ "has_count", "is_reached", "days_left",
	                                 "last_day", "content_lang", NULL });
	json_object_set_new(rq->page, "text_html",
	    view_safe(text_markdown(rq->pool, json_string_value(json_object_get(p, "text")))));
	json_object_set_new(rq->page, "timeline", timeline(rq, id));
	show_panel(rq, p, state);
	show_files(rq, id);
	show_outside(rq, p);
	json_object_set_new(rq->page, "mine", json_boolean(mine));
	json_object_set_new(rq->page, "may_edit", json_boolean(may_edit));
	json_object_set_new(rq->page, "may_submit", json_boolean(may_edit));
	json_object_set_new(rq->page, "remarks", remarks(p, state, mine));
	json_t *signers = petition_signers(rq->db, rq->pool, rq->community_id, id, NULL, LATEST, &next);
	json_object_set_new(rq->page, "has_signers", json_boolean(json_array_size(signers) > 0));
	json_object_set_new(rq->page, "signers", signers);
	json_object_set_new(rq->page, "named_count",
	    json_integer(json_integer_value(json_object_get(p, "signature_count")) -
	        json_integer_value(json_object_get(p, "outside_count"))));
	reply_cacheable(rq, 1);
	reply_view(rq, 200, "petitions/show");
}
