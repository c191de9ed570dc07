#include "civic/desk.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/workdays.h"
#include "civic/cursor.h"
#include "civic/legal_clock.h"
#include "civic/moderation.h"
#include "civic/petition_state.h"
#include "web/i18n.h"

/* Steps of the two parts; '' where a part is not asked for. */
#define STEPS "l.step IN (?, ?, ?, ?, ?)"
#define STEP_ARGS(parts) \
	TEXT((parts) & DESK_REVIEW ? "review" : ""), TEXT((parts) & DESK_REVIEW ? "contest" : ""), \
	    TEXT((parts) & DESK_DECISION ? "start" : ""), TEXT((parts) & DESK_DECISION ? "decision" : ""), \
	    TEXT((parts) & DESK_DECISION ? "appeal" : "")

/* The clock of a step stands still with its petition's or with the whole community's. */
#define STANDS_STILL \
	"(l.paused_at IS NOT NULL OR EXISTS (SELECT 1 FROM community_pause z WHERE " \
	"z.community_id = l.community_id AND z.until IS NULL))"

#define CLAIMS \
	"LEFT JOIN claim c ON c.kind = l.kind AND c.subject_id = l.subject_id AND " \
	"c.community_id = l.community_id AND c.until > ? "

/* What the database cannot say: the step in words, and how near its end is by the calendar. */
static void
finish_row(const struct calendar *calendar, json_t *row)
{
	const struct legal_term *t = legal_term(json_string_value(json_object_get(row, "step")));
	time_t now = db_time(row, "now"), due = db_time(row, "due_at");
	bool late = json_is_true(json_object_get(row, "late"));
	bool runs = !late && json_is_false(json_object_get(row, "paused"));

	json_object_set_new(row, "label", json_string(t != NULL ? i18n_text(i18n_now(), t->label) : ""));
	json_object_set_new(row, "norm", json_string(t != NULL ? i18n_text(i18n_now(), t->norm) : ""));
	json_object_set_new(row, "soon", json_boolean(runs && workdays_between(calendar, now, due) == 0));
	json_object_set_new(row, "days_late", json_integer(late ? day_of(now) - day_of(due) : 0));
	json_object_del(row, "step_id");
}

json_t *
desk_queue(struct db *db, struct pool *pool, const struct desk_query *q, const char **next)
{
	SQL(desk_queue,
	    "SELECT p.id, p.title, p.lang, p.state, l.step, NULLIF(l.office, '') AS office, l.started_at AS submitted_at, l.due_at, "
	    "NOT " STANDS_STILL " AND l.due_at < UTC_TIMESTAMP() AS late, " STANDS_STILL " AS paused, "
	    "EXISTS (SELECT 1 FROM event e WHERE e.kind = 'petition' AND e.subject_id = p.id AND "
	    "e.from_state = 'returned' AND e.program = 'petitions' AND e.community_id = p.community_id) "
	    "AS returned_before, "
	    "CONCAT(h.given_name, ' ', h.family_name) AS claimed_by, c.person_id <=> ? AS claimed_by_me, "
	    "l.id AS step_id, UTC_TIMESTAMP() AS now FROM legal_step l JOIN petition p ON p.id = l.subject_id "
	    "AND p.community_id = l.community_id " CLAIMS "LEFT JOIN person h ON h.id = c.person_id "
	    "WHERE l.community_id = ? AND l.done_at IS NULL AND l.kind = 'petition' AND " STEPS
	    " AND CASE ? WHEN 1 THEN NOT " STANDS_STILL " AND l.due_at < UTC_TIMESTAMP() "
	    "WHEN 2 THEN c.person_id <=> ? WHEN 3 THEN c.person_id IS NULL ELSE TRUE END "
	    "AND (l.due_at > ? OR (l.due_at = ? AND l.id > ?)) ORDER BY l.due_at, l.id LIMIT ?");
	struct calendar calendar;
	struct cursor c;
	json_t *row;
	size_t i;

	*next = NULL;
	if (!cursor_read(pool, q->after, false, &c))
		c = (struct cursor){ .value = "1000-01-01 00:00:00" };
	json_t *rows = db_rows(db, &desk_queue,
	    ARGS(INT(q->viewer), INT((int64_t)time(NULL)), INT(q->community), STEP_ARGS(q->parts),
	        INT((int)q->filter), INT(q->viewer), TEXT(c.value), TEXT(c.value), INT(c.id),
	        INT(QUEUE_PAGE + 1)));
	if (json_array_size(rows) > QUEUE_PAGE) {
		json_array_remove(rows, QUEUE_PAGE);
		json_t *last = json_array_get(rows, QUEUE_PAGE - 1);
		*next = cursor_write(pool, json_object_get(last, "due_at"), json_object_get(last, "step_id"));
	}
	calendar_read(db, q->community, &calendar);
	json_array_foreach(rows, i, row)
		finish_row(&calendar, row);
	return rows;
}

json_t *
desk_counts(struct db *db, int64_t community, int64_t viewer, unsigned parts)
{
	SQL(desk_counts,
	    "SELECT COUNT(*) AS total, COALESCE(SUM(NOT " STANDS_STILL " AND l.due_at < UTC_TIMESTAMP()), 0) AS late, "
	    "COALESCE(SUM(NOT " STANDS_STILL " AND l.due_at >= UTC_TIMESTAMP() AND l.due_at < ?), 0) AS soon, "
	    "COALESCE(SUM(c.person_id <=> ?), 0) AS mine, COALESCE(SUM(c.person_id IS NULL), 0) AS free "
	    "FROM legal_step l " CLAIMS "WHERE l.community_id = ? AND l.done_at IS NULL AND "
	    "l.kind = 'petition' AND " STEPS);
	SQL(desk_now, "SELECT UTC_TIMESTAMP() AS now");
	struct calendar calendar;
	char next_workday[CLOCK_SQL];

	calendar_read(db, community, &calendar);
	clock_sql_to(next_workday, workdays_after(&calendar, db_time(db_row(db, &desk_now, NO_ARGS), "now"), 1));
	return db_row(db, &desk_counts,
	    ARGS(TEXT(next_workday), INT(viewer), INT((int64_t)time(NULL)), INT(community),
	        STEP_ARGS(parts)));
}

json_t *
desk_statistics(struct db *db, int64_t community)
{
	SQL(desk_open, "SELECT COUNT(*) AS waiting, COALESCE(SUM(NOT " STANDS_STILL
	               " AND l.due_at < UTC_TIMESTAMP()), 0) "
	               "AS overdue FROM legal_step l WHERE l.community_id = ? AND l.done_at IS NULL");
	SQL(desk_decided, "SELECT COUNT(*) AS decided_30, COALESCE(SUM(to_state = 'returned'), 0) AS returned_30, "
	                  "COALESCE(SUM(to_state = 'refused'), 0) AS refused_30, "
	                  "COALESCE(SUM(to_state = 'collecting'), 0) AS published_30 FROM event "
	                  "WHERE community_id = ? AND kind = 'petition' AND program = 'moderation' AND "
	                  "from_state IN ('submitted', 'contested') AND "
	                  "created_at > UTC_TIMESTAMP() - INTERVAL 30 DAY");
	SQL(desk_median, "SELECT MEDIAN(TIMESTAMPDIFF(MINUTE, started_at, done_at)) OVER () DIV 60 AS hours FROM "
	                 "(SELECT started_at, done_at FROM legal_step WHERE community_id = ? AND "
	                 "step IN ('review', 'contest') AND outcome = 'done' AND "
	                 "done_at > UTC_TIMESTAMP() - INTERVAL 90 DAY ORDER BY id DESC LIMIT 1000) AS l LIMIT 1");
	json_t *all = json_object();
	int64_t hours = db_number(db, &desk_median, ARGS(INT(community)), -1);

	json_object_update(all, db_row(db, &desk_open, ARGS(INT(community))));
	json_object_update(all, db_row(db, &desk_decided, ARGS(INT(community))));
	json_object_set_new(all, "median_hours", hours < 0 ? json_null() : json_integer(hours));
	return all;
}

json_t *
desk_history(struct db *db, int64_t community, const char *kind, int64_t subject, bool hide_refuser)
{
	/* Who takes a decision back is who took it. */
	SQL(history,
	    "SELECT e.created_at AS at, e.from_state, e.to_state, e.reason, e.note, e.program, "
	    "IF(? AND 'refused' IN (e.to_state, e.from_state) AND e.program = 'moderation', NULL, CONCAT(h.given_name, ' ', h.family_name)) AS actor_name "
	    "FROM event e LEFT JOIN person h ON h.id = e.actor_id WHERE e.kind = ? AND e.subject_id = ? AND "
	    "e.community_id = ? ORDER BY e.id LIMIT 200");
	json_t *rows = db_rows(db, &history,
	    ARGS(INT(hide_refuser), TEXT(kind), INT(subject), INT(community))), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		const char *from = json_string_value(json_object_get(row, "from_state"));
		json_object_set_new(row, "from_label",
		    json_string(*from != '\0' ? petition_state_label(from, NULL) : ""));
		json_object_set_new(row, "to_label",
		    json_string(petition_state_label(json_string_value(json_object_get(row, "to_state")), NULL)));
	}
	return rows;
}
