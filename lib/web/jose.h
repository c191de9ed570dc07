/*
 * jose: signed tokens (JWS compact form, RFC 7515; keys as JWK, RFC 7517). One file (jose.c) knows
 * cjose.
 *
 * Keys come and go as JSON text, so that a cached key set is a plain string. Only ES256, RS256 and
 * PS256 exist here: an algorithm is taken if it stands in our list and belongs to the key's type, so
 * neither "none" nor an HMAC made with a public key can pass (RFC 8725 §3.1).
 */
#ifndef VICHE_WEB_JOSE_H
#define VICHE_WEB_JOSE_H

#include <jansson.h>

#include "base/pool.h"

enum { JOSE_TOKEN_MAX = 16 * 1024, JOSE_KEYS_MAX = 64 };

enum jose_result {
	JOSE_VALID,
	JOSE_UNKNOWN_KEY, /* no key of that kid in the set: it may be a newer one */
	JOSE_REFUSED
};

/* Checks token's signature by a key of the set jwks, chosen by kid (a token without kid: the set's
 * only key of that type). *payload receives the claims, *why a short reason where it is refused. */
enum jose_result jose_verify(struct pool *pool, const char *jwks, const char *token,
    json_t **payload, const char **why);

/* A new P-256 key with its private part, as text. */
char *jose_key_new(struct pool *pool);

/* The set of one key, its public part only; NULL where jwk is no key. */
char *jose_key_set(struct pool *pool, const char *jwk);

/* The token of payload signed by ES256 with the private key jwk; NULL where jwk is no such key. */
char *jose_sign(struct pool *pool, const char *jwk, json_t *payload);

#endif
