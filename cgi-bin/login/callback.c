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
bounded(const char *value, size_t max)
{
	return value != NULL && strlen(value) <= max ? value : "";
}

static void
log_in(struct request *rq, const struct idp *idp, const struct idp_identity *id,
    const struct intent *intent, int64_t subject)
{
	struct identity who = { .tax_number = bounded(id->tax_number, 40), .issuer = id->issuer,
		.subject = id->subject, .given_name = bounded(id->given_name, NAME_BYTES),
		.family_name = bounded(id->family_name, NAME_BYTES),
		.middle_name = bounded(id->middle_name, NAME_BYTES),
		.birthdate = bounded(id->birthdate, 10), .residence_code = bounded(id->residence_code, 40) };

	int64_t person = person_login(rq->db, rq->pool, &who);
	if (person == 0)
		return;
	person_join(rq->db, rq->community_id, rq->community->katottg, person, &who);
	/* Who goes on with what somebody else began is told so, and neither session changes. */
	if (intent->fresh && rq->session.person != 0 && rq->session.person != person) {
		log_error("login", "a fresh login of another person");
		show_login(rq, 403, intent, subject, "other");
		return;
	}
	/* Only to write there: an address never says who somebody is. */
	const char *email = bounded(id->email, MAIL_ADDRESS_MAX);
	if (id->email_verified && mail_address(email))
		contact_seen(rq->db, person, email, rq->lang);
	struct member m;
	bool staff = person_member(rq->db, rq->community_id, person, &m) && (m.roles & ALL_STAFF) != 0;
	session_start(rq, &(struct session_new){ .person = person, .provider = idp->id, .staff = staff });
	log_info("login", "person %lld", (long long)person);
	reply_see_other(rq, "%s", intent_path(rq, intent, subject));
}

/* What the page says of a login that did not come to its end. */
static void
turn_away(struct request *rq, enum idp_result result, const struct intent *intent, int64_t id)
{
	static const struct {
		int status;
		const char *error;
	} ends[] = {
		[IDP_UNREACHABLE] = { 503, "unreachable" },
		[IDP_REFUSED] = { 403, "refused" },
		[IDP_CANCELLED] = { 200, "cancelled" },
		[IDP_WEAK] = { 403, "weak" },
		[IDP_STALE] = { 403, "stale" },
		[IDP_UNSEALED] = { 503, "unsealed" },
		[IDP_NUMBERLESS] = { 403, "numberless" },
	};
	show_login(rq, ends[result].status, intent, id, ends[result].error);
}

void
page_callback(struct request *rq)
{
	const char *why = "";
	json_t *row = take_attempt(rq, query_text(rq, "state"));
	struct idp_identity identity;

	if (request_failed(rq))
		return;
	reply_cookie(rq, cookie_name(rq, "attempt"), "", -1);
	const struct idp *idp = provider_of(rq, NULL);
	if (row == NULL || idp == NULL) {
		log_error("login", "a callback without its attempt");
		show_login(rq, 400, intent_find(NULL), 0, "expired");
		return;
	}
	const struct intent *intent = intent_find(json_string_value(json_object_get(row, "intent")));
	int64_t id = json_integer_value(json_object_get(row, "intent_id"));
	struct idp_attempt attempt = { query_text(rq, "state"),
		json_string_value(json_object_get(row, "nonce")),
		json_string_value(json_object_get(row, "verifier")), callback_url(rq) };
	struct idp_answer answer = { query_text(rq, "code"), query_text(rq, "iss"), query_text(rq, "error") };
	enum idp_result result = idp->dialect->exchange(rq->pool, idp, &attempt, &answer, &identity, &why);
	if (result == IDP_DONE) {
		log_in(rq, idp, &identity, intent, id);
		return;
	}
	if (result != IDP_CANCELLED)
		log_error("login", "%s: %s", result == IDP_UNREACHABLE ? "the provider does not answer" : "refused", why);
	turn_away(rq, result, intent, id);
}
