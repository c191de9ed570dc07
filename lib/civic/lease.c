#include "civic/lease.h"

#include <time.h>

bool
lease_hold(struct db *db, const char *role, const char *holder)
{
	SQL(make_lease, "INSERT IGNORE INTO lease (name, holder, until) VALUES (?, '', 0)");
	SQL(take_lease, "UPDATE lease SET holder = ?, until = ? WHERE name = ? AND (holder = ? OR until < ?)");
	int64_t now = time(NULL);

	db_exec(db, &make_lease, ARGS(TEXT(role)));
	return db_exec(db, &take_lease,
	           ARGS(TEXT(holder), INT(now + LEASE_SECONDS), TEXT(role), TEXT(holder), INT(now))) == 1;
}

void
lease_end(struct db *db, const char *role, const char *holder)
{
	SQL(end_lease, "UPDATE lease SET until = 0 WHERE name = ? AND holder = ?");

	db_exec(db, &end_lease, ARGS(TEXT(role), TEXT(holder)));
}
