#include "civic/claim.h"

#include <time.h>

enum claim_result
claim_take(struct db *db, int64_t community, const char *kind, int64_t subject, int64_t person)
{
	/* Of two who take a free item at once the primary key lets one in; the other one's UPDATE part
	 * changes nothing while the claim is another's. */
	SQL(take_claim,
	    "INSERT INTO claim (community_id, kind, subject_id, person_id, until) "
	    "SELECT p.community_id, ?, p.id, ?, ? FROM petition p WHERE p.id = ? AND p.community_id = ? "
	    "ON DUPLICATE KEY UPDATE "
	    "person_id = IF(person_id = VALUES(person_id) OR until <= ?, VALUES(person_id), person_id), "
	    "until = IF(person_id = VALUES(person_id), VALUES(until), until)");
	SQL(is_mine, "SELECT person_id = ? AS mine FROM claim WHERE kind = ? AND subject_id = ? AND "
	             "community_id = ?");
	int64_t now = (int64_t)time(NULL);

	if (db_exec(db, &take_claim, ARGS(TEXT(kind), INT(person), INT(now + CLAIM_SECONDS), INT(subject),
	        INT(community), INT(now))) < 0)
		return CLAIM_FAILED;
	json_t *row = db_row(db, &is_mine, ARGS(INT(person), TEXT(kind), INT(subject), INT(community)));
	if (row == NULL)
		return db_failed(db) ? CLAIM_FAILED : CLAIM_UNKNOWN;
	return json_is_true(json_object_get(row, "mine")) ? CLAIM_YOURS : CLAIM_TAKEN;
}

bool
claim_release(struct db *db, int64_t community, const char *kind, int64_t subject, int64_t person)
{
	SQL(release_claim, "DELETE FROM claim WHERE kind = ? AND subject_id = ? AND community_id = ? AND "
	                   "person_id = ?");

	return db_exec(db, &release_claim,
	           ARGS(TEXT(kind), INT(subject), INT(community), INT(person))) >= 0;
}

json_t *
claim_of(struct db *db, int64_t community, const char *kind, int64_t subject, int64_t viewer)
{
	SQL(claim_of, "SELECT c.person_id, CONCAT(h.given_name, ' ', h.family_name) AS name, c.until, "
	              "c.person_id = ? AS yours FROM claim c JOIN person h ON h.id = c.person_id "
	              "WHERE c.kind = ? AND c.subject_id = ? AND c.community_id = ? AND c.until > ?");

	return db_row(db, &claim_of,
	    ARGS(INT(viewer), TEXT(kind), INT(subject), INT(community), INT((int64_t)time(NULL))));
}
