#include "civic/moderation.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/str.h"
#include "civic/lifecycle.h"
#include "civic/notice.h"
#include "civic/pause.h"
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

/* A petition for one district has that district's threshold. */
static bool
freeze(struct db *db, const struct decision *d)
{
	SQL(rules_now,
	    "SELECT r.version, COALESCE(t.threshold, r.threshold) AS threshold, r.term_days, "
	    "UTC_TIMESTAMP() AS now FROM petition p JOIN petition_rules r ON r.community_id = p.community_id "
	    "LEFT JOIN district_threshold t ON t.community_id = r.community_id AND t.version = r.version "
	    "AND t.district_id = p.district_id WHERE p.id = ? AND p.community_id = ? "
	    "ORDER BY r.version DESC LIMIT 1");
	SQL(freeze_terms,
	    "UPDATE petition SET published_at = UTC_TIMESTAMP(), listed_at = UTC_TIMESTAMP(), "
	    "clock_from = UTC_TIMESTAMP(), closes_at = ?, rules_version = ?, threshold = ?, term_days = ?, "
	    "decided_at = NULL, reason = NULL, remarks = NULL "
	    "WHERE id = ? AND community_id = ?");
	json_t *rules = db_row(db, &rules_now, ARGS(INT(d->petition), INT(d->community)));
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
	                  "listed_at = COALESCE(listed_at, UTC_TIMESTAMP()) WHERE id = ? AND community_id = ?");

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

/* Whether this moderator refused the petition before, and did not take that back at once. */
static bool
refused_it(struct db *db, const struct decision *d)
{
	SQL(refused_by,
	    "SELECT 1 FROM event e WHERE e.kind = 'petition' AND e.subject_id = ? AND e.community_id = ? "
	    "AND e.to_state = 'refused' AND e.from_state IN ('submitted', 'contested') AND e.actor_id = ? AND "
	    "COALESCE((SELECT f.program <> 'moderation' OR f.to_state NOT IN ('submitted', 'contested') "
	    "FROM event f WHERE f.kind = 'petition' AND f.subject_id = e.subject_id AND "
	    "f.community_id = e.community_id AND f.id > e.id ORDER BY f.id LIMIT 1), TRUE) LIMIT 1");

	return db_row(db, &refused_by, ARGS(INT(d->petition), INT(d->community), INT(d->moderator))) != NULL;
}

static bool
moved(struct db *db, struct work *w)
{
	switch (lifecycle_move(db, &w->move)) {
	case MOVE_DONE: return true;
	case MOVE_ELSEWHERE:
	case MOVE_FORBIDDEN: w->result = MODERATION_DECIDED; return false;
	case MOVE_FAILED: return false;
	}
	return false;
}

enum moderation_result
moderation_may(struct db *db, int64_t community, int64_t petition, int64_t moderator)
{
	SQL(whose, "SELECT COALESCE(author_id, 0) AS author, state FROM petition WHERE id = ? AND "
	           "community_id = ? AND state <> 'draft'");
	struct decision d = { .community = community, .petition = petition, .moderator = moderator };
	json_t *row = db_row(db, &whose, ARGS(INT(petition), INT(community)));

	if (row == NULL)
		return db_failed(db) ? MODERATION_FAILED : MODERATION_UNKNOWN;
	if (json_integer_value(json_object_get(row, "author")) == moderator)
		return MODERATION_OWN;
	if (str_eq(json_string_value(json_object_get(row, "state")), "contested") && refused_it(db, &d))
		return MODERATION_SECOND;
	return db_failed(db) ? MODERATION_FAILED : MODERATION_DONE;
}

static bool
decide(struct db *db, void *ctx)
{
	SQL(sent_in, "SELECT COALESCE(author_id, 0) AS author, title, text, state FROM petition WHERE id = ? "
	             "AND community_id = ? AND state <> 'draft' FOR UPDATE");
	SQL(new_total, "INSERT IGNORE INTO petition_total (petition_id, community_id, signature_count) "
	               "SELECT id, community_id, outside_count FROM petition WHERE id = ? AND community_id = ?");
	struct work *w = ctx;
	const struct decision *d = w->decision;

	json_t *row = db_row(db, &sent_in, ARGS(INT(d->petition), INT(d->community)));
	if (row == NULL || json_integer_value(json_object_get(row, "author")) == d->moderator) {
		w->result = row == NULL ? MODERATION_UNKNOWN : MODERATION_OWN;
		return false;
	}
	bool contested = str_eq(json_string_value(json_object_get(row, "state")), "contested");
	w->move.from = contested ? "contested" : "submitted";
	if (contested && refused_it(db, d)) {
		w->result = MODERATION_SECOND;
		return false;
	}
	if (!same_version(d, row)) {
		w->result = MODERATION_CHANGED;
		return false;
	}
	return moved(db, w) && mark(db, d, w->move.to) &&
	    (!str_eq(w->move.to, "collecting") ||
	        db_exec(db, &new_total, ARGS(INT(d->petition), INT(d->community))) >= 0);
}

static enum moderation_result
run(struct db *db, const struct decision *d, const char *to, bool (*work)(struct db *db, void *ctx))
{
	struct work w = { .decision = d,
		.move = { .kind = "petition", .community = d->community, .subject = d->petition,
		    .to = to, .actor = d->moderator, .program = "moderation",
		    .operation = d->operation, .reason = d->reason, .note = d->explanation },
		.result = MODERATION_FAILED };

	if (lifecycle_run(db, work, &w, &w.move) == TX_DONE)
		return MODERATION_DONE;
	return db_failed(db) ? MODERATION_FAILED : w.result;
}

enum moderation_result
moderation_publish(struct db *db, const struct decision *d)
{
	return run(db, d, "collecting", decide);
}

enum moderation_result
moderation_return(struct db *db, const struct decision *d)
{
	return run(db, d, "returned", decide);
}

enum moderation_result
moderation_refuse(struct db *db, const struct decision *d)
{
	return run(db, d, "refused", decide);
}

/* What publishing, returning or refusing wrote is taken off again. The words of a first refusal, which
 * a contested petition keeps showing, stand in its event. */
static bool
unmark(struct db *db, const struct decision *d, const char *back)
{
	SQL(unpublish, "UPDATE petition SET published_at = NULL, closes_at = NULL, clock_from = NULL, "
	               "rules_version = NULL, threshold = NULL, term_days = NULL WHERE id = ? AND "
	               "community_id = ? AND published_at IS NOT NULL");
	SQL(unlist, "UPDATE petition SET listed_at = NULL, decided_at = NULL, reason = NULL WHERE id = ? AND "
	            "community_id = ?");
	SQL(first_refusal, "SELECT reason, note, DATE_FORMAT(created_at, '%Y-%m-%d %H:%i:%s') AS decided FROM event "
	                   "WHERE kind = 'petition' AND subject_id = ? AND community_id = ? AND "
	                   "to_state = 'refused' AND from_state = 'submitted' ORDER BY id DESC LIMIT 1");
	SQL(as_refused, "UPDATE petition SET reason = ?, remarks = ?, decided_at = ?, listed_at = ? WHERE id = ? "
	                "AND community_id = ?");
	struct db_args one = ARGS(INT(d->petition), INT(d->community));

	if (db_exec(db, &unpublish, one) < 0)
		return false;
	if (str_eq(back, "submitted"))
		return db_exec(db, &unlist, one) >= 0;
	json_t *row = db_row(db, &first_refusal, one);
	struct db_value decided = TEXT(json_string_value(json_object_get(row, "decided")));
	return db_exec(db, &as_refused,
	           ARGS(TEXT(json_string_value(json_object_get(row, "reason"))),
	               TEXT(json_string_value(json_object_get(row, "note"))), decided, decided,
	               INT(d->petition), INT(d->community))) >= 0;
}

/* What can be undone: this moderator's own decision, the last thing that happened, fresh, and nobody
 * has signed. */
#define CAN_UNDO \
	"e.actor_id <=> ? AND e.program = 'moderation' AND e.to_state = p.state AND " \
	"e.to_state IN ('collecting', 'returned', 'refused') AND " \
	"e.from_state IN ('submitted', 'contested') AND " \
	"e.created_at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND AND NOT EXISTS (SELECT 1 FROM " \
	"petition_signature s WHERE s.petition_id = p.id AND s.community_id = p.community_id)"
#define LAST_EVENT \
	"FROM petition p JOIN event e ON e.kind = 'petition' AND e.subject_id = p.id AND " \
	"e.community_id = p.community_id WHERE p.id = ? AND p.community_id = ? ORDER BY e.id DESC LIMIT 1"

static bool
undo(struct db *db, void *ctx)
{
	SQL(last_decision, "SELECT p.state, e.from_state, e.operation, " CAN_UNDO " AS fresh " LAST_EVENT
	                   " FOR UPDATE");
	/* The lock on the petition makes signatures wait; those under way are seen after they commit. */
	SQL(is_signed, "SELECT 1 FROM petition_signature WHERE petition_id = ? AND community_id = ? LIMIT 1 "
	               "LOCK IN SHARE MODE");
	/* The post works by whole seconds: it may have been quicker. */
	SQL(is_told, "SELECT 1 FROM outbox WHERE community_id = ? AND kind = 'petition' AND subject_id = ? AND "
	             "operation = ? AND cancelled_at IS NULL LIMIT 1");
	struct work *w = ctx;
	const struct decision *d = w->decision;
	json_t *row = db_row(db, &last_decision,
	    ARGS(INT(d->moderator), INT(UNDO_SECONDS), INT(d->petition), INT(d->community)));

	if (row == NULL || !json_is_true(json_object_get(row, "fresh")) ||
	    db_row(db, &is_signed, ARGS(INT(d->petition), INT(d->community))) != NULL) {
		w->result = row == NULL ? MODERATION_UNKNOWN : MODERATION_LATE;
		return false;
	}
	w->move.from = json_string_value(json_object_get(row, "state"));
	w->move.to = json_string_value(json_object_get(row, "from_state"));
	w->move.note = "undo";
	const char *operation = json_string_value(json_object_get(row, "operation"));
	notice_cancel(db, d->community, "petition", d->petition, operation);
	if (db_row(db, &is_told, ARGS(INT(d->community), INT(d->petition), TEXT(operation))) != NULL) {
		w->result = MODERATION_LATE;
		return false;
	}
	return moved(db, w) && unmark(db, d, w->move.to);
}

enum moderation_result
moderation_undo(struct db *db, const struct decision *d)
{
	return run(db, d, NULL, undo);
}

int64_t
moderation_undo_left(struct db *db, int64_t community, int64_t petition, int64_t moderator)
{
	SQL(undo_left, "SELECT IF(" CAN_UNDO ", ? - TIMESTAMPDIFF(SECOND, e.created_at, UTC_TIMESTAMP(6)), 0) "
	               "AS seconds " LAST_EVENT);

	return db_number(db, &undo_left,
	    ARGS(INT(moderator), INT(UNDO_SECONDS), INT(UNDO_SECONDS), INT(petition), INT(community)), 0);
}

/* To suspended or hidden: from where it is, which it remembers. */
static bool
put_aside(struct db *db, void *ctx)
{
	SQL(where_it_is, "SELECT state, COALESCE(author_id, 0) AS author, state_before FROM petition WHERE id = ? "
	                 "AND community_id = ? AND listed_at IS NOT NULL FOR UPDATE");
	SQL(remember, "UPDATE petition SET state_before = ?, notice_reason = ?, "
	              "paused_at = COALESCE(paused_at, UTC_TIMESTAMP()) WHERE id = ? AND community_id = ?");
	struct work *w = ctx;
	const struct decision *d = w->decision;
	json_t *row = db_row(db, &where_it_is, ARGS(INT(d->petition), INT(d->community)));

	if (row == NULL || json_integer_value(json_object_get(row, "author")) == d->moderator) {
		w->result = row == NULL ? MODERATION_UNKNOWN : MODERATION_OWN;
		return false;
	}
	w->move.from = json_string_value(json_object_get(row, "state"));
	return moved(db, w) &&
	    db_exec(db, &remember, ARGS(TEXT(w->move.from), TEXT(d->explanation), INT(d->petition),
	        INT(d->community))) == 1;
}

static bool
bring_back(struct db *db, void *ctx)
{
	SQL(where_it_was, "SELECT state, state_before, COALESCE(author_id, 0) AS author FROM petition WHERE id = ? "
	                  "AND community_id = ? AND state IN ('suspended', 'hidden') FOR UPDATE");
	SQL(forget, "UPDATE petition SET state_before = NULL, notice_reason = NULL, paused_at = NULL "
	            "WHERE id = ? AND community_id = ?");
	struct work *w = ctx;
	const struct decision *d = w->decision;
	struct db_args one = ARGS(INT(d->petition), INT(d->community));
	json_t *row = db_row(db, &where_it_was, one);

	if (row == NULL || !str_eq(json_string_value(json_object_get(row, "state")), w->move.from)) {
		w->result = MODERATION_DECIDED;
		return false;
	}
	if (json_integer_value(json_object_get(row, "author")) == d->moderator) {
		w->result = MODERATION_OWN;
		return false;
	}
	w->move.to = json_string_value(json_object_get(row, "state_before"));
	return moved(db, w) && pause_prolong(db, d->community, d->petition) && db_exec(db, &forget, one) == 1;
}

static enum moderation_result
back_from(struct db *db, const struct decision *d, const char *from)
{
	struct work w = { .decision = d,
		.move = { .kind = "petition", .community = d->community, .subject = d->petition,
		    .from = from, .actor = d->moderator, .program = "moderation",
		    .operation = d->operation, .note = d->explanation },
		.result = MODERATION_FAILED };

	if (lifecycle_run(db, bring_back, &w, &w.move) == TX_DONE)
		return MODERATION_DONE;
	return db_failed(db) ? MODERATION_FAILED : w.result;
}

enum moderation_result
moderation_suspend(struct db *db, const struct decision *d)
{
	return run(db, d, "suspended", put_aside);
}

enum moderation_result
moderation_resume(struct db *db, const struct decision *d)
{
	return back_from(db, d, "suspended");
}

enum moderation_result
moderation_hide(struct db *db, const struct decision *d)
{
	return run(db, d, "hidden", put_aside);
}

enum moderation_result
moderation_restore(struct db *db, const struct decision *d)
{
	return back_from(db, d, "hidden");
}
