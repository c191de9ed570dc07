#include "web/oidc.h"

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

struct oidc_attempt
oidc_begin(struct pool *pool)
{
	return (struct oidc_attempt){
		.state = crypto_token(pool),
		.nonce = crypto_token(pool),
		.verifier = crypto_token(pool),
	};
}

static void
add_field(struct buf *b, const char *name, const char *value)
{
	buf_fmt(b, "%s=%s&", name, str_url_encode(b->pool, value));
}

enum oidc_result
oidc_authorize_url(struct pool *pool, const struct oidc_provider *provider,
    const struct oidc_attempt *attempt, const char *redirect_uri, const char *ui_locale,
    const char **url)
{
	json_t *discovery = oidc_discover(pool, provider->issuer);
	unsigned char challenge[MAC_BYTES];
	struct buf b;

	if (discovery == NULL)
		return OIDC_UNREACHABLE;
	const char *address = oidc_endpoint(discovery, "authorization_endpoint");
	crypto_digest(attempt->verifier, challenge);
	buf_init(&b, pool);
	buf_fmt(&b, "%s%c", address, strchr(address, '?') != NULL ? '&' : '?');
	add_field(&b, "response_type", "code");
	add_field(&b, "client_id", provider->client_id);
	add_field(&b, "redirect_uri", redirect_uri);
	add_field(&b, "scope", "openid profile email");
	add_field(&b, "state", attempt->state);
	add_field(&b, "nonce", attempt->nonce);
	add_field(&b, "code_challenge", str_base64url(pool, challenge, sizeof challenge));
	add_field(&b, "code_challenge_method", "S256");
	buf_fmt(&b, "ui_locales=%s", str_url_encode(pool, ui_locale));
	*url = b.s;
	return OIDC_DONE;
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
	const struct oidc_provider *provider;
	const struct oidc_attempt *attempt;
	json_t *discovery;
	json_t *tokens, *claims; /* what came of it */
	const char *why;
};

static enum oidc_result
end(struct exchange *x, enum oidc_result result, const char *why)
{
	x->why = why;
	return result;
}

/* Sends the code to the token endpoint. */
static enum oidc_result
redeem(struct exchange *x, const char *redirect_uri, const char *code)
{
	json_t *methods = json_object_get(x->discovery, "token_endpoint_auth_methods_supported");
	/* Without a list client_secret_basic is what every provider has (Discovery 1.0 §3). */
	bool post = lists(methods, "client_secret_post") && !lists(methods, "client_secret_basic");
	struct client_call call = { .url = oidc_endpoint(x->discovery, "token_endpoint") };
	struct buf form;

	buf_init(&form, x->pool);
	add_field(&form, "grant_type", "authorization_code");
	add_field(&form, "code", code);
	add_field(&form, "redirect_uri", redirect_uri);
	if (post) {
		add_field(&form, "client_id", x->provider->client_id);
		add_field(&form, "client_secret", x->provider->client_secret);
	} else {
		call.user = str_url_encode(x->pool, x->provider->client_id); /* RFC 6749 §2.3.1 */
		call.password = str_url_encode(x->pool, x->provider->client_secret);
	}
	buf_fmt(&form, "code_verifier=%s", str_url_encode(x->pool, x->attempt->verifier));
	call.form = form.s;

	struct client_answer answer = client_call(x->pool, &call);
	if (answer.status == 0)
		return end(x, OIDC_UNREACHABLE, answer.error);
	if (answer.status != 200)
		return end(x, answer.status >= 500 ? OIDC_UNREACHABLE : OIDC_REFUSED,
		    error_word(x->pool, &answer));
	if ((x->tokens = oidc_document(answer.body, answer.len)) == NULL)
		return end(x, OIDC_UNREACHABLE, "the token endpoint's answer cannot be read");
	return OIDC_DONE;
}

static enum oidc_result
check(struct exchange *x)
{
	const char *token = member(x->tokens, "id_token");
	const char *keys = oidc_keys(x->pool, x->discovery);
	struct oidc_expected expected = {
		.issuer = x->provider->issuer, .client_id = x->provider->client_id,
		.nonce = x->attempt->nonce, .now = time(NULL)
	};

	if (token == NULL)
		return end(x, OIDC_REFUSED, "no id_token");
	if (keys == NULL)
		return end(x, OIDC_UNREACHABLE, "the provider's keys cannot be fetched");
	enum jose_result result = oidc_token_check(x->pool, keys, token, &expected, &x->claims,
	    &x->why);
	if (result == JOSE_UNKNOWN_KEY &&
	    (keys = oidc_newer_keys(x->pool, x->discovery)) != NULL)
		result = oidc_token_check(x->pool, keys, token, &expected, &x->claims, &x->why);
	return result == JOSE_VALID ? OIDC_DONE : OIDC_REFUSED;
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
static enum oidc_result
add_userinfo(struct exchange *x)
{
	const char *url = oidc_endpoint(x->discovery, "userinfo_endpoint");
	const char *token = member(x->tokens, "access_token");

	if (url == NULL || !is_access_token(token))
		return OIDC_DONE;
	const char *headers[] = { str_fmt(x->pool, "Authorization: Bearer %s", token), NULL };
	struct client_answer answer = client_call(x->pool,
	    &(struct client_call){ .url = url, .headers = headers });
	if (answer.status == 0 || answer.status >= 500)
		return end(x, OIDC_UNREACHABLE, "the userinfo endpoint does not answer");
	json_t *userinfo = answer.status == 200 ? oidc_document(answer.body, answer.len) : NULL;
	if (userinfo != NULL && str_eq(member(userinfo, "sub"), member(x->claims, "sub")))
		json_object_update_missing(x->claims, userinfo);
	return OIDC_DONE;
}

enum oidc_result
oidc_exchange(struct pool *pool, const struct oidc_provider *provider,
    const struct oidc_attempt *attempt, const char *redirect_uri, const char *code,
    struct oidc_identity *identity, const char **why)
{
	struct exchange x = { .pool = pool, .provider = provider, .attempt = attempt,
		.discovery = oidc_discover(pool, provider->issuer), .why = "" };
	enum oidc_result result = OIDC_UNREACHABLE;

	if (x.discovery == NULL)
		x.why = "the provider's discovery document cannot be had";
	else
		result = redeem(&x, redirect_uri, code);
	if (result == OIDC_DONE)
		result = check(&x);
	if (result == OIDC_DONE)
		result = add_userinfo(&x);
	if (result == OIDC_DONE)
		*identity = (struct oidc_identity){
			.issuer = provider->issuer,
			.subject = member(x.claims, "sub"),
			.claims = x.claims,
		};
	*why = x.why;
	return result;
}
