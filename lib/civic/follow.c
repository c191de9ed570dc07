#include "civic/follow.h"

enum { FOLLOWED_MAX = 5000 };

bool
follow_begin(struct db *db, int64_t community, int64_t petition, int64_t person)
{
	/* Who follows already keeps the date since when. */
	SQL(follow, "INSERT INTO petition_follow (petition_id, person_id, community_id) "
	            "SELECT s.petition_id, s.person_id, s.community_id FROM petition_signature s WHERE "
	            "s.petition_id = ? AND s.person_id = ? AND s.community_id = ? AND NOT EXISTS (SELECT 1 FROM "
	            "petition_withdrawal w WHERE w.petition_id = s.petition_id AND w.person_id = s.person_id AND "
	            "w.community_id = s.community_id) ON DUPLICATE KEY UPDATE "
	            "since = IF(until IS NULL, since, UTC_TIMESTAMP()), until = NULL");

	/* CLIENT_FOUND_ROWS: a row that was there counts. */
	return db_exec(db, &follow, ARGS(INT(petition), INT(person), INT(community))) > 0;
}

void
follow_end(struct db *db, int64_t community, int64_t petition, int64_t person)
{
	SQL(unfollow, "UPDATE petition_follow SET until = UTC_TIMESTAMP() WHERE petition_id = ? AND "
	              "person_id = ? AND community_id = ? AND until IS NULL");

	db_exec(db, &unfollow, ARGS(INT(petition), INT(person), INT(community)));
}

bool
follow_on(struct db *db, int64_t community, int64_t petition, int64_t person)
{
	SQL(follows, "SELECT 1 FROM petition_follow WHERE petition_id = ? AND person_id = ? AND "
	             "community_id = ? AND until IS NULL");

	return db_row(db, &follows, ARGS(INT(petition), INT(person), INT(community))) != NULL;
}

void
follow_mark(struct db *db, int64_t community, int64_t person, json_t *rows)
{
	SQL(followed, "SELECT petition_id FROM petition_follow WHERE person_id = ? AND community_id = ? AND "
	              "until IS NULL ORDER BY since DESC LIMIT ?");
	json_t *all = db_rows(db, &followed, ARGS(INT(person), INT(community), INT(FOLLOWED_MAX))), *row, *f;
	size_t i, j;

	json_array_foreach(rows, i, row) {
		bool on = false;
		json_array_foreach(all, j, f)
			if (json_equal(json_object_get(f, "petition_id"), json_object_get(row, "petition_id")))
				on = true;
		json_object_set_new(row, "followed", json_boolean(on));
	}
}
