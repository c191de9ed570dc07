#include "civic/petition.h"

#include "base/str.h"
#include "civic/cursor.h"

/* The cursor's column is finer than the shown time: two may sign in one second. */
static const char *
cut_page(struct pool *pool, json_t *rows, int64_t limit)
{
	const char *next = NULL;
	json_t *row;
	size_t i;

	if ((int64_t)json_array_size(rows) > limit) {
		json_array_remove(rows, (size_t)limit);
		json_t *last = json_array_get(rows, (size_t)limit - 1);
		next = cursor_write(pool, json_object_get(last, "exact"), json_object_get(last, "key_id"));
	}
	json_array_foreach(rows, i, row) {
		json_object_del(row, "exact");
		json_object_del(row, "key_id");
	}
	return next;
}

static struct cursor
start_of(struct pool *pool, const char *after)
{
	struct cursor c;

	if (!cursor_read(pool, after, false, &c))
		c = (struct cursor){ .value = "9999-12-31 23:59:59", .id = INT64_MAX };
	return c;
}

json_t *
petition_signers(struct db *db, struct pool *pool, int64_t community, int64_t id, const char *after,
    int64_t limit, const char **next)
{
	/* Along the index, from signature to signature: an anti-join by NOT EXISTS would read all withdrawals
	 * first. */
#define SIGNERS \
	"SELECT CONCAT(n.family_name, ' ', n.given_name) AS name, s.created_at AS signed_at, " \
	"DATE_FORMAT(s.created_at, '%Y-%m-%dT%H:%i:%s.%f') AS exact, s.person_id AS key_id " \
	"FROM petition_signature s FORCE INDEX (of_petition) STRAIGHT_JOIN person n ON n.id = s.person_id " \
	"LEFT JOIN petition_withdrawal w ON w.petition_id = s.petition_id AND w.person_id = s.person_id " \
	"AND w.community_id = s.community_id " \
	"WHERE s.petition_id = ? AND s.community_id = ? AND NOT s.hidden AND w.created_at IS NULL "
#define LATEST_FIRST "ORDER BY s.created_at DESC, s.person_id DESC LIMIT ?"
	SQL(signers, SIGNERS LATEST_FIRST);
	SQL(signers_after, SIGNERS "AND (s.created_at < ? OR (s.created_at = ? AND s.person_id < ?)) " LATEST_FIRST);
	struct cursor c;
	json_t *rows;

	if (cursor_read(pool, after, false, &c))
		rows = db_rows(db, &signers_after, ARGS(INT(id), INT(community), TEXT(c.value), TEXT(c.value),
		    INT(c.id), INT(limit + 1)));
	else
		rows = db_rows(db, &signers, ARGS(INT(id), INT(community), INT(limit + 1)));
	*next = cut_page(pool, rows, limit);
	return rows;
}

int64_t
petition_hidden_signers(struct db *db, int64_t community, int64_t id)
{
	SQL(count_hidden, "SELECT COUNT(*) AS n FROM petition_signature s WHERE s.petition_id = ? AND "
	                  "s.community_id = ? AND s.hidden AND NOT EXISTS (SELECT 1 FROM petition_withdrawal w "
	                  "WHERE w.petition_id = s.petition_id AND w.person_id = s.person_id AND "
	                  "w.community_id = s.community_id)");

	return db_number(db, &count_hidden, ARGS(INT(id), INT(community)), 0);
}

int64_t
petition_signer_count(struct db *db, int64_t community, int64_t id)
{
	SQL(count_named, "SELECT GREATEST(COALESCE(t.signature_count, 0) - p.outside_count, 0) AS n "
	                 "FROM petition p LEFT JOIN petition_total t ON t.petition_id = p.id "
	                 "AND t.community_id = p.community_id WHERE p.id = ? AND p.community_id = ?");

	return db_number(db, &count_named, ARGS(INT(id), INT(community)), 0);
}

json_t *
petition_signed_by(struct db *db, struct pool *pool, int64_t community, int64_t person,
    const char *after, const char **next)
{
	SQL(signed_by,
	    "SELECT s.petition_id, IF(p.state = 'hidden', '', p.title) AS title, p.state, "
	    "s.created_at AS signed_at, EXISTS (SELECT 1 FROM petition_withdrawal w WHERE "
	    "w.petition_id = s.petition_id AND w.person_id = s.person_id AND w.community_id = s.community_id) "
	    "AS withdrawn, "
	    "DATE_FORMAT(s.created_at, '%Y-%m-%dT%H:%i:%s.%f') AS exact, s.petition_id AS key_id "
	    "FROM petition_signature s JOIN petition p ON p.id = s.petition_id "
	    "AND p.community_id = s.community_id "
	    "WHERE s.person_id = ? AND s.community_id = ? AND (s.created_at < ? OR (s.created_at = ? AND "
	    "s.petition_id < ?)) ORDER BY s.created_at DESC, s.petition_id DESC LIMIT ?");
	struct cursor c = start_of(pool, after);

	json_t *rows = db_rows(db, &signed_by, ARGS(INT(person), INT(community), TEXT(c.value),
	    TEXT(c.value), INT(c.id), INT(SIGNERS_PAGE + 1)));
	*next = cut_page(pool, rows, SIGNERS_PAGE);
	return rows;
}

json_t *
petition_sheet(struct db *db, int64_t community, int64_t id, int64_t page)
{
	SQL(sheet, "SELECT CONCAT(n.family_name, ' ', n.given_name) AS name, s.created_at AS signed_at "
	           "FROM petition_signature s JOIN person n ON n.id = s.person_id "
	           "WHERE s.petition_id = ? AND s.community_id = ? AND NOT s.hidden AND NOT EXISTS (SELECT 1 FROM "
	           "petition_withdrawal w WHERE w.petition_id = s.petition_id AND w.person_id = s.person_id AND "
	           "w.community_id = s.community_id) ORDER BY s.created_at, s.person_id LIMIT ? OFFSET ?");
	int64_t before = (page - 1) * SHEET_PAGE;
	json_t *rows = db_rows(db, &sheet, ARGS(INT(id), INT(community), INT(SHEET_PAGE + 1), INT(before))), *row;
	size_t i;

	json_array_foreach(rows, i, row)
		json_object_set_new(row, "number", json_integer(before + (int64_t)i + 1));
	return rows;
}
