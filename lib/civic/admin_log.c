#include "civic/rules.h"

bool
admin_note(struct db *db, int64_t community, int64_t administrator, const char *what, const char *detail)
{
	SQL(admin_note, "INSERT INTO admin_event (community_id, actor_id, what, detail) VALUES (?, ?, ?, ?)");

	return db_exec(db, &admin_note,
	           ARGS(INT(community), INT(administrator), TEXT(what), TEXT(detail))) == 1;
}

json_t *
admin_log(struct db *db, int64_t community)
{
	SQL(admin_log, "SELECT e.what, e.detail, e.created_at, CONCAT(h.given_name, ' ', h.family_name) AS "
	               "actor_name FROM admin_event e JOIN person h ON h.id = e.actor_id "
	               "WHERE e.community_id = ? ORDER BY e.id DESC LIMIT 200");

	return db_rows(db, &admin_log, ARGS(INT(community)));
}
