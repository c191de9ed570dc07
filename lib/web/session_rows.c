/* What happens to sessions of others than who asks: without a request, so that `manage` may use it. */
#include "web/session.h"

void
session_shorten(struct db *db, int64_t community, int64_t person)
{
	SQL(shorten_sessions, "UPDATE session SET idle_s = LEAST(idle_s, ?), expires_at = LEAST(expires_at, "
	                      "created_at + ?) WHERE person_id = ? AND (community_id = ? OR ? = 0)");

	db_exec(db, &shorten_sessions,
	    ARGS(INT(STAFF_SESSION_IDLE), INT(STAFF_SESSION_LIFE), INT(person), INT(community), INT(community)));
}
