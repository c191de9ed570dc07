#include "civic/signature_totals.h"

#include "base/log.h"
#include "civic/lifecycle.h"
#include "data/tx.h"

/* By way of the communities, whose index leads to what collects: a state alone would be looked for in
 * all petitions that there ever were (0.6 s among 60,000, twice a second). */
#define COLLECTING \
	"FROM community c JOIN petition p ON p.community_id = c.id " \
	"JOIN petition_total t ON t.petition_id = p.id AND t.community_id = p.community_id "

/* A signature counts one, its withdrawal takes one away; from a watermark on. */
#define CHANGES "SELECT petition_id, community_id, 1 AS n FROM petition_signature WHERE created_at >= ("
#define CHANGES_BACK "SELECT petition_id, community_id, -1 FROM petition_withdrawal WHERE created_at >= ("

/* Signatures at a counter and on paper are few, and have a table of their own: of petitions where one came or
 * was taken back since the watermark, all are counted. Before the watermark moves. */
#define ASSISTED \
	"INSERT INTO petition_total (petition_id, community_id, assisted_count) " \
	"SELECT a.petition_id, a.community_id, COUNT(*) - SUM(a.withdrawn) FROM petition_assisted a "
#define ASSISTED_OF "GROUP BY a.petition_id, a.community_id ON DUPLICATE KEY UPDATE assisted_count = VALUES(assisted_count)"

static bool
add_assisted(struct db *db, void *ctx)
{
	SQL(add_assisted, ASSISTED "JOIN (SELECT DISTINCT petition_id FROM petition_assisted WHERE changed_at >= "
	                           "(SELECT at FROM watermark WHERE name = 'settled')) n ON n.petition_id = a.petition_id "
	                           ASSISTED_OF);

	(void)ctx;
	return db_exec(db, &add_assisted, NO_ARGS) >= 0;
}

static bool
settle(struct db *db, void *ctx)
{
	SQL(take_watermark, "SELECT at < UTC_TIMESTAMP(6) - INTERVAL 30 SECOND AS due FROM watermark "
	                    "WHERE name = 'settled' FOR UPDATE");
	/* `until` holds the new mark, so that both statements below cut at the same instant. */
	SQL(set_until, "INSERT INTO watermark (name, at) VALUES ('until', UTC_TIMESTAMP(6) - INTERVAL 30 "
	               "SECOND) ON DUPLICATE KEY UPDATE at = VALUES(at)");
	SQL(add_settled,
	    "INSERT INTO petition_total (petition_id, community_id, settled) "
	    "SELECT s.petition_id, s.community_id, SUM(s.n) FROM (" CHANGES
	    "SELECT at FROM watermark WHERE name = 'settled') AND created_at < "
	    "(SELECT at FROM watermark WHERE name = 'until') UNION ALL " CHANGES_BACK
	    "SELECT at FROM watermark WHERE name = 'settled') AND created_at < "
	    "(SELECT at FROM watermark WHERE name = 'until')) s "
	    "GROUP BY s.petition_id, s.community_id "
	    "ON DUPLICATE KEY UPDATE settled = settled + VALUES(settled)");
	SQL(move_watermark, "UPDATE watermark s JOIN watermark u ON u.name = 'until' SET s.at = u.at "
	                    "WHERE s.name = 'settled'");

	(void)ctx;
	if (db_number(db, &take_watermark, NO_ARGS, 0) == 0)
		return true;
	db_exec(db, &set_until, NO_ARGS);
	db_exec(db, &add_settled, NO_ARGS);
	return db_exec(db, &move_watermark, NO_ARGS) >= 0;
}

/* What was signed or taken back since the watermark, summed by petition: of the index by_time alone. */
#define FRESH \
	"(SELECT s.petition_id, SUM(s.n) AS n FROM (" \
	"SELECT petition_id, 1 AS n FROM petition_signature WHERE created_at >= " \
	"(SELECT at FROM watermark WHERE name = 'settled') UNION ALL " \
	"SELECT petition_id, -1 FROM petition_withdrawal WHERE created_at >= " \
	"(SELECT at FROM watermark WHERE name = 'settled')) s GROUP BY s.petition_id) f "
#define OF_FRESH \
	"FROM " FRESH "STRAIGHT_JOIN petition p ON p.id = f.petition_id " \
	"STRAIGHT_JOIN petition_total t ON t.petition_id = p.id AND t.community_id = p.community_id "
/* An INSERT … SELECT reads without locks at READ COMMITTED; an UPDATE of joined tables would wait for every
 * signature under way. */
#define WRITE_TOTALS \
	"INSERT INTO petition_total (petition_id, community_id, signature_count) " \
	"SELECT p.id, p.community_id, t.settled + COALESCE(f.n, 0) + p.outside_count "
#define WHERE_CHANGED \
	"WHERE p.state IN ('collecting', 'suspended') " \
	"AND t.signature_count <> t.settled + COALESCE(f.n, 0) + p.outside_count " \
	"ON DUPLICATE KEY UPDATE signature_count = VALUES(signature_count)"

/* Writes totals, and when that was: began and ended. A signature of before is in them, of after is not. */
static bool
count_by(struct db *db, struct sql *totals)
{
	SQL(mark_counted, "INSERT INTO watermark (name, at) VALUES ('counted', ?), "
	                  "('counted_until', UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE at = VALUES(at)");
	SQL(instant, "SELECT DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%d %H:%i:%s.%f') AS at");

	json_t *row = db_row(db, &instant, NO_ARGS);
	if (row == NULL || db_exec(db, totals, NO_ARGS) < 0)
		return false;
	return db_exec(db, &mark_counted, ARGS(TEXT(json_string_value(json_object_get(row, "at"))))) >= 0;
}

/* Only what changed since the watermark: comparing all that collect twice a second took a seventh of a core among
 * 100,000 petitions. It runs before the watermark moves, which then passes nothing by. */
static bool
add_fresh(struct db *db, void *ctx)
{
	SQL(add_fresh, WRITE_TOTALS OF_FRESH WHERE_CHANGED);

	(void)ctx;
	return count_by(db, &add_fresh);
}

/* All that collect, whether anybody signed or not: what is settled was counted anew, a total was corrected. */
static bool
compare_all(struct db *db, void *ctx)
{
	SQL(compare_totals, WRITE_TOTALS COLLECTING "LEFT JOIN " FRESH "ON f.petition_id = p.id " WHERE_CHANGED);

	(void)ctx;
	return count_by(db, &compare_totals);
}

static bool
recount_settled(struct db *db, void *ctx)
{
	SQL(recount_settled,
	    "INSERT INTO petition_total (petition_id, community_id, settled) "
	    "SELECT p.id, p.community_id, COALESCE(f.n, 0) "
	    COLLECTING
	    "LEFT JOIN (SELECT s.petition_id, SUM(s.n) AS n FROM ("
	    "SELECT petition_id, 1 AS n FROM petition_signature WHERE created_at < "
	    "(SELECT at FROM watermark WHERE name = 'settled') UNION ALL "
	    "SELECT petition_id, -1 FROM petition_withdrawal WHERE created_at < "
	    "(SELECT at FROM watermark WHERE name = 'settled')) s GROUP BY s.petition_id) f "
	    "ON f.petition_id = p.id WHERE p.state = 'collecting' AND t.settled <> COALESCE(f.n, 0) "
	    "ON DUPLICATE KEY UPDATE settled = VALUES(settled)");

	SQL(recount_assisted, ASSISTED ASSISTED_OF);

	(void)ctx;
	int64_t changed = db_exec(db, &recount_settled, NO_ARGS);
	db_exec(db, &recount_assisted, NO_ARGS);
	/* Each row that was there already counts as two. */
	if (changed > 0)
		log_error("totals", "%lld totals were wrong and are counted anew", (long long)(changed + 1) / 2);
	return changed >= 0 && !db_failed(db);
}

/* The clock was set back: what comes now would lie behind the watermark, uncounted. */
static bool
heal(struct db *db, void *ctx)
{
	SQL(set_back, "UPDATE watermark SET at = UTC_TIMESTAMP(6) - INTERVAL 30 SECOND "
	              "WHERE name = 'settled' AND at > UTC_TIMESTAMP(6)");

	int64_t changed = db_exec(db, &set_back, NO_ARGS);
	return changed == 0 || (changed > 0 && recount_settled(db, ctx) && compare_all(db, ctx));
}

bool
signature_totals_add(struct db *db)
{
	SQL(first_watermark, "INSERT IGNORE INTO watermark (name, at) VALUES ('settled', '2000-01-01')");

	db_exec(db, &first_watermark, NO_ARGS);
	return tx_run(db, heal, NULL) == TX_DONE && tx_run(db, add_assisted, NULL) == TX_DONE &&
	    tx_run(db, add_fresh, NULL) == TX_DONE && tx_run(db, settle, NULL) == TX_DONE;
}

bool
signature_totals_compare(struct db *db)
{
	return tx_run(db, compare_all, NULL) == TX_DONE;
}

bool
signature_totals_recount(struct db *db)
{
	return tx_run(db, recount_settled, NULL) == TX_DONE;
}

struct decision {
	int64_t petition, community, threshold;
	bool over; /* the term */
	bool moved;
};

/* Too few signed: where the rules of its publication say so, it is considered as an ordinary appeal of
 * its author (Art. 23-1). */
static bool
goes_on_as_appeal(struct db *db, const struct decision *d)
{
	SQL(becomes_appeal, "SELECT r.failed_becomes_appeal AND p.author_id IS NOT NULL AS yes FROM petition p "
	                    "JOIN petition_rules r ON r.community_id = p.community_id AND "
	                    "r.version = p.rules_version WHERE p.id = ? AND p.community_id = ?");
	json_t *row = db_row(db, &becomes_appeal, ARGS(INT(d->petition), INT(d->community)));
	struct move m = { .kind = "petition", .community = d->community, .subject = d->petition,
		.from = "not_reached", .to = "appeal", .program = "worker" };

	if (!json_is_true(json_object_get(row, "yes")))
		return !db_failed(db);
	return lifecycle_move(db, &m) == MOVE_DONE;
}

static bool
decide(struct db *db, void *ctx)
{
	/* Locks out signatures; those under way finish first, and are counted. */
	SQL(hold, "SELECT outside_count FROM petition WHERE id = ? AND community_id = ? "
	          "AND state = 'collecting' AND NOT EXISTS (SELECT 1 FROM community_pause z WHERE "
	          "z.community_id = ? AND z.until IS NULL) FOR UPDATE");
	SQL(recount, "SELECT COUNT(*) AS n FROM petition_signature WHERE petition_id = ? "
	             "AND community_id = ? LOCK IN SHARE MODE");
	SQL(recount_withdrawn, "SELECT COUNT(*) AS n FROM petition_withdrawal WHERE petition_id = ? "
	                       "AND community_id = ? LOCK IN SHARE MODE");
	SQL(write_count, "UPDATE petition_total SET signature_count = ? WHERE petition_id = ? "
	                 "AND community_id = ?");
	SQL(mark_decided, "UPDATE petition SET decided_at = UTC_TIMESTAMP() WHERE id = ? AND community_id = ?");
	struct decision *d = ctx;
	struct db_args one = ARGS(INT(d->petition), INT(d->community));

	d->moved = false;
	int64_t outside = db_number(db, &hold,
	    ARGS(INT(d->petition), INT(d->community), INT(d->community)), -1);
	if (outside < 0)
		return false;
	int64_t n = db_number(db, &recount, one, 0) - db_number(db, &recount_withdrawn, one, 0) + outside;
	if (db_failed(db))
		return false;
	if (n < d->threshold && !d->over)
		return false;
	struct move m = { .kind = "petition", .community = d->community, .subject = d->petition,
		.from = "collecting", .to = n >= d->threshold ? "reached" : "not_reached",
		.program = "worker" };
	d->moved = lifecycle_move(db, &m) == MOVE_DONE &&
	    db_exec(db, &mark_decided, one) == 1 &&
	    db_exec(db, &write_count, ARGS(INT(n), INT(d->petition), INT(d->community))) >= 0 &&
	    (n >= d->threshold || goes_on_as_appeal(db, d));
	return d->moved;
}

#define MAY_MOVE \
	"p.state = 'collecting' AND NOT EXISTS (SELECT 1 FROM community_pause z WHERE " \
	"z.community_id = p.community_id AND z.until IS NULL) "
#define DUE "SELECT p.id, p.community_id, p.threshold, p.closes_at <= UTC_TIMESTAMP() AS ended "

/* Of rows of DUE. */
static int
decide_each(struct db *db, json_t *rows)
{
	json_t *row;
	int moved = 0;
	size_t i;

	json_array_foreach(rows, i, row) {
		struct decision d = { .petition = json_integer_value(json_object_get(row, "id")),
			.community = json_integer_value(json_object_get(row, "community_id")),
			.threshold = json_integer_value(json_object_get(row, "threshold")),
			.over = json_is_true(json_object_get(row, "ended")) };
		if (tx_run(db, decide, &d) == TX_DONE && d.moved) {
			moved++;
			log_info("petition", "petition %lld is decided", (long long)d.petition);
		}
	}
	return db_failed(db) ? -1 : moved;
}

int
signature_totals_decide(struct db *db)
{
	SQL(due_reached, DUE OF_FRESH "WHERE t.signature_count >= p.threshold AND " MAY_MOVE "LIMIT 200");
	SQL(due_ended, DUE "FROM community c STRAIGHT_JOIN petition p FORCE INDEX (by_end) ON p.community_id = c.id "
	               "AND p.closes_at <= UTC_TIMESTAMP() WHERE " MAY_MOVE "LIMIT 200");
	int reached = decide_each(db, db_rows(db, &due_reached, NO_ARGS));
	int ended = reached >= 0 ? decide_each(db, db_rows(db, &due_ended, NO_ARGS)) : -1;

	return ended >= 0 ? reached + ended : -1;
}

int
signature_totals_decide_all(struct db *db)
{
	SQL(due_all, DUE COLLECTING "WHERE t.signature_count >= p.threshold AND " MAY_MOVE "LIMIT 200");

	return decide_each(db, db_rows(db, &due_all, NO_ARGS));
}
