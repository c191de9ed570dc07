#include <sodium.h>

#include "base/log.h"
#include "civic/account.h"
#include "civic/person.h"
#include "data/tx.h"

enum { FORGOTTEN_AT_ONCE = 100, FORGOTTEN_KEY = 32767 /* of no file: this row is nobody any more */ };

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

struct leave {
	int64_t person;
	bool staff;
};

static bool
leave(struct db *db, void *ctx)
{
	SQL(leave_mark, "UPDATE person SET left_at = UTC_TIMESTAMP(), middle_name = '' WHERE id = ?");
	/* The mark first: the triggers let nobody's residence be forgotten who has not left. */
	SQL(leave_residence_events, "DELETE FROM residence_event WHERE person_id = ?");
	SQL(leave_residence, "DELETE FROM residence WHERE person_id = ?");
	SQL(leave_membership, "DELETE FROM membership WHERE person_id = ?");
	SQL(leave_ages, "DELETE FROM person_age WHERE person_id = ?");
	SQL(leave_claims, "DELETE FROM contact_claim WHERE person_id = ?");
	SQL(leave_contact, "DELETE FROM contact WHERE person_id = ?");
	SQL(leave_follows, "DELETE FROM petition_follow WHERE person_id = ?");
	SQL(leave_files, "DELETE a FROM attachment a JOIN petition p ON p.id = a.petition_id WHERE p.author_id = ? AND "
	                 "p.state = 'draft' AND a.kind = 'petition'");
	SQL(leave_drafts, "DELETE FROM petition WHERE author_id = ? AND state = 'draft'");
	SQL(leave_sessions, "DELETE FROM session WHERE person_id = ?");
	struct sql *const statements[] = { &leave_mark, &leave_residence_events, &leave_residence, &leave_membership,
		&leave_ages, &leave_claims, &leave_contact, &leave_follows, &leave_files, &leave_drafts, &leave_sessions };
	struct leave *l = ctx;
	json_t *kept = account_kept(db, l->person);

	l->staff = json_integer_value(json_object_get(kept, "roles")) > 0;
	if (kept == NULL || l->staff)
		return false;
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
		db_exec(db, statements[i], ARGS(INT(l->person)));
	return !db_failed(db);
}

enum leave_result
account_leave(struct db *db, int64_t person)
{
	struct leave l = { person, false };

	if (tx_run(db, leave, &l) == TX_DONE) {
		log_info("account", "person %lld has left", (long long)person);
		return LEAVE_DONE;
	}
	return l.staff ? LEAVE_STAFF : LEAVE_FAILED;
}

bool
account_forget(struct db *db)
{
	SQL(to_forget, "SELECT h.id FROM person h WHERE h.left_at IS NOT NULL AND h.forgotten_at IS NULL AND "
	               "NOT EXISTS (SELECT 1 FROM petition_signature g WHERE g.person_id = h.id) AND "
	               "NOT EXISTS (SELECT 1 FROM petition_withdrawal w WHERE w.person_id = h.id) AND "
	               "NOT EXISTS (SELECT 1 FROM petition p WHERE p.author_id = h.id) LIMIT ?");
	/* The same is asked again: somebody may have come back meanwhile. */
	SQL(forget_person, "UPDATE person SET given_name = '', family_name = '', issuer = NULL, subject = NULL, "
	                   "person_key = ?, key_version = ?, forgotten_at = UTC_TIMESTAMP() WHERE id = ? AND "
	                   "left_at IS NOT NULL AND forgotten_at IS NULL");
	json_t *rows = db_rows(db, &to_forget, ARGS(INT(FORGOTTEN_AT_ONCE))), *row;
	unsigned char nobody[PERSON_KEY_BYTES];
	size_t i;

	json_array_foreach(rows, i, row) {
		randombytes_buf(nobody, sizeof nobody);
		db_exec(db, &forget_person, ARGS(BYTES(nobody, sizeof nobody), INT(FORGOTTEN_KEY),
		    INT(json_integer_value(json_object_get(row, "id")))));
	}
	return !db_failed(db);
}
