#include "civic/retention.h"

#include "base/log.h"
#include "data/tx.h"

enum { PETITIONS_AT_ONCE = 20, ROWS_AT_ONCE = 2000 };

struct work {
	int64_t petition, community, removed;
	bool last;
};

/* Some rows a transaction: nobody waits long for a lock. */
static bool
remove_some(struct db *db, void *ctx)
{
	SQL(remove_withdrawals, "DELETE FROM petition_withdrawal WHERE petition_id = ? AND community_id = ? LIMIT ?");
	SQL(remove_signatures, "DELETE FROM petition_signature WHERE petition_id = ? AND community_id = ? LIMIT ?");
	SQL(remove_follows, "DELETE FROM petition_follow WHERE petition_id = ? AND community_id = ? LIMIT ?");
	SQL(names_gone, "UPDATE petition SET names_removed_at = UTC_TIMESTAMP() WHERE id = ? AND "
	                "community_id = ? AND names_removed_at IS NULL");
	struct work *w = ctx;
	struct db_args some = ARGS(INT(w->petition), INT(w->community), INT(ROWS_AT_ONCE));
	/* The signatures first: without its withdrawal a withdrawn one would be shown for a moment. Who asked for
	 * letters had signed. */
	int64_t signatures = db_exec(db, &remove_signatures, some);
	int64_t withdrawals = signatures == 0 ? db_exec(db, &remove_withdrawals, some) : 0;
	int64_t follows = signatures == 0 && withdrawals == 0 ? db_exec(db, &remove_follows, some) : 0;

	w->last = withdrawals == 0 && signatures == 0 && follows == 0;
	w->removed += signatures > 0 ? signatures : 0;
	return !db_failed(db) &&
	    (!w->last || db_exec(db, &names_gone, ARGS(INT(w->petition), INT(w->community))) >= 0);
}

#define PUBLISHED \
	"SELECT p.id, p.community_id FROM community k JOIN petition p ON p.community_id = k.id " \
	"JOIN petition_rules r ON r.community_id = p.community_id AND r.version = p.rules_version " \
	"WHERE p.names_removed_at IS NULL AND p.published_at IS NOT NULL AND "
#define SUPPORTED_OVER "p.published_at + INTERVAL r.keep_supported_years YEAR"
#define FAILED_OVER "COALESCE(p.decided_at, p.closes_at) + INTERVAL r.keep_failed_months MONTH"

/* False where the database failed. */
static bool
remove_from(struct db *db, struct sql *which)
{
	json_t *rows = db_rows(db, which, ARGS(INT(PETITIONS_AT_ONCE))), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		struct work w = { .petition = json_integer_value(json_object_get(row, "id")),
			.community = json_integer_value(json_object_get(row, "community_id")) };
		do {
			if (tx_run(db, remove_some, &w) != TX_DONE)
				return false;
		} while (!w.last);
		log_info("retention", "petition %lld: %lld names removed", (long long)w.petition,
		    (long long)w.removed);
	}
	return !db_failed(db);
}

bool
retention_remove_names(struct db *db)
{
	SQL(kept_long_enough,
	    PUBLISHED "p.section IN ('not_reached', 'answered') AND UTC_TIMESTAMP() > IF(p.section = 'answered', "
	    SUPPORTED_OVER ", " FAILED_OVER ") LIMIT ?");
	SQL(hidden_long_enough,
	    PUBLISHED "p.state = 'hidden' AND ((p.state_before IN ('answered', 'implementing', 'implemented') AND "
	    "UTC_TIMESTAMP() > " SUPPORTED_OVER ") OR (p.state_before IN ('not_reached', 'appeal', "
	    "'appeal_answered', 'withdrawn', 'merged') AND UTC_TIMESTAMP() > " FAILED_OVER ")) LIMIT ?");

	return remove_from(db, &kept_long_enough) && remove_from(db, &hidden_long_enough);
}
