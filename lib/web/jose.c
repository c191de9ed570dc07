#include "web/jose.h"

#include <cjose/cjose.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/str.h"

static const struct algorithm {
	const char *name, *kty;
	cjose_jwk_kty_t type;
	size_t bits; /* at least: for RSA as RFC 7518 §3.3 asks */
} algorithms[] = {
	{ "ES256", "EC", CJOSE_JWK_KTY_EC, 256 },
	{ "RS256", "RSA", CJOSE_JWK_KTY_RSA, 2048 },
	{ "PS256", "RSA", CJOSE_JWK_KTY_RSA, 2048 },
};

/* cjose releases with free() what jansson gave it, at its own time: while it works, jansson must
 * take from the heap, not from an entered pool. */
struct hooks {
	json_malloc_t take;
	json_free_t give;
};

static struct hooks
heap_begin(void)
{
	struct hooks hooks;

	json_get_alloc_funcs(&hooks.take, &hooks.give);
	json_set_alloc_funcs(malloc, free);
	return hooks;
}

static void
heap_end(struct hooks hooks)
{
	json_set_alloc_funcs(hooks.take, hooks.give);
}

static json_t *
decode(struct pool *pool, const char *part, size_t len)
{
	size_t size;
	unsigned char *bytes = str_unbase64url(pool, str_ndup(pool, part, len), &size);

	if (bytes == NULL)
		return NULL;
	json_t *object = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
	return json_is_object(object) ? object : NULL;
}

static const char *
member(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool
serves(json_t *key, const struct algorithm *algorithm, const char *kid)
{
	const char *use = member(key, "use"), *alg = member(key, "alg");

	return str_eq(member(key, "kty"), algorithm->kty) &&
	    (use == NULL || str_eq(use, "sig")) && (alg == NULL || str_eq(alg, algorithm->name)) &&
	    (kid == NULL || str_eq(member(key, "kid"), kid));
}

/* The text of the set's key for this token; NULL where none serves, or without a kid several. */
static const char *
choose(const char *jwks, const struct algorithm *algorithm, const char *kid)
{
	json_t *keys = json_object_get(json_loads(jwks, 0, NULL), "keys"), *key, *chosen = NULL;
	size_t i;

	json_array_foreach(keys, i, key) {
		if (i == JOSE_KEYS_MAX)
			break;
		if (!serves(key, algorithm, kid))
			continue;
		if (chosen != NULL)
			return NULL;
		chosen = key;
	}
	return chosen != NULL ? json_dumps(chosen, JSON_COMPACT) : NULL;
}

static bool
signature_valid(const char *token, const char *jwk, const struct algorithm *algorithm)
{
	struct hooks hooks = heap_begin();
	cjose_jwk_t *key = cjose_jwk_import(jwk, strlen(jwk), NULL);
	cjose_jws_t *jws = cjose_jws_import(token, strlen(token), NULL);
	bool valid = false;

	if (key != NULL && jws != NULL) {
		const char *alg = cjose_header_get(cjose_jws_get_protected(jws), "alg", NULL);
		valid = cjose_jwk_get_kty(key, NULL) == algorithm->type &&
		    cjose_jwk_get_keysize(key, NULL) >= algorithm->bits &&
		    (algorithm->type != CJOSE_JWK_KTY_EC ||
		    cjose_jwk_EC_get_curve(key, NULL) == CJOSE_JWK_EC_P_256) &&
		    str_eq(alg, algorithm->name) && cjose_jws_verify(jws, key, NULL);
	}
	cjose_jws_release(jws);
	cjose_jwk_release(key);
	heap_end(hooks);
	return valid;
}

enum jose_result
jose_verify(struct pool *pool, const char *jwks, const char *token, json_t **payload,
    const char **why)
{
	const char *dot = strchr(token, '.'), *last = strrchr(token, '.');
	const struct algorithm *algorithm = NULL;

	*payload = NULL;
	if (dot == NULL || last == dot || strlen(token) > JOSE_TOKEN_MAX) {
		*why = "not a signed token";
		return JOSE_REFUSED;
	}
	json_t *header = decode(pool, token, (size_t)(dot - token));
	if (header == NULL || json_object_get(header, "crit") != NULL) {
		*why = "the token's header cannot be understood";
		return JOSE_REFUSED;
	}
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
		if (str_eq(member(header, "alg"), algorithms[i].name))
			algorithm = &algorithms[i];
	if (algorithm == NULL) {
		*why = "the algorithm is not allowed";
		return JOSE_REFUSED;
	}
	const char *jwk = choose(jwks, algorithm, member(header, "kid"));
	if (jwk == NULL) {
		*why = "no key for the token's kid";
		return JOSE_UNKNOWN_KEY;
	}
	if (!signature_valid(token, jwk, algorithm)) {
		*why = "the signature is wrong";
		return JOSE_REFUSED;
	}
	*payload = decode(pool, dot + 1, (size_t)(last - dot - 1));
	if (*payload == NULL) {
		*why = "the token's claims cannot be read";
		return JOSE_REFUSED;
	}
	return JOSE_VALID;
}

/* The key's text by cjose, copied to the pool. */
static char *
key_text(struct pool *pool, cjose_jwk_t *key, bool with_private)
{
	char *text = key != NULL ? cjose_jwk_to_json(key, with_private, NULL) : NULL;
	char *copy = text != NULL ? str_dup(pool, text) : NULL;

	free(text);
	return copy;
}

char *
jose_key_new(struct pool *pool)
{
	const char *kid = crypto_token(pool);
	struct hooks hooks = heap_begin();
	cjose_jwk_t *key = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, NULL);

	if (key != NULL)
		cjose_jwk_set_kid(key, kid, strlen(kid), NULL);
	char *text = key_text(pool, key, true);
	cjose_jwk_release(key);
	heap_end(hooks);
	return text;
}

char *
jose_key_set(struct pool *pool, const char *jwk)
{
	struct hooks hooks = heap_begin();
	cjose_jwk_t *key = cjose_jwk_import(jwk, strlen(jwk), NULL);
	char *text = key_text(pool, key, false);

	cjose_jwk_release(key);
	heap_end(hooks);
	if (text == NULL)
		return NULL;
	json_t *public = json_loads(text, 0, NULL);
	json_object_set_new(public, "use", json_string("sig"));
	return json_dumps(json_pack("{s:[o]}", "keys", public), JSON_COMPACT);
}

char *
jose_sign(struct pool *pool, const char *jwk, json_t *payload)
{
	const char *text = json_dumps(payload, JSON_COMPACT), *token;
	char *copy = NULL;
	struct hooks hooks = heap_begin();
	cjose_jwk_t *key = cjose_jwk_import(jwk, strlen(jwk), NULL);
	cjose_header_t *header = cjose_header_new(NULL);
	cjose_jws_t *jws = NULL;

	if (key != NULL && header != NULL &&
	    cjose_header_set(header, "alg", "ES256", NULL) &&
	    (cjose_jwk_get_kid(key, NULL) == NULL ||
	    cjose_header_set(header, "kid", cjose_jwk_get_kid(key, NULL), NULL)))
		jws = cjose_jws_sign(key, header, (const uint8_t *)text, strlen(text), NULL);
	if (jws != NULL && cjose_jws_export(jws, &token, NULL))
		copy = str_dup(pool, token);
	cjose_jws_release(jws);
	cjose_header_release(header);
	cjose_jwk_release(key);
	heap_end(hooks);
	return copy;
}
