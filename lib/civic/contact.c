#include "civic/contact.h"

#include <time.h>

#include "base/str.h"
#include "civic/mail_token.h"
#include "data/tx.h"

struct claim {
	int64_t community, person;
	const char *email, *lang;
	enum contact_result result;
};

static const char *
lang_code(enum lang lang)
{
	return lang == LANG_EN ? "en" : "uk";
}

json_t *
contact_of(struct db *db, int64_t community, int64_t person)
{
	SQL(find_contact, "SELECT email, confirmed_at, bounced_at, lang, author_notices, staff_notices "
	                  "FROM contact WHERE person_id = ?");
	SQL(pending, "SELECT email FROM contact_claim WHERE person_id = ? AND community_id = ? AND "
	             "used_at IS NULL AND expires_at > ? ORDER BY id DESC LIMIT 1");
	json_t *row = db_row(db, &find_contact, ARGS(INT(person)));
	json_t *claim = db_row(db, &pending, ARGS(INT(person), INT(community), INT(time(NULL))));

	if (row == NULL)
		row = json_pack("{s:n, s:n, s:n, s:s, s:b, s:b}", "email", "confirmed_at", "bounced_at", "lang",
		    "uk", "author_notices", 1, "staff_notices", 1);
	json_object_set(row, "pending", claim != NULL ? json_object_get(claim, "email") : json_null());
	return row;
}

bool
contact_works(struct db *db, int64_t person)
{
	SQL(has_contact, "SELECT 1 FROM contact WHERE person_id = ? AND confirmed_at IS NOT NULL "
	                 "AND bounced_at IS NULL");

	return db_row(db, &has_contact, ARGS(INT(person))) != NULL;
}

static bool
ask(struct db *db, void *ctx)
{
	/* This row's lock puts the same person's questions one after the other. */
	SQL(lock_contact, "INSERT INTO contact (person_id, lang) VALUES (?, ?) "
	                  "ON DUPLICATE KEY UPDATE person_id = person_id");
	SQL(asked_by, "SELECT COUNT(*) AS n FROM contact_claim WHERE person_id = ? AND created_at > ? "
	              "FOR UPDATE");
	SQL(asked_of, "SELECT COUNT(*) AS n FROM contact_claim WHERE email = ? AND created_at > ? "
	              "FOR UPDATE");
	SQL(void_claims, "UPDATE contact_claim SET expires_at = 0 WHERE person_id = ? AND used_at IS NULL "
	                 "AND expires_at > 0");
	SQL(new_claim, "INSERT INTO contact_claim (community_id, person_id, email, lang, created_at, "
	               "expires_at) VALUES (?, ?, ?, ?, ?, ?)");
	SQL(tell_claim, "INSERT INTO outbox (community_id, audience, person_id, notice, kind, subject_id) "
	                "VALUES (?, 'claim', ?, 'contact-confirm', 'contact', ?)");
	struct claim *c = ctx;
	int64_t now = time(NULL);

	db_exec(db, &lock_contact, ARGS(INT(c->person), TEXT(c->lang)));
	if (db_number(db, &asked_by, ARGS(INT(c->person), INT(now - 3600)), 0) >= CLAIMS_PER_HOUR ||
	    db_number(db, &asked_of, ARGS(TEXT(c->email), INT(now - 24 * 3600)), 0) >= CLAIMS_PER_ADDRESS) {
		c->result = CONTACT_TOO_MANY;
		return false;
	}
	db_exec(db, &void_claims, ARGS(INT(c->person)));
	if (db_exec(db, &new_claim,
	        ARGS(INT(c->community), INT(c->person), TEXT(c->email), TEXT(c->lang), INT(now),
	            INT(now + CLAIM_HOURS * 3600))) != 1)
		return false;
	return db_exec(db, &tell_claim, ARGS(INT(c->community), INT(c->person), INT(db_last_id(db)))) == 1;
}

enum contact_result
contact_ask(struct db *db, int64_t community, int64_t person, const char *email, enum lang lang)
{
	struct claim c = { community, person, email, lang_code(lang), CONTACT_FAILED };

	/* An unknown end is an error to the visitor: should the letter come after all, it is right. */
	return tx_run(db, ask, &c) == TX_DONE ? CONTACT_DONE : db_failed(db) ? CONTACT_FAILED : c.result;
}

enum contact_result
contact_look(struct db *db, struct pool *pool, int64_t community, const char *token, json_t **row)
{
	SQL(find_claim, "SELECT id, person_id, email, lang, used_at, expires_at FROM contact_claim "
	                "WHERE id = ? AND community_id = ?");
	int64_t id = claim_of(pool, token);

	*row = id > 0 ? db_row(db, &find_claim, ARGS(INT(id), INT(community))) : NULL;
	if (db_failed(db))
		return CONTACT_FAILED;
	if (*row == NULL || !claim_proves(pool, token, community, id,
	                        json_integer_value(json_object_get(*row, "person_id")),
	                        json_string_value(json_object_get(*row, "email"))))
		return CONTACT_UNKNOWN;
	if (!json_is_null(json_object_get(*row, "used_at")))
		return CONTACT_USED;
	return json_integer_value(json_object_get(*row, "expires_at")) > time(NULL) ? CONTACT_DONE
	                                                                            : CONTACT_EXPIRED;
}

struct confirmation {
	int64_t community;
	json_t *claim;
	enum contact_result result;
};

static bool
confirm(struct db *db, void *ctx)
{
	SQL(use_claim, "UPDATE contact_claim SET used_at = ? WHERE id = ? AND community_id = ? AND email = ? "
	               "AND used_at IS NULL AND expires_at > ?");
	SQL(set_contact, "INSERT INTO contact (person_id, email, lang, confirmed_at) "
	                 "VALUES (?, ?, ?, UTC_TIMESTAMP()) ON DUPLICATE KEY UPDATE email = VALUES(email), "
	                 "version = version + 1, lang = VALUES(lang), confirmed_at = VALUES(confirmed_at), "
	                 "bounced_at = NULL");
	struct confirmation *c = ctx;
	struct db_value email = TEXT(json_string_value(json_object_get(c->claim, "email")));
	int64_t now = time(NULL);

	int64_t used = db_exec(db, &use_claim,
	    ARGS(INT(now), INT(json_integer_value(json_object_get(c->claim, "id"))), INT(c->community), email,
	        INT(now)));
	if (used == 0)
		c->result = CONTACT_USED;
	return used == 1 && db_exec(db, &set_contact,
	                        ARGS(INT(json_integer_value(json_object_get(c->claim, "person_id"))), email,
	                            TEXT(json_string_value(json_object_get(c->claim, "lang"))))) > 0;
}

enum contact_result
contact_confirm(struct db *db, struct pool *pool, int64_t community, const char *token)
{
	struct confirmation c = { .community = community, .result = CONTACT_FAILED };
	enum contact_result seen = contact_look(db, pool, community, token, &c.claim);

	if (seen != CONTACT_DONE)
		return seen;
	return tx_run(db, confirm, &c) == TX_DONE ? CONTACT_DONE : db_failed(db) ? CONTACT_FAILED : c.result;
}

void
contact_seen(struct db *db, int64_t person, const char *email, enum lang lang)
{
	SQL(seen_contact, "INSERT IGNORE INTO contact (person_id, email, lang, confirmed_at) "
	                  "VALUES (?, ?, ?, UTC_TIMESTAMP())");

	db_exec(db, &seen_contact, ARGS(INT(person), TEXT(email), TEXT(lang_code(lang))));
}

void
contact_remove(struct db *db, int64_t person)
{
	SQL(remove_contact, "UPDATE contact SET email = NULL, confirmed_at = NULL, bounced_at = NULL, "
	                    "version = version + 1 WHERE person_id = ?");
	SQL(forget_claims, "UPDATE contact_claim SET expires_at = 0 WHERE person_id = ? AND used_at IS NULL");

	db_exec(db, &remove_contact, ARGS(INT(person)));
	db_exec(db, &forget_claims, ARGS(INT(person)));
}

void
contact_wish(struct db *db, int64_t person, const struct contact_wishes *w)
{
	SQL(wish, "INSERT INTO contact (person_id, author_notices, staff_notices, lang) VALUES (?, ?, ?, ?) "
	          "ON DUPLICATE KEY UPDATE author_notices = VALUES(author_notices), "
	          "staff_notices = VALUES(staff_notices), lang = VALUES(lang)");

	db_exec(db, &wish, ARGS(INT(person), INT(w->author), INT(w->staff), TEXT(lang_code(w->lang))));
}

void
contact_stop_author(struct db *db, int64_t person)
{
	SQL(stop_author, "UPDATE contact SET author_notices = 0 WHERE person_id = ?");

	db_exec(db, &stop_author, ARGS(INT(person)));
}

void
contact_stop_staff(struct db *db, int64_t person)
{
	SQL(stop_staff, "UPDATE contact SET staff_notices = 0 WHERE person_id = ?");

	db_exec(db, &stop_staff, ARGS(INT(person)));
}

void
contact_bounced(struct db *db, int64_t person, int64_t version)
{
	SQL(contact_bounced, "UPDATE contact SET bounced_at = UTC_TIMESTAMP() WHERE person_id = ? AND "
	                     "version = ? AND email IS NOT NULL AND bounced_at IS NULL");

	db_exec(db, &contact_bounced, ARGS(INT(person), INT(version)));
}

void
contact_claim_bounced(struct db *db, int64_t community, int64_t claim)
{
	SQL(claim_bounced, "UPDATE contact_claim SET expires_at = 0 WHERE id = ? AND community_id = ? AND "
	                   "used_at IS NULL");

	db_exec(db, &claim_bounced, ARGS(INT(claim), INT(community)));
}
