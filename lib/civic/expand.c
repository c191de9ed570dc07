/* From causes to letters: post_expand(). */
#include "civic/post.h"

#include "base/str.h"
#include "data/tx.h"

enum { CAUSES_A_TURN = 10, URGENT = 0, ORDINARY = 1, MANY = 2 };

static bool
to_claim(struct db *db, struct db_value cause, struct db_value community)
{
	SQL(letter_to_claim, "INSERT INTO letter (community_id, outbox_id, person_id, token, urgency) "
	                     "SELECT community_id, id, person_id, LOWER(HEX(RANDOM_BYTES(12))), ? FROM outbox "
	                     "WHERE id = ? AND community_id = ?");

	return db_exec(db, &letter_to_claim, ARGS(INT(URGENT), cause, community)) >= 0;
}

/* Too few signatures, and on as an appeal: both are written at once, and the second letter says it all. */
static bool
to_author(struct db *db, struct db_value cause, struct db_value community)
{
	SQL(letter_to_author, "INSERT INTO letter (community_id, outbox_id, person_id, token, urgency) "
	                      "SELECT o.community_id, o.id, o.person_id, LOWER(HEX(RANDOM_BYTES(12))), ? "
	                      "FROM outbox o JOIN contact c ON c.person_id = o.person_id WHERE o.id = ? AND "
	                      "o.community_id = ? AND c.confirmed_at IS NOT NULL AND c.bounced_at IS NULL "
	                      "AND c.author_notices AND NOT (o.notice = 'petition-not-reached' AND EXISTS "
	                      "(SELECT 1 FROM outbox n WHERE n.kind = o.kind AND n.subject_id = o.subject_id "
	                      "AND n.community_id = o.community_id AND n.notice = 'petition-appeal'))");

	return db_exec(db, &letter_to_author, ARGS(INT(ORDINARY), cause, community)) >= 0;
}

static bool
to_staff(struct db *db, struct db_value cause, struct db_value community)
{
	SQL(letter_to_staff, "INSERT INTO letter (community_id, outbox_id, person_id, token, urgency) "
	                     "SELECT o.community_id, o.id, s.person_id, LOWER(HEX(RANDOM_BYTES(12))), ? "
	                     "FROM outbox o JOIN staff s ON s.community_id = o.community_id AND "
	                     "FIND_IN_SET(s.role, o.roles) AND s.since <= UTC_TIMESTAMP() AND "
	                     "(s.until IS NULL OR s.until > UTC_TIMESTAMP()) "
	                     "JOIN contact c ON c.person_id = s.person_id WHERE o.id = ? AND "
	                     "o.community_id = ? AND c.confirmed_at IS NOT NULL AND c.bounced_at IS NULL "
	                     "AND c.staff_notices GROUP BY o.community_id, o.id, s.person_id");

	return db_exec(db, &letter_to_staff, ARGS(INT(ORDINARY), cause, community)) >= 0;
}

/* One batch of followers; *last receives the person up to whom letters are made, 0 where all are. The
 * author has a letter of their own. */
static bool
to_followers(struct db *db, json_t *row, struct db_value cause, struct db_value community, int64_t *last)
{
	SQL(batch_end, "SELECT MAX(b.person_id) AS last, COUNT(*) AS n FROM (SELECT f.person_id FROM "
	               "petition_follow f WHERE f.petition_id = ? AND f.community_id = ? AND f.person_id > ? "
	               "ORDER BY f.person_id LIMIT ?) b");
	SQL(letter_to_followers,
	    "INSERT INTO letter (community_id, outbox_id, person_id, token, urgency) "
	    "SELECT o.community_id, o.id, f.person_id, LOWER(HEX(RANDOM_BYTES(12))), ? FROM outbox o "
	    "JOIN petition_follow f ON f.petition_id = o.subject_id AND f.community_id = o.community_id "
	    "AND f.until IS NULL AND f.since <= o.created_at "
	    "JOIN contact c ON c.person_id = f.person_id AND c.confirmed_at IS NOT NULL "
	    "AND c.bounced_at IS NULL JOIN petition p ON p.id = o.subject_id AND "
	    "p.community_id = o.community_id AND NOT (p.author_id <=> f.person_id) "
	    "WHERE o.id = ? AND o.community_id = ? AND f.person_id > ? AND f.person_id <= ?");
	struct db_value from = INT(json_integer_value(json_object_get(row, "told_to")));

	json_t *end = db_row(db, &batch_end,
	    ARGS(INT(json_integer_value(json_object_get(row, "subject_id"))), community, from,
	        INT(EXPAND_BATCH)));
	if (end == NULL)
		return false;
	int64_t to = json_integer_value(json_object_get(end, "last"));
	*last = json_integer_value(json_object_get(end, "n")) == EXPAND_BATCH ? to : 0;
	return db_exec(db, &letter_to_followers, ARGS(INT(MANY), cause, community, from, INT(to))) >= 0;
}

/* The oldest cause, or a batch of it. *ctx receives whether there was one. */
static bool
expand(struct db *db, void *ctx)
{
	SQL(next_cause, "SELECT id, community_id, audience, subject_id, told_to FROM outbox WHERE "
	                "expanded_at IS NULL AND cancelled_at IS NULL AND not_before <= UTC_TIMESTAMP() "
	                "ORDER BY not_before, id LIMIT 1 FOR UPDATE");
	SQL(told, "UPDATE outbox SET told_to = ?, expanded_at = IF(?, UTC_TIMESTAMP(), NULL) WHERE id = ? "
	          "AND community_id = ?");
	bool *found = ctx, made;
	int64_t last = 0;

	json_t *row = db_row(db, &next_cause, NO_ARGS);
	*found = row != NULL;
	if (row == NULL)
		return !db_failed(db);
	struct db_value cause = INT(json_integer_value(json_object_get(row, "id")));
	struct db_value community = INT(json_integer_value(json_object_get(row, "community_id")));
	const char *audience = json_string_value(json_object_get(row, "audience"));
	if (str_eq(audience, "followers"))
		made = to_followers(db, row, cause, community, &last);
	else if (str_eq(audience, "staff"))
		made = to_staff(db, cause, community);
	else if (str_eq(audience, "claim"))
		made = to_claim(db, cause, community);
	else
		made = to_author(db, cause, community);
	return made && db_exec(db, &told, ARGS(INT(last), INT(last == 0), cause, community)) == 1;
}

bool
post_expand(struct db *db)
{
	bool found = true;

	for (int i = 0; i < CAUSES_A_TURN && found; i++)
		if (tx_run(db, expand, &found) != TX_DONE)
			return false;
	return true;
}
