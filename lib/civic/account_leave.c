#include "base/log.h"
#include "civic/account.h"
#include "data/tx.h"

enum { FORGOTTEN_AT_ONCE = 100 };

json_t *
account_kept(struct db *db, int64_t person)
{
	SQL(leaving_keeps,
	    "SELECT (SELECT COUNT(*) FROM petition_signature g WHERE g.person_id = h.id) AS signatures, "
	    "(SELECT COUNT(*) FROM petition p WHERE p.author_id = h.id AND p.state <> 'draft') AS petitions, "
	    "(SELECT COUNT(*) FROM petition p WHERE p.author_id = h.id AND p.state = 'draft') AS drafts, "
	    "(SELECT COUNT(*) FROM staff s WHERE s.person_id = h.id AND s.since <= UTC_TIMESTAMP() AND "
	    "(s.until IS NULL OR s.until > UTC_TIMESTAMP())) + (SELECT COUNT(*) FROM installation_owner o WHERE "
	    "o.person_id = h.id AND (o.until IS NULL OR o.until > UTC_TIMESTAMP())) AS roles FROM person h WHERE h.id = ?");

	return db_row(db, &leaving_keeps, ARGS(INT(person)));
}

static bool
leave(struct db *db, void *ctx)
{
	SQL(leave_account, "SELECT account_leave(?) AS result");
	int64_t *result = ctx;

	*result = db_number(db, &leave_account, ARGS(INT(*result)), -1);
	return *result == 1;
}

enum leave_result
account_leave(struct db *db, int64_t person)
{
	int64_t result = person;

	if (tx_run(db, leave, &result) == TX_DONE) {
		log_info("account", "person %lld has left", (long long)person);
		return LEAVE_DONE;
	}
	return result == 0 ? LEAVE_STAFF : LEAVE_FAILED;
}

bool
account_forget(struct db *db)
{
	SQL(forget_accounts, "SELECT account_forget(?) AS n");
	int64_t n = db_number(db, &forget_accounts, ARGS(INT(FORGOTTEN_AT_ONCE)), 0);

	if (n > 0)
		log_info("account", "%lld accounts forgotten", (long long)n);
	return !db_failed(db);
}
