/* idgovua: what the asking site's server calls in the dialect of id.gov.ua (web/idp_idgovua.h): tokens in
 * addresses, failures at HTTP 200. */
#include <string.h>

#include "base/crypto.h"
#include "base/str.h"
#include "civic/demo.h"
#include "grant.h"
#include "standin.h"
#include "trap.h"
#include "web/form.h"

static const char *
parameter(struct request *rq, const char *name)
{
	const char *v = form_raw(rq->pool, rq->query, name);

	return v != NULL ? v : "";
}

static void
reply_json(struct request *rq, json_t *object)
{
	reply_header(rq, "Cache-Control", "no-store");
	reply_text(rq, 200, "application/json", json_dumps(object, JSON_COMPACT));
}

static void
fail(struct request *rq, const char *error)
{
	reply_json(rq, json_pack("{s:s, s:s}", "error", error, "message", "trap-canary-of-an-error"));
}

/* What the system calls a person: a number of its own. */
static const char *
user_id(struct pool *pool, const char *login)
{
	unsigned char hash[MAC_BYTES];

	crypto_digest(login, hash);
	return str_fmt(pool, "%u", (unsigned)hash[0] << 16 | (unsigned)hash[1] << 8 | hash[2]);
}

void
page_idgovua_token(struct request *rq)
{
	struct grant grant;

	if (!str_eq(parameter(rq, "grant_type"), "authorization_code") ||
	    !str_eq(parameter(rq, "client_id"), STANDIN_CLIENT) ||
	    !client_secret_is(DIALECT_IDGOVUA, parameter(rq, "client_secret"))) {
		fail(rq, "invalid_client");
		return;
	}
	if (!grant_redeem(parameter(rq, "code"), DIALECT_IDGOVUA, &grant) ||
	    (trap_of(grant.login) & TRAP_TOKEN_ERROR)) {
		fail(rq, "invalid_grant");
		return;
	}
	const char *access = grant_access(rq->pool, DIALECT_IDGOVUA, grant.login);
	if (access == NULL)
		request_fail(rq, "too many tokens are out");
	else
		reply_json(rq, json_pack("{s:s, s:s, s:s, s:s, s:s}", "access_token", access, "token_type", "bearer",
		    "expires_in", "60", "refresh_token", crypto_token(rq->pool), "user_id", user_id(rq->pool, grant.login)));
}

/* The person of the access token and user_id, who belong together; NULL after it has replied. */
static const char *
bearer(struct request *rq)
{
	const char *login = grant_bearer(parameter(rq, "access_token"), DIALECT_IDGOVUA);

	if (login != NULL && str_eq(parameter(rq, "user_id"), user_id(rq->pool, login)))
		return login;
	fail(rq, "invalid_token");
	return NULL;
}

/* What the system says of a person, as an e-signature's certificate words it. */
static json_t *
describe(struct request *rq, const char *login, unsigned traps)
{
	json_t *person = demo_person(rq->pool, people, login);
	const char *number = json_string_value(json_object_get(person, "tax_number"));
	struct home home = home_of(person);
	static const char *const named[] = { "lastname", "givenname", "middlename", "email", "locality", "state" };

	if (traps & TRAP_PASSPORT)
		number = trap_passport(rq->pool, DIALECT_IDGOVUA, login);
	if (traps & TRAP_NO_NUMBER)
		number = "n/a";
	json_t *user = json_pack("{s:s, s:s, s:s, s:s, s:O, s:O, s:O, s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
	    "issuer", "O=Навчальний надавач;CN=Навчальний КНЕДП", "issuercn", "Навчальний КНЕДП", "serial", "5E1A0000",
	    "subjectcn", str_fmt(rq->pool, "%s %s", json_string_value(json_object_get(person, "family_name")),
	        json_string_value(json_object_get(person, "given_name"))),
	    "lastname", json_object_get(person, "family_name"), "givenname", json_object_get(person, "given_name"),
	    "middlename", json_object_get(person, "middle_name"), "drfocode", number, "edrpoucode", "n/a", "email",
	    str_fmt(rq->pool, "%s@sign.example", login), "phone", "n/a", "locality", home.city, "state", home.state,
	    "auth_type", "dig_sign");
	for (size_t i = 0; (traps & TRAP_NAMES_NA) && i < sizeof named / sizeof *named; i++)
		json_object_set_new(user, named[i], json_string("n/a"));
	return user;
}

/* The fields that were asked for ("lastname,drfocode"), and no other. */
static json_t *
only(struct request *rq, json_t *user, const char *fields)
{
	json_t *chosen = json_object();

	while (*fields != '\0') {
		size_t len = strcspn(fields, ",");
		const char *name = str_ndup(rq->pool, fields, len);
		json_t *value = json_object_get(user, name);
		if (value != NULL)
			json_object_set(chosen, name, value);
		fields += len + (fields[len] == ',');
	}
	return chosen;
}

void
page_idgovua_user(struct request *rq)
{
	const char *login = bearer(rq), *cert = parameter(rq, "cert");
	const char *sealed = NULL;

	if (login == NULL)
		return;
	unsigned traps = trap_of(login);
	if (trap_reply(rq, traps))
		return;
	if (traps & TRAP_CERT_TWICE) {
		/* The framework has decoded it once; the second time it is decoded as a form's field is. */
		cert = strchr(cert, '%') != NULL ? form_raw(rq->pool, str_fmt(rq->pool, "c=%s", cert), "c") : NULL;
		if (str_empty(cert)) {
			fail(rq, "invalid_cert");
			return;
		}
	}
	json_t *user = only(rq, describe(rq, login, traps), parameter(rq, "fields"));
	if ((*cert == '\0' && !(traps & (TRAP_SEALED | TRAP_OTHER_KEY))) || (traps & TRAP_PLAIN)) {
		reply_json(rq, user);
		return;
	}
	const char *text = json_dumps(user, JSON_COMPACT);
	sealed = traps & TRAP_OTHER_KEY ? seal_for_nobody(rq->pool, text)
	                                : seal(rq->pool, *cert != '\0' ? cert : NULL, text);
	if (sealed == NULL)
		fail(rq, "invalid_cert");
	else
		reply_json(rq, json_pack("{s:s}", "encryptedUserInfo", sealed));
}

void
page_idgovua_logout(struct request *rq)
{
	if (bearer(rq) == NULL)
		return;
	grant_end(parameter(rq, "access_token"), DIALECT_IDGOVUA);
	reply_json(rq, json_pack("{s:s, s:s}", "error", "0", "message", ""));
}
