/*
 * idp_oidc: the dialect of standard OpenID providers (OpenID Connect Core 1.0, authorization code flow
 * with PKCE S256, RFC 7636; issuer identification RFC 9207).
 */
#include "web/idp.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "base/str.h"
#include "web/client.h"
#include "web/oidc_discovery.h"
#include "web/oidc_token.h"

enum { ACCESS_TOKEN_MAX = 4096 };

static const char *
member(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void
add_field(struct buf *b, const char *name, const char *value)
{
	buf_fmt(b, "%s=%s&", name, str_url_encode(b->pool, value));
}

static enum idp_result
authorize(struct pool *pool, const struct idp *idp, const struct idp_attempt *attempt,
    const char **url)
{
	json_t *discovery = oidc_discover(pool, idp);
	unsigned char challenge[MAC_BYTES];
	struct buf b;

	if (discovery == NULL)
		return IDP_UNREACHABLE;
	const char *address = oidc_endpoint(discovery, "authorization_endpoint");
	crypto_digest(attempt->verifier, challenge);
	buf_init(&b, pool);
	buf_fmt(&b, "%s%c", address, strchr(address, '?') != NULL ? '&' : '?');
	add_field(&b, "response_type", "code");
	add_field(&b, "client_id", idp_option(idp, "client_id"));
	add_field(&b, "redirect_uri", attempt->redirect_uri);
	add_field(&b, "scope", "openid profile email");
	add_field(&b, "state", attempt->state);
	add_field(&b, "nonce", attempt->nonce);
	add_field(&b, "code_challenge", str_base64url(pool, challenge, sizeof challenge));
	add_field(&b, "code_challenge_method", "S256");
	buf_fmt(&b, "ui_locales=%s", str_url_encode(pool, attempt->ui_locale));
	*url = b.s;
	return IDP_DONE;
}

static bool
lists(json_t *list, const char *value)
{
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
		if (str_eq(json_string_value(one), value))
			return true;
	return false;
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
	json_t *methods = json_object_get(x->discovery, "token_endpoint_auth_methods_supported");
	/* Without a list client_secret_basic is what every provider has (Discovery 1.0 §3). */
	bool post = lists(methods, "client_secret_post") && !lists(methods, "client_secret_basic");
	struct client_call call = { .url = oidc_endpoint(x->discovery, "token_endpoint") };
	struct buf form;

	buf_init(&form, x->pool);
	add_field(&form, "grant_type", "authorization_code");
	add_field(&form, "code", code);
	add_field(&form, "redirect_uri", x->attempt->redirect_uri);
	if (post) {
		add_field(&form, "client_id", idp_option(x->idp, "client_id"));
		add_field(&form, "client_secret", idp_option(x->idp, "client_secret"));
	} else {
		call.user = str_url_encode(x->pool, idp_option(x->idp, "client_id")); /* RFC 6749 §2.3.1 */
		call.password = str_url_encode(x->pool, idp_option(x->idp, "client_secret"));
	}
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

static enum idp_result
check(struct exchange *x)
{
	const char *token = member(x->tokens, "id_token");
	const char *keys = oidc_keys(x->pool, x->idp, x->discovery);
	struct oidc_expected expected = {
		.issuer = idp_option(x->idp, "issuer"), .client_id = idp_option(x->idp, "client_id"),
		.nonce = x->attempt->nonce, .now = time(NULL)
	};

	if (token == NULL)
		return end(x, IDP_REFUSED, "no id_token");
	if (keys == NULL)
		return end(x, IDP_UNREACHABLE, "the provider's keys cannot be fetched");
	enum jose_result result = oidc_token_check(x->pool, keys, token, &expected, &x->claims,
	    &x->why);
	if (result == JOSE_UNKNOWN_KEY &&
	    (keys = oidc_newer_keys(x->pool, x->idp, x->discovery)) != NULL)
		result = oidc_token_check(x->pool, keys, token, &expected, &x->claims, &x->why);
	return result == JOSE_VALID ? IDP_DONE : IDP_REFUSED;
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
	json_t *userinfo = answer.status == 200 ? oidc_document(answer.body, answer.len) : NULL;
	if (userinfo != NULL && str_eq(member(userinfo, "sub"), member(x->claims, "sub")))
		json_object_update_missing(x->claims, userinfo);
	return IDP_DONE;
}

static const char *
claim(const struct exchange *x, const char *name)
{
	const char *value = member(x->claims, name);

	return value != NULL ? value : "";
}

static void
identify(const struct exchange *x, struct idp_identity *identity)
{
	*identity = (struct idp_identity){
		.issuer = idp_option(x->idp, "issuer"),
		.subject = claim(x, "sub"),
		.given_name = *claim(x, "given_name") != '\0' ? claim(x, "given_name") : claim(x, "name"),
		.family_name = claim(x, "family_name"),
		.middle_name = claim(x, "middle_name"),
		.tax_number = member(x->claims, "tax_number"),
		.birthdate = member(x->claims, "birthdate"),
		.residence_code = member(x->claims, "residence_code"),
		.email = member(x->claims, "email"),
		.email_verified = json_is_true(json_object_get(x->claims, "email_verified")),
	};
}

static enum idp_result
exchange(struct pool *pool, const struct idp *idp, const struct idp_attempt *attempt,
    const struct idp_answer *answer, struct idp_identity *identity, const char **why)
{
	struct exchange x = { .pool = pool, .idp = idp, .attempt = attempt, .why = "" };
	enum idp_result result = IDP_UNREACHABLE;

	if (answer->iss != NULL && !str_eq(answer->iss, idp_option(idp, "issuer"))) {
		*why = "a callback of another issuer (RFC 9207)";
		return IDP_REFUSED;
	}
	if (answer->code == NULL) {
		*why = "the provider sent no code";
		return str_eq(answer->error, "access_denied") ? IDP_CANCELLED : IDP_REFUSED;
	}
	if ((x.discovery = oidc_discover(pool, idp)) == NULL)
		x.why = "the provider's discovery document cannot be had";
	else
		result = redeem(&x, answer->code);
	if (result == IDP_DONE)
		result = check(&x);
	if (result == IDP_DONE)
		result = add_userinfo(&x);
	if (result == IDP_DONE)
		identify(&x, identity);
	*why = x.why;
	return result;
}

static const struct idp_setting settings[] = {
	{ "issuer", IDP_ADDRESS, true },
	{ "client_id", IDP_TEXT, true },
	{ "client_secret_file", IDP_SECRET, true },
	{ 0 },
};

const struct idp_dialect idp_oidc = { .name = "oidc", .settings = settings, .address = "issuer",
	.authorize = authorize, .exchange = exchange };
