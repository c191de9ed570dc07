/* bankid: what the asking site's server calls in the dialect of BankID NBU (web/idp_bankid.h): a token
 * for a code, and the bank's words of its client, sealed for the certificate that comes along. */
#include <string.h>

#include "base/crypto.h"
#include "base/str.h"
#include "civic/demo.h"
#include "grant.h"
#include "standin.h"
#include "trap.h"
#include "web/form.h"

static const char *
field(struct request *rq, const char *name)
{
	const char *v = form_raw(rq->pool, rq->body, name);

	return v != NULL ? v : "";
}

static void
reply_json(struct request *rq, int status, json_t *object)
{
	reply_header(rq, "Cache-Control", "no-store");
	reply_text(rq, status, "application/json", json_dumps(object, JSON_COMPACT));
}

static void
fail(struct request *rq, int status, const char *error)
{
	reply_json(rq, status, json_pack("{s:s, s:s}", "error", error, "error_description", "trap-canary-of-an-error"));
}

void
post_bankid_token(struct request *rq)
{
	struct grant grant;

	if (!str_eq(field(rq, "client_id"), STANDIN_CLIENT) ||
	    !client_secret_is(DIALECT_BANKID, field(rq, "client_secret"))) {
		fail(rq, 401, "invalid_client");
		return;
	}
	if (!str_eq(field(rq, "grant_type"), "authorization_code") ||
	    !grant_redeem(field(rq, "code"), DIALECT_BANKID, &grant) ||
	    !str_eq(field(rq, "redirect_uri"), grant.redirect_uri)) {
		fail(rq, 400, "invalid_grant");
		return;
	}
	if (trap_of(grant.login) & TRAP_TOKEN_ERROR) {
		fail(rq, 200, "invalid_grant");
		return;
	}
	const char *access = grant_access(rq->pool, DIALECT_BANKID, grant.login);
	if (access == NULL)
		request_fail(rq, "too many tokens are out");
	else
		reply_json(rq, 200, json_pack("{s:s, s:s, s:i, s:s}", "token_type", "bearer", "access_token", access,
		    "expires_in", (int)GRANT_LIFE, "refresh_token", "none"));
}

/* "1988-04-17" as "17.04.1988" */
static const char *
day_first(struct pool *pool, const char *iso)
{
	return str_fmt(pool, "%s.%.2s.%.4s", iso + 8, iso + 5, iso);
}

/* What a bank says of its client: registered at home, found at another address. */
static json_t *
describe(struct request *rq, const char *login, unsigned traps)
{
	json_t *person = demo_person(rq->pool, people, login);
	const char *number = json_string_value(json_object_get(person, "tax_number"));
	const char *born = day_first(rq->pool, json_string_value(json_object_get(person, "birthdate")));
	struct home home = home_of(person);
	static const char *const named[] = { "lastName", "firstName", "middleName", "email" };

	if (traps & TRAP_PASSPORT)
		number = trap_passport(rq->pool, DIALECT_BANKID, login);
	if (traps & TRAP_NO_NUMBER)
		number = "n/a";
	json_t *client = json_pack("{s:s, s:s, s:O, s:O, s:O, s:s, s:s, s:[{s:s, s:s, s:s, s:s, s:s, s:s},"
	                           "{s:s, s:s, s:s, s:s, s:s, s:s}]}",
	    "type", "physical", "inn", number, "lastName", json_object_get(person, "family_name"), "firstName",
	    json_object_get(person, "given_name"), "middleName", json_object_get(person, "middle_name"), "birthDay",
	    traps & TRAP_NO_BIRTHDAY ? "n/a" : born, "email", str_fmt(rq->pool, "%s@bank.example", login), "addresses",
	    "type", "factual", "country", "UA", "state", "м. Київ", "area", "n/a", "city", "м. Київ", "street", "вул. Тиха",
	    "type", "juridical", "country", "UA", "state", home.state, "area", home.area, "city", home.city, "street",
	    "вул. Паркова");
	for (size_t i = 0; (traps & TRAP_NAMES_NA) && i < sizeof named / sizeof *named; i++)
		json_object_set_new(client, named[i], json_string("n/a"));
	if (traps & TRAP_NAMES_NA)
		json_object_set_new(client, "addresses", json_array());
	return client;
}

void
post_bankid_client(struct request *rq)
{
	const char *header = request_param(rq, "HTTP_AUTHORIZATION");
	const char *login = str_starts(header, "Bearer ") ? grant_bearer(header + 7, DIALECT_BANKID) : NULL;
	json_t *asked = json_loadb(rq->body, rq->body_len, JSON_REJECT_DUPLICATES, NULL);
	const char *cert = json_string_value(json_object_get(asked, "cert")), *sealed;

	if (login == NULL) {
		fail(rq, 401, "invalid_token");
		return;
	}
	unsigned traps = trap_of(login);
	if (trap_reply(rq, traps))
		return;
	json_t *client = describe(rq, login, traps);
	if (traps & TRAP_PLAIN) {
		reply_json(rq, 200, json_pack("{s:s, s:o}", "state", "ok", "customer", client));
		return;
	}
	/* A bank's document has its fields flat, or inside "customer". */
	const char *text = json_dumps(strlen(login) % 2 == 0 ? client : json_pack("{s:O}", "customer", client),
	    JSON_COMPACT);
	sealed = traps & TRAP_OTHER_KEY ? seal_for_nobody(rq->pool, text)
	                                : seal(rq->pool, str_empty(cert) ? "" : cert, text);
	if (sealed == NULL)
		fail(rq, 400, "invalid_cert");
	else
		reply_json(rq, 200, json_pack("{s:s, s:s, s:s, s:s, s:s}", "state", "ok", "cert", "bmF2Y2hhbG55Yg==",
		    "customerCrypto", sealed, "memberId", "demobank", "sidBi", crypto_token(rq->pool)));
}
