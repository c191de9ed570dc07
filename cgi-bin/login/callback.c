/* GET /login/callback: the provider sends the browser back; a session begins, or says why not. */
#include "login.h"

#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "base/log.h"
#include "civic/community.h"
#include "civic/contact.h"
#include "civic/person.h"
#include "web/mail.h"
#include "web/session.h"

enum { NAME_BYTES = 4 * PERSON_NAME_MAX };

/* Takes the attempt out of the table: whoever deletes the row owns it, so it is used once. */
static json_t *
take_attempt(struct request *rq, const char *state)
{
	SQL(find_attempt, "SELECT nonce, verifier, intent, intent_id FROM login_attempt WHERE "
	                  "state_hash = ? AND community_id = ? AND expires_at > ?");
	SQL(use_attempt, "DELETE FROM login_attempt WHERE state_hash = ? AND community_id = ?");
	const char *cookie = request_cookie(rq, cookie_name(rq, "attempt"));
	unsigned char hash[MAC_BYTES];

	if (str_empty(state) || cookie == NULL || strlen(cookie) != strlen(state) ||
	    !crypto_same(cookie, state, strlen(state)))
		return NULL;
	crypto_digest(state, hash);
	struct db_value key = BYTES(hash, sizeof hash), community = INT(rq->community_id);
	json_t *row = db_row(rq->db, &find_attempt, ARGS(key, community, INT(time(NULL))));
	if (row == NULL || db_exec(rq->db, &use_attempt, ARGS(key, community)) != 1)
		return NULL;
	return row;
}

static const char *
claim(const struct oidc_identity *id, const char *name, size_t max)
{
	const char *value = json_string_value(json_object_get(id->claims, name));
	return value != NULL && strlen(value) <= max ? value : "";
}

static void
log_in(struct request *rq, const struct oidc_identity *id, const char *path)
{
	const char *given = claim(id, "given_name", NAME_BYTES), *family = claim(id, "family_name", NAME_BYTES);
	struct identity who = { .tax_number = claim(id, "tax_number", 40), .issuer = id->issuer,
		.subject = id->subject, .given_name = *given != '\0' ? given : claim(id, "name", NAME_BYTES),
		.family_name = family, .middle_name = claim(id, "middle_name", NAME_BYTES),
		.birthdate = claim(id, "birthdate", 10), .residence_code = claim(id, "residence_code", 40) };

	int64_t person = person_login(rq->db, rq->pool, &who);
	if (person == 0)
		return;
	person_join(rq->db, rq->community_id, rq->community->katottg, person, &who);
	/* Only to write there: an address never says who somebody is. */
	const char *email = claim(id, "email", MAIL_ADDRESS_MAX);
	if (json_is_true(json_object_get(id->claims, "email_verified")) && mail_address(email))
		contact_seen(rq->db, person, email, rq->lang);
	struct member m;
	bool staff = person_member(rq->db, rq->community_id, person, &m) && (m.roles & ALL_STAFF) != 0;
	session_start(rq, &(struct session_new){ .person = person, .provider = "standin", .staff = staff });
	log_info("login", "person %lld", (long long)person);
	reply_see_other(rq, "%s", path);
}

void
page_callback(struct request *rq)
{
	const char *code = query_text(rq, "code"), *iss = query_text(rq, "iss"), *why = "";
	json_t *row = take_attempt(rq, query_text(rq, "state"));
	struct oidc_identity identity;

	if (request_failed(rq))
		return;
	reply_cookie(rq, cookie_name(rq, "attempt"), "", -1);
	if (row == NULL) {
		log_error("login", "a callback without its attempt");
		show_login(rq, 400, intent_find(NULL), 0, "expired");
		return;
	}
	const struct intent *intent = intent_find(json_string_value(json_object_get(row, "intent")));
	int64_t id = json_integer_value(json_object_get(row, "intent_id"));
	if (iss != NULL && strcmp(iss, provider()->issuer) != 0) {
		log_error("login", "a callback of another issuer (RFC 9207)");
		show_login(rq, 400, intent, id, "refused");
		return;
	}
	if (code == NULL) {
		bool denied = str_eq(query_text(rq, "error"), "access_denied");
		show_login(rq, denied ? 200 : 400, intent, id, denied ? "cancelled" : "refused");
		return;
	}
	struct oidc_attempt attempt = { query_text(rq, "state"),
		json_string_value(json_object_get(row, "nonce")),
		json_string_value(json_object_get(row, "verifier")) };
	switch (oidc_exchange(rq->pool, provider(), &attempt, callback_url(rq), code, &identity, &why)) {
	case OIDC_DONE: log_in(rq, &identity, intent_path(rq, intent, id)); break;
	case OIDC_UNREACHABLE:
		log_error("login", "the provider does not answer: %s", why);
		show_login(rq, 503, intent, id, "unreachable");
		break;
	case OIDC_REFUSED:
		log_error("login", "refused: %s", why);
		show_login(rq, 403, intent, id, "refused");
		break;
	}
}
