#include "civic/signature_days.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/workdays.h"
#include "civic/signature_totals.h"
#include "data/tx.h"

enum { DAY_TEXT = 16 };

/* "2026-11-24" of Kyiv's calendar. */
static void
day_text(char out[static DAY_TEXT], time_t at)
{
	struct tm day = clock_kyiv(at);

	strftime(out, DAY_TEXT, "%Y-%m-%d", &day);
}

struct step {
	bool done; /* nothing has settled since */
};

/* The clock was set back: what was counted of today and later is counted again from today's beginning. */
static time_t
begin_again(struct db *db, time_t now)
{
	SQL(forget_days, "DELETE FROM petition_day WHERE day >= ? AND community_id > 0");
	time_t from = day_end(day_of(now) - 1) + 1;
	char day[DAY_TEXT];

	day_text(day, from);
	db_exec(db, &forget_days, ARGS(TEXT(day)));
	return from;
}

/* One day, or what has settled of it. */
static bool
add_day(struct db *db, void *ctx)
{
	SQL(days_mark, "SELECT at, UTC_TIMESTAMP() AS now FROM watermark WHERE name = 'days' FOR UPDATE");
	SQL(add_day,
	    "INSERT INTO petition_day (petition_id, community_id, day, n) "
	    "SELECT s.petition_id, s.community_id, ?, SUM(s.n) FROM ("
	    "SELECT petition_id, community_id, 1 AS n FROM petition_signature WHERE created_at >= ? AND "
	    "created_at < ? UNION ALL SELECT petition_id, community_id, -1 FROM petition_withdrawal WHERE "
	    "created_at >= ? AND created_at < ?) s GROUP BY s.petition_id, s.community_id "
	    "ON DUPLICATE KEY UPDATE n = n + VALUES(n)");
	SQL(move_days_mark, "UPDATE watermark SET at = ? WHERE name = 'days'");
	struct step *step = ctx;
	json_t *row = db_row(db, &days_mark, NO_ARGS);
	time_t from = db_time(row, "at"), now = db_time(row, "now"), until = now - SETTLE_AFTER;
	char day[DAY_TEXT], begins[CLOCK_SQL], ends[CLOCK_SQL];

	if (row == NULL)
		return false;
	if (from > now)
		from = begin_again(db, now);
	if (until > day_end(day_of(from)))
		until = day_end(day_of(from)) + 1;
	step->done = until <= from;
	if (step->done)
		until = from;
	day_text(day, from);
	clock_sql_to(begins, from);
	clock_sql_to(ends, until);
	if (!step->done)
		db_exec(db, &add_day,
		    ARGS(TEXT(day), TEXT(begins), TEXT(ends), TEXT(begins), TEXT(ends)));
	return db_exec(db, &move_days_mark, ARGS(TEXT(ends))) >= 0;
}

bool
signature_days_add(struct db *db)
{
	SQL(first_days_mark, "INSERT IGNORE INTO watermark (name, at) SELECT 'days', "
	                     "CAST(COALESCE(MIN(created_at), UTC_TIMESTAMP()) AS DATETIME) FROM petition_signature "
	                     "WHERE community_id > 0");
	SQL(has_days_mark, "SELECT 1 AS n FROM watermark WHERE name = 'days'");
	struct step step = { false };

	if (db_number(db, &has_days_mark, NO_ARGS, 0) == 0)
		db_exec(db, &first_days_mark, NO_ARGS);
	for (int i = 0; i < DAYS_A_CALL && !step.done; i++)
		if (tx_run(db, add_day, &step) != TX_DONE)
			return false;
	return true;
}

static bool
add_trends(struct db *db, void *ctx)
{
	/* By way of the communities: their index leads to the few that have a number to be lowered. */
	SQL(add_trends,
	    "INSERT INTO petition_total (petition_id, community_id, day_count) "
	    "SELECT s.petition_id, s.community_id, GREATEST(SUM(s.n), 0) FROM ("
	    "SELECT petition_id, community_id, 1 AS n FROM petition_signature WHERE "
	    "created_at >= UTC_TIMESTAMP(6) - INTERVAL 1 DAY UNION ALL "
	    "SELECT petition_id, community_id, -1 FROM petition_withdrawal WHERE "
	    "created_at >= UTC_TIMESTAMP(6) - INTERVAL 1 DAY UNION ALL "
	    "SELECT t.petition_id, t.community_id, 0 FROM community c JOIN petition_total t ON "
	    "t.community_id = c.id AND t.day_count > 0) s GROUP BY s.petition_id, s.community_id "
	    "ON DUPLICATE KEY UPDATE day_count = VALUES(day_count)");

	(void)ctx;
	return db_exec(db, &add_trends, NO_ARGS) >= 0;
}

bool
signature_trends(struct db *db)
{
	return tx_run(db, add_trends, NULL) == TX_DONE;
}

/* What has not settled belongs to the last day. */
static void
add_rest(json_t *days, int64_t rest, time_t until)
{
	json_t *last = json_array_get(days, json_array_size(days) - 1);
	char day[DAY_TEXT];

	day_text(day, until);
	if (last == NULL || strcmp(json_string_value(json_object_get(last, "day")), day) < 0) {
		last = json_pack("{s:s, s:i}", "day", day, "count", 0);
		json_array_append_new(days, last);
	}
	json_object_set_new(last, "count", json_integer(json_integer_value(json_object_get(last, "count")) + rest));
}

json_t *
petition_days(struct db *db, int64_t community, int64_t petition, int64_t named, const char *until)
{
	SQL(days, "SELECT day, n AS count FROM petition_day WHERE petition_id = ? AND community_id = ? AND n <> 0 "
	          "ORDER BY day LIMIT ?");
	json_t *rows = db_rows(db, &days, ARGS(INT(petition), INT(community), INT(DAYS_SHOWN))), *row;
	int64_t sum = 0;
	time_t last = 0;
	size_t i;

	json_array_foreach(rows, i, row)
		sum += json_integer_value(json_object_get(row, "count"));
	if (sum != named && until != NULL && clock_parse(until, &last))
		add_rest(rows, named - sum, last);
	sum = 0;
	json_array_foreach(rows, i, row) {
		sum += json_integer_value(json_object_get(row, "count"));
		json_object_set_new(row, "total", json_integer(sum));
	}
	return rows;
}
