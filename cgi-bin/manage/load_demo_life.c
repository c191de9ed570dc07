/* manage load-demo, a petition's life after the signatures. */
#include "load_demo.h"

#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "civic/legal_clock.h"

enum { LATELY = 300 }; /* "0 days ago", in seconds */

static bool
has(json_t *life, const char *name)
{
	return json_is_integer(json_object_get(life, name));
}

/* The hours of an office on a working day. */
static time_t
when(struct demo *d, json_t *life, const char *name)
{
	int64_t days = demo_number(life, name);
	struct tm day = clock_kyiv(d->now - days * DAY);

	if (days == 0)
		return d->now - LATELY;
	if (day.tm_wday == 0 || day.tm_wday == 6)
		day.tm_mday -= day.tm_wday == 0 ? 2 : 1;
	day.tm_hour = 10 + (int)(days % 6);
	day.tm_min = 20;
	day.tm_isdst = -1;
	return mktime(&day);
}

const char *
demo_state(json_t *life, const char *base)
{
	static const struct {
		const char *member, *state;
	} last[] = { { "implemented_days_ago", "implemented" }, { "implementing_days_ago", "implementing" },
		{ "answered_days_ago", "answered" }, { "review_days_ago", "in_review" },
		{ "appeal_answered_days_ago", "appeal_answered" }, { "suspended_days_ago", "suspended" },
		{ "hidden_days_ago", "hidden" }, { "withdrawn_days_ago", "withdrawn" },
		{ "merged_days_ago", "merged" }, { "contested_days_ago", "contested" } };

	for (size_t i = 0; i < sizeof last / sizeof *last; i++)
		if (has(life, last[i].member))
			return last[i].state;
	return json_is_true(json_object_get(life, "appeal")) ? "appeal" : base;
}

time_t
demo_stopped(struct demo *d, json_t *life, time_t otherwise)
{
	static const char *const stops[] = { "suspended_days_ago", "hidden_days_ago", "merged_days_ago" };

	for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
		if (has(life, stops[i]))
			return when(d, life, stops[i]) - 60;
	return otherwise;
}

static void
step(struct demo *d, int64_t petition, const char *name, time_t from, time_t done)
{
	legal_brought(d->m->db, d->community, petition, name, from, done);
}

static void
answer(struct demo *d, int64_t petition, json_t *life, time_t at)
{
	SQL(add_answer, "UPDATE petition SET verdict = ?, answer = ?, answered_by = ?, answered_at = ? "
	                "WHERE id = ? AND community_id = ?");

	db_exec(d->m->db, &add_answer,
	    ARGS(TEXT(demo_text(life, "verdict")), TEXT(demo_text(life, "answer")),
	        TEXT(demo_text(life, "answered_by")), TEXT(clock_sql(d->m->pool, at)), INT(petition),
	        INT(d->community)));
}

static void
consider(struct demo *d, int64_t petition, json_t *life, time_t reached)
{
	SQL(add_milestone, "INSERT INTO milestone (community_id, petition_id, title, text, happened_on, author_id) "
	                   "SELECT community_id, id, ?, ?, ?, ? FROM petition WHERE id = ? AND community_id = ?");
	time_t review = when(d, life, "review_days_ago"), answered = when(d, life, "answered_days_ago");
	json_t *milestone;
	size_t i;

	if (!has(life, "review_days_ago")) {
		step(d, petition, "start", reached, 0);
		return;
	}
	step(d, petition, "start", reached, review);
	demo_event(d, petition, "reached", "in_review", d->clerk, review, NULL, NULL);
	if (!has(life, "answered_days_ago")) {
		step(d, petition, "decision", review, 0);
		return;
	}
	step(d, petition, "decision", review, answered);
	step(d, petition, "answer", answered, answered);
	demo_event(d, petition, "in_review", "answered", d->clerk, answered, NULL, NULL);
	answer(d, petition, life, answered);
	if (has(life, "implementing_days_ago"))
		demo_event(d, petition, "answered", "implementing", d->clerk,
		    when(d, life, "implementing_days_ago"), NULL, NULL);
	json_array_foreach(json_object_get(life, "milestones"), i, milestone) {
		char *day = clock_sql(d->m->pool, when(d, milestone, "days_ago"));
		day[10] = '\0';
		db_exec(d->m->db, &add_milestone,
		    ARGS(TEXT(demo_text(milestone, "title")), TEXT(demo_text(milestone, "text")), TEXT(day),
		        INT(d->clerk), INT(petition), INT(d->community)));
	}
	if (has(life, "implemented_days_ago"))
		demo_event(d, petition, "implementing", "implemented", d->clerk,
		    when(d, life, "implemented_days_ago"), NULL, NULL);
}

static void
appeal(struct demo *d, int64_t petition, json_t *life, time_t decided)
{
	time_t answered = when(d, life, "appeal_answered_days_ago");

	if (!json_is_true(json_object_get(life, "appeal")))
		return;
	demo_event(d, petition, "not_reached", "appeal", 0, decided + 1, NULL, NULL);
	step(d, petition, "appeal", decided, has(life, "appeal_answered_days_ago") ? answered : 0);
	if (!has(life, "appeal_answered_days_ago"))
		return;
	demo_event(d, petition, "appeal", "appeal_answered", d->clerk, answered, NULL, NULL);
	answer(d, petition, life, answered);
}

static void
put_aside(struct demo *d, int64_t petition, json_t *life, const char *state, time_t at)
{
	SQL(set_aside, "UPDATE petition SET state_before = 'collecting', paused_at = ?, notice_reason = ? "
	               "WHERE id = ? AND community_id = ?");
	const char *reason = demo_text(life, "reason");

	demo_event(d, petition, "collecting", state, d->moderator, at, NULL, reason);
	db_exec(d->m->db, &set_aside,
	    ARGS(TEXT(clock_sql(d->m->pool, at)), TEXT(reason), INT(petition), INT(d->community)));
}

static void
merge(struct demo *d, int64_t petition, json_t *life, int64_t author)
{
	SQL(titled, "SELECT id FROM petition WHERE title = ? AND community_id = ? LIMIT 1");
	SQL(lead_to, "UPDATE petition SET merged_into = ? WHERE id = ? AND community_id = ?");
	SQL(add_merge,
	    "INSERT INTO petition_merge (community_id, keep_id, close_id, proposed_by, proposed_at, "
	    "keep_agreed_at, close_agreed_at, ended_at, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'merged')");
	struct db *db = d->m->db;
	int64_t keep = db_number(db, &titled,
	    ARGS(TEXT(demo_text(life, "merged_into")), INT(d->community)), 0);
	time_t at = when(d, life, "merged_days_ago");
	struct db_value proposed = TEXT(clock_sql(d->m->pool, at - 7200)), joined = TEXT(clock_sql(d->m->pool, at));

	demo_event(d, petition, "collecting", "merged", author, at, NULL, NULL);
	db_exec(db, &lead_to, ARGS(INT(keep), INT(petition), INT(d->community)));
	db_exec(db, &add_merge, ARGS(INT(d->community), INT(keep), INT(petition), INT(d->moderator),
	    proposed, joined, joined, joined));
}

static void
contest(struct demo *d, int64_t petition, json_t *life, int64_t author)
{
	SQL(set_contested, "UPDATE petition SET contested_at = ? WHERE id = ? AND community_id = ?");
	time_t at = when(d, life, "contested_days_ago");

	demo_event(d, petition, "refused", "contested", author, at, NULL, demo_text(life, "note"));
	step(d, petition, "contest", at, 0);
	db_exec(d->m->db, &set_contested,
	    ARGS(TEXT(clock_sql(d->m->pool, at)), INT(petition), INT(d->community)));
}

void
demo_live(struct demo *d, int64_t petition, json_t *life, const char *base, int64_t author,
    const struct dates *at)
{
	bool reviewed = at->published != 0 || str_eq(base, "refused") || str_eq(base, "returned");

	if (at->submitted != 0 && !str_eq(base, "draft"))
		step(d, petition, "review", at->submitted,
		    !reviewed ? 0 : at->published != 0 ? at->published : at->decided);
	if (str_eq(base, "reached"))
		consider(d, petition, life, at->decided);
	else if (str_eq(base, "not_reached"))
		appeal(d, petition, life, at->decided);
	else if (has(life, "suspended_days_ago"))
		put_aside(d, petition, life, "suspended", when(d, life, "suspended_days_ago"));
	else if (has(life, "hidden_days_ago"))
		put_aside(d, petition, life, "hidden", when(d, life, "hidden_days_ago"));
	else if (has(life, "withdrawn_days_ago"))
		demo_event(d, petition, "collecting", "withdrawn", author,
		    at->published + 7200, NULL, NULL);
	else if (has(life, "merged_days_ago"))
		merge(d, petition, life, author);
	else if (has(life, "contested_days_ago"))
		contest(d, petition, life, author);
}
