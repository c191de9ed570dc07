#include "import_add.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/str.h"
#include "civic/legal_clock.h"

enum { TERM_MONTHS = 6 };

static const char *const imported_names[IMPORTED_STATES] = { [IMPORTED_REFUSED] = "refused",
							     [IMPORTED_NOT_REACHED] = "not_reached",
							     [IMPORTED_REACHED] = "reached",
							     [IMPORTED_COLLECTING] = "collecting" };

/* What the petition becomes here. */
struct shape {
	enum imported state;
	time_t created, submitted, opened, closes, decided, answered;
};

static struct db_value
date_or_null(struct pool *pool, time_t at)
{
	return at != 0 ? TEXT(clock_sql(pool, at)) : NUL;
}

/* What happened elsewhere has happened: a date after the file's newest updated_at is now. */
static time_t
shifted(const struct import_target *t, time_t at)
{
	at += t->shift;
	return at > t->now ? t->now : at;
}

static time_t
end_of_day(struct tm day)
{
	day.tm_hour = 23;
	day.tm_min = day.tm_sec = 59;
	day.tm_isdst = -1;
	return mktime(&day);
}

/* The term's last second in Kyiv, six months after opening, and not before tomorrow's. */
static time_t
term_end(const struct import_target *t, time_t opened)
{
	struct tm last = clock_kyiv(opened), tomorrow = clock_kyiv(t->now);
	int day = last.tm_mday;

	last.tm_mon += TERM_MONTHS;
	time_t end = end_of_day(last);
	if (clock_kyiv(end).tm_mday != day) { /* there is no 31st: the month's last day */
		last.tm_mon++;
		last.tm_mday = 0;
		end = end_of_day(last);
	}
	tomorrow.tm_mday++;
	time_t least = end_of_day(tomorrow);
	return end > least ? end : least;
}

static struct shape
shape_of(const struct import_target *t, const struct import_record *r)
{
	struct shape s = { .created = shifted(t, r->created),
			   .submitted = shifted(t, r->submitted) };

	if (r->state == IMPORT_REJECTED) {
		s.decided = shifted(t, r->rejected);
		return s;
	}
	s.opened = shifted(t, r->opened);
	if (r->response != NULL)
		s.answered = shifted(t, r->responded);
	if (r->state == IMPORT_OPEN) {
		s.state = IMPORTED_COLLECTING;
		s.closes = term_end(t, s.opened);
		return s;
	}
	s.closes = s.decided = shifted(t, r->closed);
	s.state = r->signature_count >= t->threshold ? IMPORTED_REACHED : IMPORTED_NOT_REACHED;
	/* The source noted when its own threshold was reached; of another one only the end is
	 * known. */
	if (s.state == IMPORTED_REACHED && t->threshold == IMPORT_RESPONSE_THRESHOLD &&
	    r->response_reached != 0 && r->response_reached < r->closed)
		s.decided = shifted(t, r->response_reached);
	return s;
}

static void
add_event(const struct import_target *t, int64_t petition, const char *from, const char *to,
	  time_t at, const struct import_record *refused)
{
	SQL(import_event,
	    "INSERT INTO event (community_id, kind, subject_id, from_state, to_state, program, "
	    "reason, note, created_at) VALUES (?, 'petition', ?, ?, ?, 'manage', ?, ?, ?)");

	db_exec(t->db, &import_event,
		ARGS(INT(t->community), INT(petition), TEXT(from), TEXT(to),
		     TEXT(refused != NULL ? refused->reason : NULL),
		     TEXT(refused != NULL ? refused->remarks : NULL), TEXT(clock_sql(t->pool, at))));
}

void
import_add(const struct import_target *t, const struct import_record *r, struct import_tally *added)
{
	SQL(import_petition,
	    "INSERT INTO petition (community_id, title, text, lang, state, created_at, updated_at, "
	    "submitted_at, published_at, listed_at, closes_at, decided_at, threshold, term_days, "
	    "reason, "
	    "remarks, outside_count, source, rules_version, clock_from, answer, answered_at, "
	    "answered_by) VALUES (?, ?, ?, 'en', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
	    "?, ?, ?, ?, ?, ?, ?, ?, ?)");
	SQL(import_total, "INSERT INTO petition_total (petition_id, community_id, signature_count) "
			  "VALUES (?, ?, ?)");
	struct db *db = t->db;
	struct pool *pool = t->pool;
	struct shape s = shape_of(t, r);
	bool published = r->state != IMPORT_REJECTED;
	bool answered = s.answered != 0;
	const char *state = answered ? "answered" : imported_names[s.state];
	/* It had enough signatures before it was answered, also where it was open still. */
	time_t decided = answered && (s.decided == 0 || s.decided > s.answered) ? s.answered : s.decided;
	int64_t days = (s.closes - s.opened) / 86400;

	int64_t n = db_exec(
	    db, &import_petition,
	    ARGS(INT(t->community), TEXT(r->title), TEXT(r->text), TEXT(state),
		 TEXT(clock_sql(pool, s.created)), TEXT(clock_sql(pool, shifted(t, r->updated))),
		 TEXT(clock_sql(pool, s.submitted)), date_or_null(pool, s.opened),
		 TEXT(clock_sql(pool, published ? s.opened : s.decided)),
		 date_or_null(pool, s.closes), date_or_null(pool, decided),
		 published ? INT(t->threshold) : NUL, published ? INT(days > 0 ? days : 1) : NUL,
		 TEXT(r->reason), TEXT(r->remarks), INT(r->signature_count),
		 TEXT(str_fmt(pool, "uk-parliament:%" PRId64, r->id)),
		 published ? INT(t->rules) : NUL, date_or_null(pool, s.opened), TEXT(r->response),
		 date_or_null(pool, s.answered), TEXT(answered ? "UK Government" : NULL)));
	if (n == DB_DUPLICATE) {
		added->already++;
		return;
	}
	int64_t id = db_last_id(db);
	db_exec(db, &import_total, ARGS(INT(id), INT(t->community), INT(r->signature_count)));
	add_event(t, id, "", "draft", s.created, NULL);
	add_event(t, id, "draft", "submitted", s.submitted, NULL);
	add_event(t, id, "submitted", published ? "collecting" : "refused",
		  published ? s.opened : s.decided, published ? NULL : r);
	if (published && decided != 0)
		add_event(t, id, "collecting", answered ? "reached" : state, decided, NULL);
	if (answered) {
		add_event(t, id, "reached", "in_review", s.answered, NULL);
		add_event(t, id, "in_review", "answered", s.answered, NULL);
	} else if (s.state == IMPORTED_REACHED) {
		/* The council's term begins when the petition comes to it. */
		legal_brought(db, t->community, id, "start", t->now, 0);
	}
	added->state[s.state]++;
	added->signatures += r->signature_count;
	added->responses += answered;
}
