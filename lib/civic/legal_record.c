/* What the legal clock shows: a petition's steps, and how a community keeps its terms. */
#include "civic/legal_clock.h"

#include "base/str.h"
#include "web/i18n.h"

static const char *
text(json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

/* Since when the open step's clock stands still: with the petition's, or with the whole community's; 0: it
 * runs. */
static time_t
stopped_at(struct db *db, int64_t community, json_t *row)
{
	SQL(standstill, "SELECT since FROM community_pause WHERE community_id = ? AND until IS NULL");
	time_t stopped = db_time(row, "paused_at"), begun = db_time(row, "started_at");

	if (stopped != 0)
		return stopped;
	stopped = db_time(db_row(db, &standstill, ARGS(INT(community))), "since");
	return stopped != 0 && stopped < begun ? begun : stopped;
}

json_t *
legal_steps(struct db *db, const char *kind, int64_t community, int64_t subject)
{
	SQL(steps, "SELECT step, office, started_at, due_at, done_at, paused_at, UTC_TIMESTAMP() AS now "
	           "FROM legal_step WHERE kind = ? AND subject_id = ? AND community_id = ? "
	           "AND NOT outcome <=> 'dropped' ORDER BY id LIMIT 100");
	json_t *rows = db_rows(db, &steps, ARGS(TEXT(kind), INT(subject), INT(community))), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		const struct legal_term *t = legal_term(text(row, "step"));
		time_t ends = db_time(row, "due_at"), done = db_time(row, "done_at");
		time_t stopped = done == 0 ? stopped_at(db, community, row) : 0;
		time_t until = done != 0 ? done : stopped != 0 ? stopped : db_time(row, "now");

		json_object_set_new(row, "label", json_string(t != NULL ? i18n_text(i18n_now(), t->label) : ""));
		json_object_set_new(row, "norm", json_string(t != NULL ? i18n_text(i18n_now(), t->norm) : ""));
		json_object_set_new(row, "paused", json_boolean(stopped != 0));
		json_object_set_new(row, "late", json_boolean(until > ends));
		json_object_set_new(row, "days_late", json_integer(until > ends ? day_of(until) - day_of(ends) : 0));
		json_object_del(row, "paused_at");
		json_object_del(row, "now");
	}
	return rows;
}

json_t *
legal_record(struct db *db, int64_t community)
{
	SQL(record, "SELECT step, SUM(outcome <=> 'done') AS done, "
	            "SUM(outcome <=> 'done' AND done_at <= due_at) AS in_time, "
	            "SUM(done_at IS NULL) AS open, "
	            "SUM(done_at IS NULL AND paused_at IS NULL AND due_at < UTC_TIMESTAMP() AND NOT EXISTS (SELECT 1 "
	            "FROM community_pause z WHERE z.community_id = l.community_id AND z.until IS NULL)) AS overdue "
	            "FROM legal_step l WHERE community_id = ? AND NOT outcome <=> 'dropped' GROUP BY step");
	SQL(median, "SELECT MEDIAN(TIMESTAMPDIFF(MINUTE, started_at, done_at)) OVER () DIV 1 AS minutes "
	            "FROM (SELECT started_at, done_at FROM legal_step WHERE community_id = ? AND step = ? "
	            "AND outcome = 'done' ORDER BY id DESC LIMIT 1000) AS l LIMIT 1");
	SQL(offices_now, "SELECT NULLIF(office_review, '') AS reviews, NULLIF(office_decision, '') AS decides FROM "
	                 "petition_rules WHERE community_id = ? ORDER BY version DESC LIMIT 1");
	json_t *rows = db_rows(db, &record, ARGS(INT(community))), *row, *all = json_array();
	json_t *offices = db_row(db, &offices_now, ARGS(INT(community)));
	size_t i;

	for (const struct legal_term *t = legal_terms; t->step != NULL; t++)
		json_array_foreach(rows, i, row) {
			if (!str_eq(text(row, "step"), t->step))
				continue;
			int64_t minutes = db_number(db, &median, ARGS(INT(community), TEXT(t->step)), -1);
			json_object_set_new(row, "label", json_string(i18n_text(i18n_now(), t->label)));
			json_object_set_new(row, "norm", json_string(i18n_text(i18n_now(), t->norm)));
			json_object_set(row, "office", json_object_get(offices, t->decides ? "decides" : "reviews"));
			json_object_set_new(row, "days", json_integer(t->days));
			json_object_set_new(row, "working", json_boolean(t->working));
			json_object_set_new(row, "median_days",
			    minutes < 0 ? json_null() : json_real((double)(minutes / 144) / 10));
			json_array_append(all, row);
		}
	return all;
}
