/*
 * idp_oidc: the dialect of standard OpenID providers (OpenID Connect Core 1.0, authorization code flow
 * with PKCE S256, RFC 7636; issuer identification RFC 9207). Its settings stand at the end; those that
 * may be left out:
 *   client_auth         client_secret_basic, client_secret_post or private_key_jwt; else what there is a
 *                       secret or a key for
 *   private_key_file    a JWK of P-256 (scripts/login-key makes one), for private_key_jwt
 *   assertion_audience  token_endpoint (as is without it) or issuer: whom our proof is made for
 *   scope               "openid profile email"
 *   acr_values          the provider's names of how surely somebody is known, the weakest first
 *   acr_least           the weakest that is enough; the first
 *   claims              where things stand (web/oidc_claims.h)
 */
#include "web/idp.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "base/str.h"
#include "web/client.h"
#include "web/oidc_claims.h"
#include "web/oidc_client.h"
#include "web/oidc_discovery.h"
#include "web/oidc_token.h"

enum {
	ACCESS_TOKEN_MAX = 4096,
	LONG_AGO = 1,  /* proved_at, where the provider does not tell */
	FRESH_AGE = 60 /* seconds since they proved who they are, where that must be anew */
};

static const char *
member(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static enum idp_result
authorize(struct pool *pool, const struct idp *idp, const struct idp_attempt *attempt,
    const char **url)
{
	json_t *discovery = oidc_discover(pool, idp);
	const char *scope = idp_option(idp, "scope"), *levels = idp_option(idp, "acr_values");
	unsigned char challenge[MAC_BYTES];
	struct buf b;

	if (discovery == NULL)
		return IDP_UNREACHABLE;
	const char *address = oidc_endpoint(discovery, "authorization_endpoint");
	crypto_digest(attempt->verifier, challenge);
	buf_init(&b, pool);
	buf_fmt(&b, "%s%c", address, strchr(address, '?') != NULL ? '&' : '?');
	oidc_add_field(&b, "response_type", "code");
	oidc_add_field(&b, "client_id", idp_option(idp, "client_id"));
	oidc_add_field(&b, "redirect_uri", attempt->redirect_uri);
	oidc_add_field(&b, "scope", scope != NULL ? scope : "openid profile email");
	oidc_add_field(&b, "state", attempt->state);
	oidc_add_field(&b, "nonce", attempt->nonce);
	oidc_add_field(&b, "code_challenge", str_base64url(pool, challenge, sizeof challenge));
	oidc_add_field(&b, "code_challenge_method", "S256");
	if (levels != NULL)
		oidc_add_field(&b, "acr_values", oidc_acr_from(levels, idp_option(idp, "acr_least")));
	if (attempt->fresh) {
		oidc_add_field(&b, "prompt", "login");
		oidc_add_field(&b, "max_age", str_fmt(pool, "%d", FRESH_AGE));
	}
	buf_fmt(&b, "ui_locales=%s", str_url_encode(pool, attempt->ui_locale));
	*url = b.s;
	return IDP_DONE;
}

/* The reason a provider gives, if it is one of the short words of RFC 6749 §5.2. */
static const char *
error_word(struct pool *pool, const struct client_answer *answer)
{
	const char *word = member(oidc_document(answer->body, answer->len), "error");

	if (word == NULL || strspn(word, "abcdefghijklmnopqrstuvwxyz_") != strlen(word))
		word = "no reason";
	return str_fmt(pool, "the token endpoint said %d, %.40s", answer->status, word);
}

/* One code on its way to an identity. */
struct exchange {
	struct pool *pool;
	const struct idp *idp;
	const struct idp_attempt *attempt;
	json_t *discovery;
	json_t *tokens, *claims; /* what came of it */
	int64_t proved_at;
	const char *why;
};

static enum idp_result
end(struct exchange *x, enum idp_result result, const char *why)
{
	x->why = why;
	return result;
}

/* Sends the code to the token endpoint. */
static enum idp_result
redeem(struct exchange *x, const char *code)
{
	struct client_call call = { .url = oidc_endpoint(x->discovery, "token_endpoint") };
	struct buf form;

	buf_init(&form, x->pool);
	oidc_add_field(&form, "grant_type", "authorization_code");
	oidc_add_field(&form, "code", code);
	oidc_add_field(&form, "redirect_uri", x->attempt->redirect_uri);
	oidc_client_prove(x->pool, x->idp, x->discovery, time(NULL), &call, &form);
	buf_fmt(&form, "code_verifier=%s", str_url_encode(x->pool, x->attempt->verifier));
	call.form = form.s;

	struct client_answer answer = client_call(x->pool, &call);
	if (answer.status == 0)
		return end(x, IDP_UNREACHABLE, answer.error);
	if (answer.status != 200)
		return end(x, answer.status >= 500 ? IDP_UNREACHABLE : IDP_REFUSED,
		    error_word(x->pool, &answer));
	if ((x->tokens = oidc_document(answer.body, answer.len)) == NULL)
		return end(x, IDP_UNREACHABLE, "the token endpoint's answer cannot be read");
	return IDP_DONE;
}

/* A signed text of the provider's: by the keys that we know, and once by newer ones. what names the check,
 * which differs between an id_token and a signed userinfo. */
static enum idp_result
read_signed(struct exchange *x, const char *token, oidc_check *what, json_t **claims)
{
	const char *keys = oidc_keys(x->pool, x->idp, x->discovery);
	struct oidc_expected expected = {
		.issuer = idp_option(x->idp, "issuer"), .client_id = idp_option(x->idp, "client_id"),
		.nonce = x->attempt->nonce, .now = time(NULL)
	};

	if (keys == NULL)
		return end(x, IDP_UNREACHABLE, "the provider's keys cannot be fetched");
	enum jose_result result = what(x->pool, keys, token, &expected, claims, &x->why);
	if (result == JOSE_UNKNOWN_KEY &&
	    (keys = oidc_newer_keys(x->pool, x->idp, x->discovery)) != NULL)
		result = what(x->pool, keys, token, &expected, claims, &x->why);
	return result == JOSE_VALID ? IDP_DONE : IDP_REFUSED;
}

static enum idp_result
check(struct exchange *x)
{
	const char *token = member(x->tokens, "id_token");

	if (token == NULL)
		return end(x, IDP_REFUSED, "no id_token");
	enum idp_result result = read_signed(x, token, oidc_token_check, &x->claims);
	if (result != IDP_DONE)
		return result;
	if (!oidc_acr_enough(idp_option(x->idp, "acr_values"), idp_option(x->idp, "acr_least"),
	        member(x->claims, "acr")))
		return end(x, IDP_WEAK, "the acr is lower than acr_least, or none");
	/* Asked with max_age, a provider must say when (Core §3.1.2.1). */
	json_t *when = json_object_get(x->claims, "auth_time");
	x->proved_at = json_is_number(when) ? (int64_t)json_number_value(when) : LONG_AGO;
	if (x->attempt->fresh && x->proved_at < x->attempt->begun - OIDC_SKEW)
		return end(x, IDP_STALE, "the auth_time is of before the login began, or none");
	return IDP_DONE;
}

static bool
is_access_token(const char *token)
{
	size_t len = token != NULL ? strlen(token) : 0;

	for (size_t i = 0; i < len; i++)
		if (token[i] <= ' ' || token[i] > '~')
			return false;
	return len > 0 && len <= ACCESS_TOKEN_MAX;
}

/* Adds userinfo's claims to the id_token's, which win; those of another sub are left out (Core
 * §5.3.2). */
static enum idp_result
add_userinfo(struct exchange *x)
{
	const char *url = oidc_endpoint(x->discovery, "userinfo_endpoint");
	const char *token = member(x->tokens, "access_token");

	if (url == NULL || !is_access_token(token))
		return IDP_DONE;
	const char *headers[] = { str_fmt(x->pool, "Authorization: Bearer %s", token), NULL };
	struct client_answer answer = client_call(x->pool,
	    &(struct client_call){ .url = url, .headers = headers });
	if (answer.status == 0 || answer.status >= 500)
		return end(x, IDP_UNREACHABLE, "the userinfo endpoint does not answer");
	json_t *userinfo = NULL;
	if (answer.status == 200 && str_starts(answer.type, "application/jwt")) {
		enum idp_result result = read_signed(x, answer.body, oidc_userinfo_check, &userinfo);
		if (result != IDP_DONE)
			return result;
	} else if (answer.status == 200) {
		userinfo = oidc_document(answer.body, answer.len);
	}
	if (userinfo != NULL && str_eq(member(userinfo, "sub"), member(x->claims, "sub")))
		json_object_update_missing(x->claims, userinfo);
	return IDP_DONE;
}

/* What came in place of a code (RFC 6749 §4.1.2.1). */
static enum idp_result
no_code(const struct idp_answer *answer, const char **why)
{
	*why = "the provider sent no code";
	if (str_eq(answer->error, "access_denied"))
		return IDP_CANCELLED;
	return str_eq(answer->error, "temporarily_unavailable") || str_eq(answer->error, "server_error")
	    ? IDP_UNREACHABLE : IDP_REFUSED;
}

static enum idp_result
exchange(struct pool *pool, const struct idp *idp, const struct idp_attempt *attempt,
    const struct idp_answer *answer, struct idp_identity *identity, const char **why)
{
	struct exchange x = { .pool = pool, .idp = idp, .attempt = attempt, .why = "" };

	if ((x.discovery = oidc_discover(pool, idp)) == NULL) {
		*why = "the provider's discovery document cannot be had";
		return IDP_UNREACHABLE;
	}
	bool named = json_is_true(json_object_get(x.discovery, "authorization_response_iss_parameter_supported"));
	if (answer->iss == NULL ? named : !str_eq(answer->iss, idp_option(idp, "issuer"))) {
		*why = "a callback of another issuer (RFC 9207)";
		return IDP_REFUSED;
	}
	if (answer->code == NULL)
		return no_code(answer, why);
	enum idp_result result = redeem(&x, answer->code);
	if (result == IDP_DONE)
		result = check(&x);
	if (result == IDP_DONE)
		result = add_userinfo(&x);
	if (result == IDP_DONE) {
		oidc_identify(pool, idp, x.claims, identity);
		identity->proved_at = x.proved_at < time(NULL) ? x.proved_at : 0;
	}
	*why = x.why;
	return result;
}

static bool
able(const struct idp *idp, const char **why)
{
	const char *least = idp_option(idp, "acr_least"), *levels = idp_option(idp, "acr_values");
	const char *scope = idp_option(idp, "scope");

	if (least != NULL && (levels == NULL || !oidc_acr_enough(levels, NULL, least))) {
		*why = "\"acr_least\" must be one of \"acr_values\"";
		return false;
	}
	if (scope != NULL && !oidc_acr_enough(scope, NULL, "openid")) {
		*why = "\"scope\" must have \"openid\"";
		return false;
	}
	return oidc_client_able(idp, why) && oidc_claims_known(idp, why);
}

static const struct idp_setting settings[] = {
	{ "issuer", IDP_ADDRESS, true },
	{ "client_id", IDP_TEXT, true },
	{ "client_secret_file", IDP_SECRET, false },
	{ "private_key_file", IDP_KEY, false },
	{ "client_auth", IDP_TEXT, false },
	{ "assertion_audience", IDP_TEXT, false },
	{ "scope", IDP_WORDS, false },
	{ "acr_values", IDP_WORDS, false },
	{ "acr_least", IDP_TEXT, false },
	{ "claims", IDP_TREE, false },
	{ 0 },
};

const struct idp_dialect idp_oidc = { .name = "oidc", .settings = settings, .address = "issuer",
	.check = able, .authorize = authorize, .exchange = exchange };
