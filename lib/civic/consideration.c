#include "civic/consideration.h"

#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/workdays.h"
#include "civic/legal_clock.h"
#include "civic/lifecycle.h"
#include "data/tx.h"

const char *const verdicts[] = { "supported", "partly", "not_supported", NULL };

struct work {
	const struct act *act;
	const struct answer *answer;
	struct move move;
	enum consider_result result;
};

static bool
moved(struct db *db, struct work *w)
{
	SQL(is_there, "SELECT 1 FROM petition WHERE id = ? AND community_id = ? AND listed_at IS NOT NULL");

	switch (lifecycle_move(db, &w->move)) {
	case MOVE_DONE: return true;
	case MOVE_ELSEWHERE:
	case MOVE_FORBIDDEN:
		w->result = db_row(db, &is_there, ARGS(INT(w->act->petition), INT(w->act->community))) != NULL
		    ? CONSIDER_ELSEWHERE
		    : CONSIDER_UNKNOWN;
		return false;
	case MOVE_FAILED: return false;
	}
	return false;
}

static bool
just_move(struct db *db, void *ctx)
{
	return moved(db, ctx);
}

static enum consider_result
run(struct db *db, const struct act *a, const char *from, const char *to, const struct answer *answer,
    bool (*work)(struct db *db, void *ctx))
{
	struct work w = { .act = a, .answer = answer,
		.move = { .kind = "petition", .community = a->community, .subject = a->petition, .from = from,
		    .to = to, .actor = a->clerk, .program = "moderation", .operation = a->operation,
		    .note = a->note },
		.result = CONSIDER_FAILED };

	if (lifecycle_run(db, work, &w, &w.move) == TX_DONE)
		return CONSIDER_DONE;
	return db_failed(db) ? CONSIDER_FAILED : w.result;
}

enum consider_result
consider_start(struct db *db, const struct act *a)
{
	return run(db, a, "reached", "in_review", NULL, just_move);
}

/* When the decision was taken, as SQL takes it: the end of that day in Kyiv, or now where that is later.
 * False where it lies ahead, or before the step that it ends began. */
static bool
decided_at(struct db *db, const struct work *w, char out[static CLOCK_SQL])
{
	SQL(since, "SELECT MAX(started_at) AS since, UTC_TIMESTAMP() AS now FROM legal_step WHERE "
	           "kind = 'petition' AND subject_id = ? AND community_id = ? AND done_at IS NULL");
	json_t *row = db_row(db, &since, ARGS(INT(w->act->petition), INT(w->act->community)));
	const char *began = json_string_value(json_object_get(row, "since"));
	time_t now = 0, from = 0;
	int64_t day;

	if (row == NULL || !clock_parse(json_string_value(json_object_get(row, "now")), &now))
		return false;
	if (began != NULL)
		clock_parse(began, &from);
	if (str_empty(w->answer->decided_on)) {
		clock_sql_to(out, now);
		return true;
	}
	if (!day_parse(w->answer->decided_on, &day) || day > day_of(now) || (from != 0 && day < day_of(from)))
		return false;
	time_t at = day_end(day);
	clock_sql_to(out, at < now ? at : now);
	return true;
}

static bool
attach(struct db *db, struct work *w)
{
	int64_t id;

	if (w->answer->file == NULL)
		return true;
	switch (attachment_add(db, w->answer->file, &id)) {
	case ATTACHMENT_DONE: return true;
	case ATTACHMENT_FULL: w->result = CONSIDER_MANY; return false;
	case ATTACHMENT_FAILED: return false;
	}
	return false;
}

static bool
answer(struct db *db, void *ctx)
{
	SQL(write_answer, "UPDATE petition SET verdict = ?, answer = ?, answered_by = ?, "
	                  "answered_at = UTC_TIMESTAMP() WHERE id = ? AND community_id = ? AND answered_at IS NULL");
	struct work *w = ctx;
	const struct act *a = w->act;
	char decided[CLOCK_SQL];

	if (!decided_at(db, w, decided)) {
		w->result = db_failed(db) ? CONSIDER_FAILED : CONSIDER_DATE;
		return false;
	}
	w->move.done_on = decided;
	return moved(db, w) &&
	    db_exec(db, &write_answer, ARGS(TEXT(w->answer->verdict), TEXT(w->answer->text),
	        TEXT(w->answer->answered_by), INT(a->petition), INT(a->community))) == 1 &&
	    attach(db, w) && (str_eq(w->move.from, "appeal") || legal_answer(db, a->community, a->petition, decided));
}

enum consider_result
consider_answer(struct db *db, const struct act *a, const struct answer *with)
{
	return with->verdict != NULL ? run(db, a, "in_review", "answered", with, answer)
	                             : run(db, a, "appeal", "appeal_answered", with, answer);
}

static bool
begin_works(struct db *db, void *ctx)
{
	SQL(was_supported, "SELECT 1 FROM petition WHERE id = ? AND community_id = ? AND "
	                   "verdict IN ('supported', 'partly')");
	struct work *w = ctx;

	if (db_row(db, &was_supported, ARGS(INT(w->act->petition), INT(w->act->community))) == NULL) {
		w->result = CONSIDER_ELSEWHERE;
		return false;
	}
	return moved(db, w);
}

enum consider_result
consider_implement(struct db *db, const struct act *a)
{
	return run(db, a, "answered", "implementing", NULL, begin_works);
}

enum consider_result
consider_finish(struct db *db, const struct act *a)
{
	return run(db, a, "implementing", "implemented", NULL, just_move);
}

enum consider_result
milestone_add(struct db *db, const struct act *a, const struct milestone *m, int64_t *id)
{
	SQL(add_milestone,
	    "INSERT INTO milestone (community_id, petition_id, title, text, happened_on, author_id) "
	    "SELECT p.community_id, p.id, ?, ?, ?, ? FROM petition p WHERE p.id = ? AND p.community_id = ? AND "
	    "p.state IN ('implementing', 'implemented') AND (SELECT COUNT(*) FROM milestone n WHERE "
	    "n.petition_id = p.id AND n.community_id = p.community_id) < ?");
	SQL(state_of, "SELECT state FROM petition WHERE id = ? AND community_id = ? AND listed_at IS NOT NULL");
	int64_t n = db_exec(db, &add_milestone, ARGS(TEXT(m->title), TEXT(m->text), TEXT(m->happened_on),
	    INT(a->clerk), INT(a->petition), INT(a->community), INT(MILESTONES_MAX)));

	if (n == 1) {
		*id = db_last_id(db);
		return CONSIDER_DONE;
	}
	json_t *row = n == 0 ? db_row(db, &state_of, ARGS(INT(a->petition), INT(a->community))) : NULL;
	if (row == NULL)
		return db_failed(db) ? CONSIDER_FAILED : CONSIDER_UNKNOWN;
	return strncmp(json_string_value(json_object_get(row, "state")), "implement", 9) == 0
	    ? CONSIDER_MANY
	    : CONSIDER_ELSEWHERE;
}

json_t *
milestones(struct db *db, int64_t community, int64_t petition)
{
	SQL(milestones, "SELECT id, title, text, happened_on FROM milestone WHERE petition_id = ? AND "
	                "community_id = ? ORDER BY happened_on, id LIMIT 50");

	return db_rows(db, &milestones, ARGS(INT(petition), INT(community)));
}

int64_t
milestone_petition(struct db *db, int64_t community, int64_t milestone)
{
	SQL(milestone_petition, "SELECT p.id FROM milestone m JOIN petition p ON p.id = m.petition_id AND "
	                        "p.community_id = m.community_id WHERE m.id = ? AND m.community_id = ? AND "
	                        "p.state IN ('implementing', 'implemented')");

	return db_number(db, &milestone_petition, ARGS(INT(milestone), INT(community)), 0);
}
