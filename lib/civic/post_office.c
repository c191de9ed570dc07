/* What the operator asks of letters. */
#include "civic/post.h"

#include "base/str.h"
#include "civic/contact.h"

json_t *
post_counts(struct db *db)
{
	SQL(letter_counts, "SELECT state, COUNT(*) AS n, MIN(created_at) AS oldest FROM letter "
	                   "GROUP BY state ORDER BY state");

	return db_rows(db, &letter_counts, NO_ARGS);
}

json_t *
post_uncertain(struct db *db)
{
	SQL(uncertain_letters, "SELECT l.id, o.notice, o.subject_id, l.changed_at FROM letter l JOIN outbox o ON "
	                       "o.id = l.outbox_id AND o.community_id = l.community_id "
	                       "WHERE l.state = 'uncertain' ORDER BY l.id LIMIT 500");

	return db_rows(db, &uncertain_letters, NO_ARGS);
}

bool
post_again(struct db *db, int64_t letter)
{
	SQL(letter_again, "UPDATE letter SET state = 'waiting', holder = '', created_at = UTC_TIMESTAMP(), "
	                  "next_at = UTC_TIMESTAMP() WHERE id = ? AND state IN ('uncertain', 'failed')");

	return db_exec(db, &letter_again, ARGS(INT(letter))) == 1;
}

enum bounce_result
post_bounced(struct db *db, const char *token)
{
	SQL(letter_of_token, "SELECT l.id, l.community_id, l.person_id, l.address_version, o.audience, "
	                     "o.subject_id FROM letter l JOIN outbox o ON o.id = l.outbox_id AND "
	                     "o.community_id = l.community_id WHERE l.token = ?");
	SQL(letter_came_back, "UPDATE letter SET state = 'bounced', changed_at = UTC_TIMESTAMP() WHERE id = ? "
	                      "AND community_id = ?");
	json_t *row = db_row(db, &letter_of_token, ARGS(TEXT(token)));
	int64_t community = json_integer_value(json_object_get(row, "community_id"));
	const char *audience = json_string_value(json_object_get(row, "audience"));

	if (row == NULL)
		return db_failed(db) ? BOUNCE_FAILED : BOUNCE_UNKNOWN;
	if (str_eq(audience, "claim"))
		contact_claim_bounced(db, community, json_integer_value(json_object_get(row, "subject_id")));
	else
		contact_bounced(db, json_integer_value(json_object_get(row, "person_id")),
		    json_integer_value(json_object_get(row, "address_version")));
	db_exec(db, &letter_came_back, ARGS(INT(json_integer_value(json_object_get(row, "id"))), INT(community)));
	return db_failed(db) ? BOUNCE_FAILED : BOUNCE_TAKEN;
}
