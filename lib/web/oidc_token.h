/*
 * oidc_token: whether an id_token says what it must (OpenID Connect Core 1.0 §3.1.3.7). No network
 * and no clock of its own: oidc.c brings the keys and the time.
 */
#ifndef VICHE_WEB_OIDC_TOKEN_H
#define VICHE_WEB_OIDC_TOKEN_H

#include <jansson.h>
#include <time.h>

#include "base/pool.h"
#include "web/jose.h"

enum { OIDC_SKEW = 60, OIDC_SUBJECT_MAX = 255, OIDC_AUDIENCES_MAX = 16 };

struct oidc_expected {
	const char *issuer, *client_id, *nonce;
	time_t now;
};

/* One way of checking a signed text of a provider's. *claims receives what it says where it is valid, *why a
 * short reason without its contents where it is not. */
typedef enum jose_result oidc_check(struct pool *pool, const char *jwks, const char *token,
    const struct oidc_expected *expected, json_t **claims, const char **why);

/* An id_token: signature, iss, aud, azp, exp, iat (OIDC_SKEW seconds), nonce, sub. */
oidc_check oidc_token_check;

/* A signed userinfo (§5.3.2): signature, iss, aud. */
oidc_check oidc_userinfo_check;

#endif
