#include "civic/moderation.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/str.h"
#include "civic/cursor.h"
#include "civic/lifecycle.h"
#include "data/tx.h"

struct work {
	const struct decision *decision;
	struct move move;
	enum moderation_result result;
};

const char *
moderation_term_end(struct pool *pool, time_t from, int64_t days)
{
	struct tm last = clock_kyiv(from);

	last.tm_mday += (int)days;
	last.tm_hour = 23;
	last.tm_min = last.tm_sec = 59;
	last.tm_isdst = -1;
	return clock_sql(pool, mktime(&last));
}

static bool
freeze(struct db *db, const struct decision *d)
{
	SQL(rules_now, "SELECT version, threshold, term_days, UTC_TIMESTAMP() AS now FROM petition_rules "
	               "WHERE community_id = ? ORDER BY version DESC LIMIT 1");
	SQL(freeze_terms,
	    "UPDATE petition SET published_at = UTC_TIMESTAMP(), listed_at = UTC_TIMESTAMP(), closes_at = ?, "
	    "rules_version = ?, threshold = ?, term_days = ?, decided_at = NULL, reason = NULL, "
	    "remarks = NULL "
	    "WHERE id = ? AND community_id = ?");
	json_t *rules = db_row(db, &rules_now, ARGS(INT(d->community)));
	time_t now;

	if (rules == NULL || !clock_parse(json_string_value(json_object_get(rules, "now")), &now))
		return false;
	int64_t days = json_integer_value(json_object_get(rules, "term_days"));
	struct pool *pool = pool_open(4096);
	bool done = db_exec(db, &freeze_terms,
	                ARGS(TEXT(moderation_term_end(pool, now, days)),
	                    INT(json_integer_value(json_object_get(rules, "version"))),
	                    INT(json_integer_value(json_object_get(rules, "threshold"))), INT(days),
	                    INT(d->petition), INT(d->community))) == 1;
	pool_close(pool);
	return done;
}

static bool
mark(struct db *db, const struct decision *d, const char *to)
{
	SQL(mark_returned, "UPDATE petition SET reason = NULL, remarks = ?, decided_at = UTC_TIMESTAMP() "
	                   "WHERE id = ? AND community_id = ?");
	SQL(mark_refused, "UPDATE petition SET reason = ?, remarks = ?, decided_at = UTC_TIMESTAMP(), "
	                  "listed_at = UTC_TIMESTAMP() WHERE id = ? AND community_id = ?");

	if (str_eq(to, "collecting"))
		return freeze(db, d);
	if (str_eq(to, "returned"))
		return db_exec(db, &mark_returned,
		           ARGS(TEXT(d->explanation), INT(d->petition), INT(d->community))) == 1;
	return db_exec(db, &mark_refused, ARGS(TEXT(d->reason), TEXT(d->explanation), INT(d->petition),
	    INT(d->community))) == 1;
}

const char *
moderation_version(struct pool *pool, const char *title, const char *text)
{
	unsigned char hash[MAC_BYTES];

	crypto_digest(str_fmt(pool, "%s\n%s", title, text), hash);
	return str_base64url(pool, hash, 16);
}

static bool
same_version(const struct decision *d, json_t *row)
{
	if (str_empty(d->version))
		return true;
	struct pool *pool = pool_open(1024 * 1024);
	bool same = str_eq(d->version,
	    moderation_version(pool, json_string_value(json_object_get(row, "title")),
	        json_string_value(json_object_get(row, "text"))));
	pool_close(pool);
	return same;
}

static bool
decide(struct db *db, void *ctx)
{
	SQL(sent_in, "SELECT COALESCE(author_id, 0) AS author, title, text FROM petition WHERE id = ? AND "
	             "community_id = ? AND state <> 'draft' FOR UPDATE");
	SQL(new_total, "INSERT IGNORE INTO petition_total (petition_id, community_id, signature_count) "
	               "SELECT id, community_id, outside_count FROM petition WHERE id = ? AND community_id = ?");
	struct work *w = ctx;
	const struct decision *d = w->decision;

	json_t *row = db_row(db, &sent_in, ARGS(INT(d->petition), INT(d->community)));
	if (row == NULL || json_integer_value(json_object_get(row, "author")) == d->moderator) {
		w->result = row == NULL ? MODERATION_UNKNOWN : MODERATION_OWN;
		return false;
	}
	if (!same_version(d, row)) {
		w->result = MODERATION_CHANGED;
		return false;
	}
	switch (lifecycle_move(db, &w->move)) {
	case MOVE_DONE: break;
	case MOVE_ELSEWHERE:
	case MOVE_FORBIDDEN: w->result = MODERATION_DECIDED; return false;
	case MOVE_FAILED: return false;
	}
	return mark(db, d, w->move.to) &&
	    (!str_eq(w->move.to, "collecting") ||
	        db_exec(db, &new_total, ARGS(INT(d->petition), INT(d->community))) >= 0);
}

static enum moderation_result
run(struct db *db, const struct decision *d, const char *to)
{
	struct work w = { .decision = d,
		.move = { .kind = "petition", .community = d->community, .subject = d->petition,
		    .from = "submitted", .to = to, .actor = d->moderator, .program = "moderation",
		    .operation = d->operation, .reason = d->reason, .note = d->explanation },
		.result = MODERATION_FAILED };

	if (lifecycle_run(db, decide, &w, &w.move) == TX_DONE)
		return MODERATION_DONE;
	return db_failed(db) ? MODERATION_FAILED : w.result;
}

enum moderation_result
moderation_publish(struct db *db, const struct decision *d)
{
	return run(db, d, "collecting");
}

enum moderation_result
moderation_return(struct db *db, const struct decision *d)
{
	return run(db, d, "returned");
}

enum moderation_result
moderation_refuse(struct db *db, const struct decision *d)
{
	return run(db, d, "refused");
}

json_t *
moderation_queue(struct db *db, struct pool *pool, int64_t community, const char *after,
    const char **next)
{
	SQL(queue, "SELECT p.id, p.title, p.submitted_at, EXISTS (SELECT 1 FROM event e WHERE "
	           "e.kind = 'petition' AND e.subject_id = p.id AND e.to_state = 'returned' "
	           "AND e.community_id = p.community_id) AS returned_before FROM petition p "
	           "WHERE p.community_id = ? AND p.state = 'submitted' AND (p.submitted_at > ? OR "
	           "(p.submitted_at = ? AND p.id > ?)) ORDER BY p.submitted_at, p.id LIMIT ?");
	struct cursor c;

	*next = NULL;
	if (!cursor_read(pool, after, false, &c))
		c = (struct cursor){ .value = "1000-01-01 00:00:00" };
	json_t *rows = db_rows(db, &queue, ARGS(INT(community), TEXT(c.value), TEXT(c.value), INT(c.id),
	    INT(QUEUE_PAGE + 1)));
	if (json_array_size(rows) > QUEUE_PAGE) {
		json_array_remove(rows, QUEUE_PAGE);
		json_t *last = json_array_get(rows, QUEUE_PAGE - 1);
		*next = cursor_write(pool, json_object_get(last, "submitted_at"), json_object_get(last, "id"));
	}
	return rows;
}

int64_t
moderation_waiting(struct db *db, int64_t community)
{
	SQL(count_waiting, "SELECT COUNT(*) AS n FROM petition WHERE community_id = ? AND state = 'submitted'");

	return db_number(db, &count_waiting, ARGS(INT(community)), 0);
}
