#include "civic/petition_course.h"

#include <string.h>

#include "base/str.h"
#include "civic/legal_clock.h"
#include "web/i18n.h"

/* What an event is called; the first row that fits. from NULL: from anywhere. */
static const struct {
	const char *from, *to, *label;
	bool refuses;
} names[] = {
	{ "hidden", NULL, N_("Shown again"), false },
	{ NULL, "submitted", N_("Submitted"), false },
	{ NULL, "returned", N_("Returned for changes"), false },
	{ "contested", "collecting", N_("The refusal was reviewed, the petition is published"), false },
	{ "suspended", NULL, N_("Goes on after a suspension"), false },
	{ NULL, "collecting", N_("Reviewed and published"), false },
	{ "contested", "refused", N_("Another moderator confirmed the refusal"), true },
	{ NULL, "refused", N_("Not published"), true },
	{ NULL, "contested", N_("The author contested the refusal"), false },
	{ NULL, "reached", N_("Threshold reached"), false },
	{ NULL, "not_reached", N_("Signing ended, too few signatures"), false },
	{ NULL, "appeal", N_("Passed on as an ordinary appeal"), false },
	{ NULL, "appeal_answered", N_("Answered as an ordinary appeal"), false },
	{ NULL, "in_review", N_("The start of consideration is announced"), false },
	{ NULL, "answered", N_("The answer is published"), false },
	{ NULL, "implementing", N_("Being carried out"), false },
	{ NULL, "implemented", N_("Carried out"), false },
	{ NULL, "withdrawn", N_("Withdrawn by the author"), true },
	{ NULL, "merged", N_("Joined to another petition"), false },
	{ NULL, "suspended", N_("Suspended"), false },
	{ NULL, "hidden", N_("Hidden"), true },
};

/* The event that ends a step: the first one to one of these states after the step began. */
static const struct {
	const char *step, *ends[4];
} ends[] = {
	{ "review", { "returned", "refused", "collecting", NULL } },
	{ "contest", { "refused", "collecting", NULL } },
	{ "start", { "in_review", NULL } },
	{ "decision", { "answered", NULL } },
	{ "answer", { "answered", NULL } },
	{ "appeal", { "appeal_answered", NULL } },
};

/* What is still ahead of a state: steps by the law's order. */
static const struct {
	const char *state, *label, *step;
} ahead[] = {
	{ "returned", N_("Review by a moderator"), "review" },
	{ "submitted", N_("Gathering signatures"), NULL },
	{ "contested", N_("Gathering signatures"), NULL },
	{ "collecting", N_("The start of consideration is announced"), "start" },
	{ "collecting", N_("Consideration by the council"), "decision" },
	{ "collecting", N_("The answer is published"), "answer" },
	{ "suspended", N_("Goes on after the suspension"), NULL },
	{ "reached", N_("Consideration by the council"), "decision" },
	{ "reached", N_("The answer is published"), "answer" },
	{ "in_review", N_("The answer is published"), "answer" },
	{ "implementing", N_("Carried out"), NULL },
};

static const char *
text(json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

static bool
is_undo(json_t *event)
{
	return str_eq(text(event, "program"), "moderation") &&
	    (str_eq(text(event, "to_state"), "submitted") || str_eq(text(event, "to_state"), "contested"));
}

json_t *
petition_timeline(struct db *db, int64_t community, int64_t id)
{
	SQL(timeline, "SELECT from_state, to_state, program, created_at AS at FROM event WHERE "
	              "kind = 'petition' AND subject_id = ? AND community_id = ? AND to_state <> 'draft' "
	              "ORDER BY id LIMIT ?");
	json_t *rows = db_rows(db, &timeline, ARGS(INT(id), INT(community), INT(COURSE_EVENTS_MAX)));
	json_t *kept = json_array(), *event;
	size_t i;

	json_array_foreach(rows, i, event) {
		if (is_undo(event)) {
			if (json_array_size(kept) > 0)
				json_array_remove(kept, json_array_size(kept) - 1);
			continue;
		}
		json_object_del(event, "program");
		json_array_append(kept, event);
	}
	return kept;
}

static json_t *
item(const char *label, json_t *at)
{
	return json_pack("{s:s, s:O, s:b, s:b, s:b, s:n, s:[]}", "label", i18n_text(i18n_now(), label), "at", at,
	    "is_done", 0, "is_no", 0, "is_now", 0, "until", "terms");
}

static json_t *
item_of_event(json_t *event)
{
	const char *from = text(event, "from_state"), *to = text(event, "to_state");

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if ((names[i].from != NULL && !str_eq(names[i].from, from)) ||
		    (names[i].to != NULL && !str_eq(names[i].to, to)))
			continue;
		json_t *one = item(names[i].label, json_object_get(event, "at"));
		json_object_set_new(one, names[i].refuses ? "is_no" : "is_done", json_true());
		return one;
	}
	return item(to, json_object_get(event, "at"));
}

static void
add_term(json_t *to, json_t *step)
{
	static const char *const shown[] = { "label", "norm", "office", "due_at", "done_at", "late", "days_late",
		"paused" };
	json_t *term = json_object();

	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		json_object_set(term, shown[i], json_object_get(step, shown[i]));
	if (str_empty(text(step, "office")))
		json_object_set_new(term, "office", json_null());
	json_array_append_new(json_object_get(to, "terms"), term);
}

/* A term of the law that has not begun. */
static void
add_norm(json_t *to, const char *step)
{
	const struct legal_term *t = legal_term(step);

	if (t == NULL)
		return;
	json_t *term = json_pack("{s:s, s:s, s:n, s:n, s:n, s:b, s:i, s:b}", "label",
	    i18n_text(i18n_now(), t->label), "norm", i18n_text(i18n_now(), t->norm), "office", "due_at",
	    "done_at", "late", 0, "days_late", 0, "paused", 0);
	json_array_append_new(json_object_get(to, "terms"), term);
}

static bool
ended_by(const char *step, const char *to)
{
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		for (size_t j = 0; str_eq(ends[i].step, step) && ends[i].ends[j] != NULL; j++)
			if (str_eq(ends[i].ends[j], to))
				return true;
	return false;
}

/* Beside the event that ended it; NULL where none is there (it was dropped, or brought here). ISO
 * times of one form compare as texts. */
static json_t *
item_that_ended(json_t *step, json_t *events, json_t *items)
{
	const char *began = text(step, "started_at");
	json_t *event;
	size_t i;

	json_array_foreach(events, i, event)
		if (ended_by(text(step, "step"), text(event, "to_state")) && began != NULL &&
		    strcmp(text(event, "at"), began) >= 0)
			return json_array_get(items, i);
	return NULL;
}

static void
add_steps(json_t *items, json_t *events, json_t *steps)
{
	json_t *step, *one;
	size_t i;

	json_array_foreach(steps, i, step) {
		bool open = json_is_null(json_object_get(step, "done_at"));
		one = open ? NULL : item_that_ended(step, events, items);
		if (one == NULL) {
			one = item(text(step, "label"), json_object_get(step, "done_at"));
			json_object_set_new(one, open ? "is_now" : "is_done", json_true());
			json_array_append_new(items, one);
		}
		add_term(one, step);
	}
}

/* Gathering, a suspension and changes by the author are nobody's legal step. */
static void
add_present(json_t *items, json_t *petition, const char *state)
{
	static const struct {
		const char *state, *label;
	} present[] = { { "collecting", N_("Gathering signatures") },
		{ "returned", N_("Changes by the author") } };

	for (size_t i = 0; i < sizeof present / sizeof *present; i++) {
		if (!str_eq(present[i].state, state))
			continue;
		json_t *one = item(present[i].label, json_null());
		json_object_set_new(one, "is_now", json_true());
		if (str_eq(state, "collecting"))
			json_object_set(one, "until", json_object_get(petition, "closes_at"));
		json_array_append_new(items, one);
	}
}

json_t *
petition_course(json_t *petition, json_t *events, json_t *steps)
{
	const char *state = text(petition, "state");
	json_t *items = json_array(), *event;
	size_t i;

	json_array_foreach(events, i, event)
		json_array_append_new(items, item_of_event(event));
	add_steps(items, events, steps);
	add_present(items, petition, state);
	for (i = 0; i < sizeof ahead / sizeof *ahead; i++) {
		if (!str_eq(ahead[i].state, state))
			continue;
		json_t *one = item(ahead[i].label, json_null());
		if (ahead[i].step != NULL)
			add_norm(one, ahead[i].step);
		json_array_append_new(items, one);
	}
	return items;
}
