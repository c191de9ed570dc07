/* token: a code for an id_token and an access token (RFC 6749 §4.1.3, OpenID Connect Core §3.1.3),
 * and the person's claims for that access token (§5.3). */
#include <sodium.h>
#include <string.h>
#include <time.h>

#include "base/config.h"
#include "base/crypto.h"
#include "base/str.h"
#include "civic/demo.h"
#include "grant.h"
#include "standin.h"
#include "trap.h"
#include "web/form.h"

enum { TOKEN_LIFE = 300, AUTHORIZATION_MAX = 1024 };

static const char *
field(struct request *rq, const char *name)
{
	const char *v = form_raw(rq->pool, rq->body, name);

	return v != NULL ? v : "";
}

static void
refuse(struct request *rq, int status, const char *error)
{
	reply_header(rq, "Cache-Control", "no-store");
	reply_text(rq, status, "application/json",
	    str_fmt(rq->pool, "{\"error\":\"%s\"}", error));
}

/* The user name and password of HTTP Basic, percent-decoded as RFC 6749 §2.3.1 encodes them: read
 * as the form "id=…&secret=…". NULL where the header is none. */
static const char *
basic_form(struct request *rq)
{
	const char *header = request_param(rq, "HTTP_AUTHORIZATION");
	unsigned char bytes[AUTHORIZATION_MAX];
	char *pair = (char *)bytes;
	size_t len;

	if (!str_starts(header, "Basic ") || sodium_base642bin(bytes, sizeof bytes - 1, header + 6,
	    strlen(header + 6), NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return NULL;
	pair[len] = '\0';
	char *colon = strchr(pair, ':');
	if (colon == NULL || strchr(pair, '&') != NULL)
		return NULL;
	*colon = '\0';
	return str_fmt(rq->pool, "id=%s&secret=%s", pair, colon + 1);
}

static bool
client_known(struct request *rq)
{
	const char *basic = basic_form(rq);
	const char *id = basic != NULL ? form_raw(rq->pool, basic, "id") : field(rq, "client_id");
	const char *secret = basic != NULL ? form_raw(rq->pool, basic, "secret") :
	    field(rq, "client_secret");

	return client_secret_is(DIALECT_OIDC, secret) && str_eq(id, STANDIN_CLIENT);
}

static bool
verifier_fits(struct request *rq, const char *challenge)
{
	const char *verifier = field(rq, "code_verifier");
	unsigned char hash[MAC_BYTES];

	crypto_digest(verifier, hash);
	return strlen(verifier) >= 43 && strlen(verifier) <= 128 &&
	    str_eq(str_base64url(rq->pool, hash, sizeof hash), challenge);
}

/* What the provider tells of a person: all but the demonstration's own fields. */
static json_t *
person_claims(struct request *rq, const char *login)
{
	json_t *claims = demo_person(rq->pool, people, login);

	json_object_del(claims, "login");
	json_object_del(claims, "roles");
	json_object_set_new(claims, "email", json_string(str_fmt(rq->pool, "%s@demo.example", login)));
	json_object_set_new(claims, "email_verified", json_true());
	if (trap_of(login) & TRAP_NO_NUMBER)
		json_object_del(claims, "tax_number");
	if (trap_of(login) & TRAP_PASSPORT)
		json_object_set_new(claims, "tax_number", json_string(trap_passport(rq->pool, DIALECT_OIDC, login)));
	return claims;
}

/* The id_token, with the flaws that are asked for. */
static const char *
signed_token(struct pool *pool, json_t *claims, unsigned traps)
{
	static const char none[] = "{\"alg\":\"none\"}";

	if (traps & TRAP_EXPIRED)
		json_object_set_new(claims, "exp", json_integer(time(NULL) - TOKEN_LIFE));
	if (traps & TRAP_OTHER_ISSUER)
		json_object_set_new(claims, "iss", json_string("https://id.example"));
	if (traps & TRAP_OTHER_NONCE)
		json_object_set_new(claims, "nonce", json_string(crypto_token(pool)));
	if (traps & TRAP_OTHER_AUDIENCE)
		json_object_set_new(claims, "aud", json_string("another"));
	if (traps & TRAP_NO_SIGNATURE) {
		const char *text = json_dumps(claims, JSON_COMPACT);
		return str_fmt(pool, "%s.%s.", str_base64url(pool, none, strlen(none)),
		    str_base64url(pool, text, strlen(text)));
	}
	if (traps & TRAP_ROTATED_KEY)
		return provider_sign_anew(pool, claims);
	return traps & TRAP_EXPIRED_KEY ? provider_sign_unknown(pool, claims) : provider_sign(pool, claims);
}

void
post_token(struct request *rq)
{
	struct grant grant;
	time_t now = time(NULL);

	if (!client_known(rq)) {
		reply_header(rq, "WWW-Authenticate", "Basic realm=\"standin-id\"");
		refuse(rq, 401, "invalid_client");
		return;
	}
	if (!str_eq(field(rq, "grant_type"), "authorization_code")) {
		refuse(rq, 400, "unsupported_grant_type");
		return;
	}
	/* The code is gone once shown, whether the rest fits or not. */
	if (!grant_redeem(field(rq, "code"), DIALECT_OIDC, &grant) ||
	    !str_eq(field(rq, "redirect_uri"), grant.redirect_uri) ||
	    !verifier_fits(rq, grant.challenge)) {
		refuse(rq, 400, "invalid_grant");
		return;
	}
	unsigned traps = trap_of(grant.login);
	if (traps & TRAP_TOKEN_ERROR) {
		refuse(rq, 200, "invalid_grant");
		return;
	}
	if (trap_reply(rq, traps))
		return;
	json_t *claims = person_claims(rq, grant.login);
	/* It asks who somebody is each time anew. */
	json_object_update_new(claims, json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}",
	    "iss", provider_issuer(), "aud", STANDIN_CLIENT, "nonce", grant.nonce,
	    "iat", (json_int_t)now, "exp", (json_int_t)now + TOKEN_LIFE, "auth_time", (json_int_t)now));
	const char *id_token = signed_token(rq->pool, claims, traps);
	const char *access = grant_access(rq->pool, DIALECT_OIDC, grant.login);
	if (id_token == NULL || access == NULL) {
		request_fail(rq, "the key does not sign, or too many tokens are out");
		return;
	}
	reply_header(rq, "Cache-Control", "no-store");
	reply_text(rq, 200, "application/json", json_dumps(json_pack("{s:s, s:s, s:i, s:s}",
	    "access_token", access, "token_type", "Bearer", "expires_in", (int)GRANT_LIFE,
	    "id_token", id_token), JSON_COMPACT));
}

void
page_userinfo(struct request *rq)
{
	const char *header = request_param(rq, "HTTP_AUTHORIZATION");
	const char *login = str_starts(header, "Bearer ") ? grant_bearer(header + 7, DIALECT_OIDC) : NULL;

	if (login == NULL) {
		reply_header(rq, "WWW-Authenticate", "Bearer error=\"invalid_token\"");
		refuse(rq, 401, "invalid_token");
		return;
	}
	reply_header(rq, "Cache-Control", "no-store");
	reply_text(rq, 200, "application/json",
	    json_dumps(person_claims(rq, login), JSON_COMPACT));
}
