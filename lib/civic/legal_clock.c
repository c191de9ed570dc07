#include "civic/legal_clock.h"

#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "civic/notice.h"
#include "data/tx.h"
#include "web/i18n.h"
#include "web/route.h"

const struct legal_term legal_terms[] = {
	{ "review", 2, true, false, N_("Publish or refuse"),
	    N_("Article 23-1 of the Law “On Citizens’ Appeals”: two working days from sending") },
	{ "contest", 2, true, false, N_("Review the refusal again"),
	    N_("Articles 16 and 23-1 of the Law “On Citizens’ Appeals”: two working days") },
	{ "start", 3, true, true, N_("Announce the start of consideration"),
	    N_("Article 23-1 of the Law “On Citizens’ Appeals”: three working days after the threshold") },
	{ "decision", 10, true, true, N_("Consider the petition"),
	    N_("Article 23-1 of the Law “On Citizens’ Appeals”: ten working days from the announcement") },
	{ "answer", 1, true, true, N_("Publish the answer and send it to the author"),
	    N_("Article 23-1 of the Law “On Citizens’ Appeals”: the next working day after the decision") },
	{ "appeal", 30, false, true, N_("Answer as an ordinary appeal"),
	    N_("Articles 20 and 23-1 of the Law “On Citizens’ Appeals”: one month") },
	{ NULL, 0, false, false, NULL, NULL },
};

const struct legal_term *
legal_term(const char *step)
{
	for (const struct legal_term *t = legal_terms; t->step != NULL; t++)
		if (str_eq(t->step, step))
			return t;
	return NULL;
}

static const char *
text(json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

void
calendar_read(struct db *db, int64_t community, struct calendar *c)
{
	SQL(holidays_off, "SELECT holidays_off FROM petition_rules WHERE community_id = ? "
	                  "ORDER BY version DESC LIMIT 1");
	SQL(holidays, "SELECT day, works FROM holiday WHERE community_id = ? "
	              "AND day > UTC_TIMESTAMP() - INTERVAL 1 YEAR ORDER BY day LIMIT ?");
	json_t *row = db_row(db, &holidays_off, ARGS(INT(community)));
	size_t i;

	*c = (struct calendar){ .holidays_off = json_is_true(json_object_get(row, "holidays_off")) };
	json_t *rows = db_rows(db, &holidays, ARGS(INT(community), INT(CALENDAR_DAYS_MAX)));
	json_array_foreach(rows, i, row)
		if (day_parse(text(row, "day"), &c->days[c->count].day))
			c->days[c->count++].works = json_is_true(json_object_get(row, "works"));
}

static time_t
due(struct db *db, int64_t community, const struct legal_term *t, time_t from)
{
	struct calendar c;

	if (!t->working)
		return days_after(from, t->days);
	calendar_read(db, community, &c);
	return workdays_after(&c, from, t->days);
}

static bool
begin(struct db *db, const struct move *m, const char *step, time_t from, time_t done)
{
	SQL(office, "SELECT office_review, office_decision FROM petition_rules WHERE community_id = ? "
	            "ORDER BY version DESC LIMIT 1");
	SQL(begin_step,
	    "INSERT INTO legal_step (community_id, kind, subject_id, step, office, started_at, due_at, "
	    "done_at, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
	const struct legal_term *t = legal_term(step);
	char started[CLOCK_SQL], ends[CLOCK_SQL], ended[CLOCK_SQL];
	json_t *row = db_row(db, &office, ARGS(INT(m->community)));
	const char *by = text(row, t->decides ? "office_decision" : "office_review");

	clock_sql_to(started, from);
	clock_sql_to(ends, due(db, m->community, t, from));
	clock_sql_to(ended, done);
	return db_exec(db, &begin_step,
	           ARGS(INT(m->community), TEXT(m->kind), INT(m->subject), TEXT(step),
	               TEXT(by != NULL ? by : ""), TEXT(started), TEXT(ends), done != 0 ? TEXT(ended) : NUL,
	               TEXT(done != 0 ? "done" : NULL))) == 1;
}

static time_t
database_now(struct db *db)
{
	SQL(now, "SELECT UTC_TIMESTAMP() AS at");

	return db_time(db_row(db, &now, NO_ARGS), "at");
}

static bool
end(struct db *db, const struct move *m, const char *outcome)
{
	SQL(end_step, "UPDATE legal_step SET done_at = COALESCE(?, UTC_TIMESTAMP()), outcome = ? WHERE "
	              "kind = ? AND subject_id = ? AND community_id = ? AND done_at IS NULL");

	return db_exec(db, &end_step, ARGS(TEXT(m->done_on), TEXT(outcome), TEXT(m->kind), INT(m->subject),
	    INT(m->community))) >= 0;
}

static bool
pause_step(struct db *db, const struct move *m)
{
	SQL(pause_step, "UPDATE legal_step SET paused_at = UTC_TIMESTAMP() WHERE kind = ? AND "
	                "subject_id = ? AND community_id = ? AND done_at IS NULL AND paused_at IS NULL");

	return db_exec(db, &pause_step, ARGS(TEXT(m->kind), INT(m->subject), INT(m->community))) >= 0;
}

/* As many days from `from` on as had remained when the clock stopped; what was overdue then stays so. */
static bool
resume(struct db *db, int64_t community, json_t *row, time_t stopped, time_t from)
{
	SQL(resume_step, "UPDATE legal_step SET due_at = ?, paused_at = NULL WHERE id = ? AND community_id = ?");
	const struct legal_term *t = legal_term(text(row, "step"));
	time_t ends = db_time(row, "due_at");
	struct calendar c;
	char sql[CLOCK_SQL];

	if (stopped <= ends && t != NULL && t->working) {
		calendar_read(db, community, &c);
		ends = workdays_after(&c, from, workdays_between(&c, stopped, ends));
	} else if (stopped <= ends) {
		ends = days_after(from, (int)(day_of(ends) - day_of(stopped)));
	}
	clock_sql_to(sql, ends);
	return db_exec(db, &resume_step,
	           ARGS(TEXT(sql), INT(json_integer_value(json_object_get(row, "id"))), INT(community))) >= 0;
}

#define PAUSE_SINCE \
	"(SELECT GREATEST(z.since, l.started_at) FROM community_pause z WHERE z.community_id = l.community_id AND "

static bool
resume_step_of(struct db *db, const struct move *m)
{
	/* Two pauses may lie over each other. Where the community's was on when this one began, the clock had
	 * stopped with that; where it is on now, what remains is counted from its beginning, as its end
	 * (legal_resume_all()) will count. */
	SQL(paused_step,
	    "SELECT l.id, l.step, l.due_at, COALESCE(" PAUSE_SINCE "z.since <= l.paused_at AND (z.until IS NULL OR "
	    "z.until > l.paused_at) ORDER BY z.id DESC LIMIT 1), l.paused_at) AS stopped_at, COALESCE(" PAUSE_SINCE
	    "z.until IS NULL), UTC_TIMESTAMP()) AS goes_on_at FROM legal_step l WHERE l.kind = ? AND "
	    "l.subject_id = ? AND l.community_id = ? AND l.done_at IS NULL AND l.paused_at IS NOT NULL "
	    "ORDER BY l.id DESC LIMIT 1");
	json_t *row = db_row(db, &paused_step, ARGS(TEXT(m->kind), INT(m->subject), INT(m->community)));

	return row == NULL ? !db_failed(db)
	                   : resume(db, m->community, row, db_time(row, "stopped_at"), db_time(row, "goes_on_at"));
}

static bool
undo_step(struct db *db, const struct move *m)
{
	SQL(undo_step, "UPDATE legal_step SET done_at = NULL, outcome = NULL WHERE kind = ? AND "
	               "subject_id = ? AND community_id = ? AND outcome = 'done' ORDER BY id DESC LIMIT 1");

	return db_exec(db, &undo_step, ARGS(TEXT(m->kind), INT(m->subject), INT(m->community))) >= 0;
}

bool
legal_step_change(struct db *db, const struct move *m, const struct transition *t)
{
	switch (t->change) {
	case STEP_DONE:
		return end(db, m, "done") &&
		    (t->step == NULL || begin(db, m, t->step, database_now(db), 0));
	case STEP_DROP: return end(db, m, "dropped");
	case STEP_PAUSE: return pause_step(db, m);
	case STEP_RESUME: return resume_step_of(db, m);
	case STEP_UNDO: return undo_step(db, m);
	}
	return false;
}

bool
legal_answer(struct db *db, int64_t community, int64_t petition, const char *decided)
{
	struct move m = { .kind = "petition", .community = community, .subject = petition };
	time_t from = 0;

	return decided != NULL && clock_parse(decided, &from) && begin(db, &m, "answer", from, database_now(db));
}

bool
legal_brought(struct db *db, int64_t community, int64_t petition, const char *step, time_t from,
    time_t done)
{
	struct move m = { .kind = "petition", .community = community, .subject = petition };

	return begin(db, &m, step, from, done);
}

struct overdue {
	int64_t id, community, subject;
	const char *step;
};

static bool
tell(struct db *db, void *ctx)
{
	SQL(mark_told, "UPDATE legal_step SET told_at = UTC_TIMESTAMP() WHERE id = ? AND community_id = ? AND "
	               "told_at IS NULL AND done_at IS NULL");
	const struct overdue *o = ctx;
	const struct legal_term *t = legal_term(o->step);

	if (db_exec(db, &mark_told, ARGS(INT(o->id), INT(o->community))) == 1)
		notice_to_staff(db, o->community, "petition", o->subject, "step-overdue",
		    (t != NULL && t->decides ? CLERK : MODERATOR) | ADMINISTRATOR);
	return !db_failed(db);
}

bool
legal_tell_overdue(struct db *db)
{
	SQL(overdue, "SELECT id, community_id, subject_id, step FROM legal_step l WHERE done_at IS NULL AND "
	             "told_at IS NULL AND paused_at IS NULL AND kind = 'petition' AND due_at < UTC_TIMESTAMP() "
	             "AND NOT EXISTS (SELECT 1 FROM community_pause z WHERE z.community_id = l.community_id AND "
	             "z.until IS NULL) ORDER BY due_at LIMIT 100");
	json_t *rows = db_rows(db, &overdue, NO_ARGS), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		struct overdue o = { json_integer_value(json_object_get(row, "id")),
			json_integer_value(json_object_get(row, "community_id")),
			json_integer_value(json_object_get(row, "subject_id")), text(row, "step") };
		if (tx_run(db, tell, &o) != TX_DONE)
			return false;
	}
	return !db_failed(db);
}

bool
legal_resume_all(struct db *db, int64_t community, const char *since)
{
	SQL(open_steps, "SELECT id, step, due_at, started_at, UTC_TIMESTAMP() AS now FROM legal_step "
	                "WHERE community_id = ? AND done_at IS NULL AND paused_at IS NULL AND id > ? "
	                "ORDER BY id LIMIT 1000");
	time_t stopped = 0;
	int64_t last = 0;
	json_t *rows, *row;
	size_t i;

	if (!clock_parse(since, &stopped))
		return false;
	do {
		rows = db_rows(db, &open_steps, ARGS(INT(community), INT(last)));
		json_array_foreach(rows, i, row) {
			/* What began during the pause stood still from then on. */
			time_t began = db_time(row, "started_at");
			last = json_integer_value(json_object_get(row, "id"));
			if (!resume(db, community, row, began > stopped ? began : stopped, db_time(row, "now")))
				return false;
		}
	} while (json_array_size(rows) == 1000 && !db_failed(db));
	return !db_failed(db);
}
