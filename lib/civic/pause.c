#include "civic/pause.h"

#include "base/clock.h"
#include "base/workdays.h"
#include "civic/legal_clock.h"
#include "civic/rules.h"
#include "data/tx.h"

enum { AT_ONCE = 1000 };

/* The term goes on to the end of the day on which as much of it has passed as had when it stopped. A
 * term that was over by then stays over. */
static bool
prolong(struct db *db, int64_t community, json_t *row, time_t stopped)
{
	SQL(prolong, "UPDATE petition SET closes_at = ?, paused_seconds = paused_seconds + ?, "
	             "clock_from = UTC_TIMESTAMP() WHERE id = ? AND community_id = ? AND closes_at < ?");
	time_t now = db_time(row, "now"), closes = db_time(row, "closes_at");
	char until[CLOCK_SQL];

	if (closes == 0 || stopped == 0 || closes < stopped || now <= stopped)
		return true;
	clock_sql_to(until, day_end(day_of(closes + (now - stopped))));
	return db_exec(db, &prolong,
	           ARGS(TEXT(until), INT(now - stopped), INT(json_integer_value(json_object_get(row, "id"))),
	               INT(community), TEXT(until))) >= 0;
}

bool
pause_prolong(struct db *db, int64_t community, int64_t petition)
{
	/* Where the community's pause was on already, the clock had stopped with that. */
	SQL(stood_still,
	    "SELECT p.id, p.closes_at, COALESCE((SELECT GREATEST(z.since, COALESCE(p.clock_from, z.since)) FROM "
	    "community_pause z WHERE z.community_id = p.community_id AND z.since <= p.paused_at AND "
	    "(z.until IS NULL OR z.until > p.paused_at) ORDER BY z.id DESC LIMIT 1), p.paused_at) AS stopped_at, "
	    "UTC_TIMESTAMP() AS now FROM petition p WHERE p.id = ? AND p.community_id = ? AND "
	    "p.state = 'collecting'");
	json_t *row = db_row(db, &stood_still, ARGS(INT(petition), INT(community)));

	return row == NULL ? !db_failed(db) : prolong(db, community, row, db_time(row, "stopped_at"));
}

struct work {
	int64_t community, administrator;
	const char *reason;
	enum pause_result result;
};

static bool
begin(struct db *db, void *ctx)
{
	SQL(begin_pause, "INSERT INTO community_pause (community_id, reason, started_by) VALUES (?, ?, ?)");
	struct work *w = ctx;
	int64_t n = db_exec(db, &begin_pause,
	    ARGS(INT(w->community), TEXT(w->reason), INT(w->administrator)));

	if (n == DB_DUPLICATE)
		w->result = PAUSE_ALREADY;
	return n == 1 && admin_note(db, w->community, w->administrator, "pause", w->reason);
}

enum pause_result
pause_begin(struct db *db, int64_t community, int64_t administrator, const char *reason)
{
	struct work w = { community, administrator, reason, PAUSE_FAILED };

	return tx_run(db, begin, &w) == TX_DONE ? PAUSE_DONE : w.result;
}

static bool
prolong_all(struct db *db, int64_t community, time_t since)
{
	SQL(collecting, "SELECT id, closes_at, clock_from, UTC_TIMESTAMP() AS now FROM petition "
	                "WHERE community_id = ? AND state = 'collecting' AND id > ? ORDER BY id LIMIT ?");
	int64_t last = 0;
	json_t *rows, *row;
	size_t i;

	do {
		rows = db_rows(db, &collecting, ARGS(INT(community), INT(last), INT(AT_ONCE)));
		json_array_foreach(rows, i, row) {
			time_t ran = db_time(row, "clock_from");
			last = json_integer_value(json_object_get(row, "id"));
			if (!prolong(db, community, row, ran > since ? ran : since))
				return false;
		}
	} while (json_array_size(rows) == AT_ONCE && !db_failed(db));
	return !db_failed(db);
}

static bool
end(struct db *db, void *ctx)
{
	SQL(open_pause, "SELECT id, since FROM community_pause WHERE community_id = ? AND until IS NULL FOR UPDATE");
	SQL(end_pause, "UPDATE community_pause SET until = UTC_TIMESTAMP(), ended_by = ? WHERE id = ? AND "
	               "community_id = ? AND until IS NULL");
	struct work *w = ctx;
	json_t *row = db_row(db, &open_pause, ARGS(INT(w->community)));

	if (row == NULL) {
		w->result = PAUSE_ALREADY;
		return false;
	}
	return db_exec(db, &end_pause, ARGS(INT(w->administrator),
	           INT(json_integer_value(json_object_get(row, "id"))), INT(w->community))) == 1 &&
	    prolong_all(db, w->community, db_time(row, "since")) &&
	    legal_resume_all(db, w->community, json_string_value(json_object_get(row, "since"))) &&
	    admin_note(db, w->community, w->administrator, "resume", "");
}

enum pause_result
pause_end(struct db *db, int64_t community, int64_t administrator)
{
	struct work w = { community, administrator, NULL, PAUSE_FAILED };

	return tx_run(db, end, &w) == TX_DONE ? PAUSE_DONE : w.result;
}

json_t *
pause_now(struct db *db, int64_t community)
{
	SQL(pause_now, "SELECT since, reason FROM community_pause WHERE community_id = ? AND until IS NULL");

	return db_row(db, &pause_now, ARGS(INT(community)));
}
