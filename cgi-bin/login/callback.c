/*
 * The provider sends the browser back: GET /login/callback. A session begins, or the page says why not;
 * where the login began on another host, that host says so: GET /login/arrive.
 */
#include <string.h>

#include "attempt.h"
#include "base/log.h"
#include "civic/community.h"
#include "civic/contact.h"
#include "civic/person.h"
#include "civic/residence_login.h"
#include "handoff.h"
#include "web/mail.h"
#include "web/session.h"

enum { NAME_BYTES = 4 * PERSON_NAME_MAX };

/* What the page says of a login that did not come to its end. */
static const struct end {
	int status;
	const char *error;
} ends[] = {
	[IDP_DONE] = { 400, "expired" },
	[IDP_UNREACHABLE] = { 503, "unreachable" },
	[IDP_REFUSED] = { 403, "refused" },
	[IDP_CANCELLED] = { 200, "cancelled" },
	[IDP_WEAK] = { 403, "weak" },
	[IDP_STALE] = { 403, "stale" },
	[IDP_UNSEALED] = { 503, "unsealed" },
	[IDP_NUMBERLESS] = { 403, "numberless" },
};

static const char *
bounded(const char *value, size_t max)
{
	return value != NULL && strlen(value) <= max ? value : "";
}

/* Who the provider's person is for us, as the community at home learns of them; 0 where it failed. */
static int64_t
person_of(struct request *rq, const struct idp_identity *id, const struct community *home)
{
	struct identity who = { .tax_number = bounded(id->tax_number, 40), .issuer = id->issuer,
		.subject = id->subject, .given_name = bounded(id->given_name, NAME_BYTES),
		.family_name = bounded(id->family_name, NAME_BYTES),
		.middle_name = bounded(id->middle_name, NAME_BYTES),
		.birthdate = bounded(id->birthdate, 10), .residence_code = bounded(id->residence_code, 40),
		.residence_text = bounded(id->residence_text, 1000) };
	int64_t person = person_login(rq->db, rq->pool, &who);

	if (person == 0)
		return 0;
	residence_at_login(rq->db, rq->pool, home, person, &who);
	/* Only to write there: an address never says who somebody is. */
	const char *email = bounded(id->email, MAIL_ADDRESS_MAX);
	if (id->email_verified && mail_address(email))
		contact_seen(rq->db, person, email, rq->lang);
	return person;
}

/* The session begins here. */
static void
let_in(struct request *rq, const struct handoff *h)
{
	struct member m;

	/* Who goes on with what somebody else began is told so, and neither session changes. */
	if (h->intent->fresh && rq->session.person != 0 && rq->session.person != h->person) {
		log_error("login", "a fresh login of another person");
		show_login(rq, 403, h->intent, h->intent_id, "other");
		return;
	}
	bool staff = person_member(rq->db, rq->community_id, h->person, &m) && (m.roles & ALL_STAFF) != 0;

	session_start(rq, &(struct session_new){ .person = h->person, .provider = h->provider,
	    .proved_at = h->proved_at, .staff = staff });
	log_info("login", "person %lld by %s", (long long)h->person, h->provider);
	reply_see_other(rq, "%s", intent_path(rq, h->intent, h->intent_id));
}

static void
end_here(struct request *rq, const struct handoff *h)
{
	size_t i = 0;

	if (h->person != 0) {
		let_in(rq, h);
		return;
	}
	while (i < sizeof ends / sizeof *ends - 1 && !str_eq(ends[i].error, h->outcome))
		i++;
	show_login(rq, ends[i].status, h->intent, h->intent_id, ends[i].error);
}

static void
expired(struct request *rq, const char *what)
{
	if (request_failed(rq))
		return;
	log_error("login", "%s", what);
	show_login(rq, 400, intent_find(NULL), 0, "expired");
}

void
page_callback(struct request *rq)
{
	struct begun begun;
	struct idp_identity identity = { 0 };
	const char *why = "", *state = query_text(rq, "state");

	bool taken = attempt_take(rq, state, &begun);
	if (request_failed(rq))
		return;
	reply_cookie(rq, cookie_name(rq, "attempt"), "", -1);
	if (!taken) {
		expired(rq, "a callback without its attempt");
		return;
	}
	struct idp_attempt attempt = { .state = state, .nonce = begun.nonce, .verifier = begun.verifier,
		.redirect_uri = callback_url(rq), .ui_locale = ui_locale(rq), .fresh = begun.fresh,
		.begun = begun.begun };
	struct idp_answer answer = { query_text(rq, "code"), query_text(rq, "iss"), query_text(rq, "error") };
	enum idp_result result = begun.idp->dialect->exchange(rq->pool, begun.idp, &attempt, &answer, &identity, &why);
	struct handoff h = { .outcome = result == IDP_DONE ? "done" : ends[result].error,
		.provider = begun.idp->id, .intent = begun.intent, .intent_id = begun.intent_id,
		.proved_at = identity.proved_at };
	if (result != IDP_DONE && result != IDP_CANCELLED)
		log_error("login", "%s: %s: %s", begun.idp->id,
		    result == IDP_UNREACHABLE ? "the provider does not answer" : "refused", why);
	const struct community *home = begun.home_host != NULL ? community_of(rq->db, begun.home_host) : rq->community;
	if (home == NULL || home->id != begun.community_id) {
		rq->community = community_of(rq->db, rq->host);
		expired(rq, "the community where the login began is gone");
		return;
	}
	if (result == IDP_DONE)
		h.person = person_of(rq, &identity, home);
	rq->community = community_of(rq->db, rq->host); /* what it was before may have been read anew */
	if (request_failed(rq) || (result == IDP_DONE && h.person == 0))
		return;
	if (begun.home_host != NULL)
		handoff_send(rq, &begun, &h);
	else
		end_here(rq, &h);
}

void
page_arrive(struct request *rq)
{
	struct handoff h;
	bool taken = handoff_take(rq, query_text(rq, "t"), &h);

	if (request_failed(rq))
		return;
	if (!taken) {
		expired(rq, "an arrival without its login");
		return;
	}
	reply_cookie(rq, cookie_name(rq, "attempt"), "", -1);
	end_here(rq, &h);
}
