#include "civic/signing.h"

#include <jansson.h>

#include "base/str.h"
#include "civic/follow.h"
#include "civic/petition_state.h"
#include "civic/residence.h"
#include "data/tx.h"

/* What a login told of the age, or the date of birth where the community keeps it: by Kyiv's date or an
 * hour later, never earlier. A minor is whose date of birth was told (age 0) and who was not 18 then. */
#define TODAY "DATE(UTC_TIMESTAMP() + INTERVAL 2 HOUR)"
#define TOLD "EXISTS (SELECT 1 FROM person_age a WHERE a.person_id = h.id AND a.age = "
#define OLD_ENOUGH \
	"(r.min_age = 0 OR m.born_on <= " TODAY " - INTERVAL r.min_age YEAR OR " TOLD "r.min_age)) "
#define MINOR \
	"(" TOLD "0) AND NOT (COALESCE(m.born_on <= " TODAY " - INTERVAL 18 YEAR, FALSE) OR " TOLD "18)))"
#define LOCAL "(r.who_may_sign = 'identified' OR " RESIDENCE_ACCEPTED ") "
/* An account of the same human that was closed (civic/person.h) has signed. */
#define BY_JOINED \
	"EXISTS (SELECT 1 FROM person j JOIN petition_signature o ON o.petition_id = p.id AND o.person_id = j.id " \
	"AND o.community_id = p.community_id WHERE j.joined_to = h.id) "
#define SIGN \
	"INSERT INTO petition_signature (petition_id, person_id, community_id, hidden, channel) " \
	"SELECT p.id, h.id, p.community_id, (r.hide_on_request AND ?) OR (r.hide_minors AND " MINOR "), ? " \
	"FROM petition p JOIN person h ON h.id = ? " RULES \
	"LEFT JOIN membership m ON m.community_id = p.community_id AND m.person_id = h.id " \
	"LEFT JOIN community_pause z ON z.community_id = p.community_id AND z.until IS NULL " \
	"WHERE p.id = ? AND p.community_id = ? AND p.state = 'collecting' AND " LOCAL "AND " OLD_ENOUGH "AND "
#define STILL "AND z.community_id IS NULL AND p.closes_at > UTC_TIMESTAMP()"
#define RULES \
	"JOIN petition_rules r ON r.community_id = p.community_id AND r.version = COALESCE(p.rules_version, 1) "

/* Why nothing may be inserted, the first reason that holds; SIGN_ADDED where nothing is in the way. */
enum sign_result
petition_may_sign(struct db *db, const struct signer *s)
{
	SQL(sign_facts,
	    "SELECT p.state, p.closes_at > UTC_TIMESTAMP() AS open, "
	    LOCAL "= 1 AS local, "
	    "COALESCE(" OLD_ENOUGH ", FALSE) = 1 AS old_enough, "
	    "EXISTS (SELECT 1 FROM community_pause z WHERE z.community_id = p.community_id AND "
	    "z.until IS NULL) AS paused, "
	    "EXISTS (SELECT 1 FROM petition_signature g WHERE g.petition_id = p.id AND g.person_id = h.id AND "
	    "g.community_id = p.community_id) OR " BY_JOINED "AS signed, "
	    "EXISTS (SELECT 1 FROM petition_withdrawal w WHERE w.petition_id = p.id AND w.person_id = h.id AND "
	    "w.community_id = p.community_id) AS withdrawn "
	    "FROM petition p JOIN person h ON h.id = ? " RULES
	    "LEFT JOIN membership m ON m.community_id = p.community_id AND m.person_id = h.id "
	    "WHERE p.id = ? AND p.community_id = ? AND " PETITION_PUBLIC);
	json_t *row = db_row(db, &sign_facts, ARGS(INT(s->person), INT(s->petition), INT(s->community)));

	if (row == NULL)
		return db_failed(db) ? SIGN_FAILED : SIGN_UNKNOWN;
	const char *state = json_string_value(json_object_get(row, "state"));
	if (json_is_true(json_object_get(row, "withdrawn")))
		return SIGN_WITHDRAWN;
	if (json_is_true(json_object_get(row, "signed")))
		return SIGN_ALREADY;
	if (json_is_true(json_object_get(row, "paused")) || str_eq(state, "suspended"))
		return SIGN_PAUSED;
	if (!json_is_true(json_object_get(row, "local")))
		return SIGN_NOT_LOCAL;
	if (!str_eq(state, "collecting") || !json_is_true(json_object_get(row, "open")))
		return SIGN_CLOSED;
	return json_is_true(json_object_get(row, "old_enough")) ? SIGN_ADDED : SIGN_TOO_YOUNG;
}

/* Why nothing was inserted. What is in the way no more was when it mattered. */
static enum sign_result
why_not(struct db *db, const struct signer *s)
{
	enum sign_result why = petition_may_sign(db, s);

	return why == SIGN_ADDED ? SIGN_CLOSED : why;
}

static bool
has_joined(struct db *db, int64_t person)
{
	SQL(person_has_joined, "SELECT has_joined FROM person WHERE id = ?");

	return json_is_true(json_object_get(db_row(db, &person_has_joined, ARGS(INT(person))), "has_joined"));
}

enum sign_result
petition_sign_within(struct db *db, const struct signer *s)
{
	/* One statement checks everything and takes the signature, so nothing can change in between: the
	 * petition's row is locked for reading until the commit, and the transition, which locks it for
	 * writing, waits for signatures under way and then counts them. */
	SQL(sign, SIGN "NOT h.has_joined " STILL);
	/* Of the few whom another account was joined to. */
	SQL(sign_joined, SIGN "h.has_joined AND NOT " BY_JOINED STILL);
	struct db_args args = ARGS(INT(s->hide_name), TEXT(s->channel), INT(s->person), INT(s->petition), INT(s->community));

	int64_t n = db_exec(db, &sign, args);

	if (n == 0 && has_joined(db, s->person))
		n = db_exec(db, &sign_joined, args);
	return n == 1 ? SIGN_ADDED : n == DB_DUPLICATE || n == 0 ? why_not(db, s) : SIGN_FAILED;
}

enum sign_result
petition_sign(struct db *db, const struct signer *s)
{
	for (int try = 0;; try++) {
		enum sign_result result = petition_sign_within(db, s);
		if (result != SIGN_FAILED || !db_must_retry(db) || try == TX_TRIES)
			return result;
		db_forgive(db);
	}
}

struct withdrawal {
	int64_t community, petition, person, taken; /* taken: rows, DB_DUPLICATE or DB_FAILED */
};

static bool
take_back(struct db *db, void *ctx)
{
	SQL(withdraw,
	    "INSERT INTO petition_withdrawal (petition_id, person_id, community_id) "
	    "SELECT p.id, s.person_id, p.community_id FROM petition p JOIN petition_signature s ON "
	    "s.petition_id = p.id AND s.person_id = ? AND s.community_id = p.community_id " RULES
	    "WHERE p.id = ? AND p.community_id = ? AND p.state = 'collecting' AND r.signature_withdrawal "
	    "AND NOT EXISTS (SELECT 1 FROM community_pause z WHERE z.community_id = p.community_id AND "
	    "z.until IS NULL) AND p.closes_at > UTC_TIMESTAMP()");
	struct withdrawal *w = ctx;

	w->taken = db_exec(db, &withdraw, ARGS(INT(w->person), INT(w->petition), INT(w->community)));
	if (w->taken != 1)
		return false;
	follow_end(db, w->community, w->petition, w->person);
	return !db_failed(db);
}

enum withdraw_result
petition_withdraw_signature(struct db *db, int64_t community, int64_t petition, int64_t person)
{
	SQL(withdraw_facts,
	    "SELECT r.signature_withdrawal AS allowed, EXISTS (SELECT 1 FROM petition_signature s WHERE "
	    "s.petition_id = p.id AND s.person_id = ? AND s.community_id = p.community_id) AND NOT EXISTS "
	    "(SELECT 1 FROM petition_withdrawal w WHERE w.petition_id = p.id AND w.person_id = ? AND "
	    "w.community_id = p.community_id) AS signed "
	    "FROM petition p " RULES "WHERE p.id = ? AND p.community_id = ? AND " PETITION_PUBLIC);
	struct withdrawal w = { community, petition, person, DB_FAILED };

	switch (tx_run(db, take_back, &w)) {
	case TX_DONE: return WITHDRAW_DONE;
	case TX_REFUSED: break;
	case TX_UNKNOWN:
	case TX_FAILED: return WITHDRAW_FAILED;
	}
	if (w.taken == DB_DUPLICATE)
		return WITHDRAW_NOT_SIGNED;
	json_t *row = db_row(db, &withdraw_facts,
	    ARGS(INT(person), INT(person), INT(petition), INT(community)));
	if (row == NULL)
		return db_failed(db) ? WITHDRAW_FAILED : WITHDRAW_UNKNOWN;
	if (!json_is_true(json_object_get(row, "signed")))
		return WITHDRAW_NOT_SIGNED;
	return json_is_true(json_object_get(row, "allowed")) ? WITHDRAW_CLOSED : WITHDRAW_FORBIDDEN;
}
