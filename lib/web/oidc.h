/*
 * oidc: login through a standard OpenID provider (OpenID Connect Core 1.0, authorization code flow
 * with PKCE S256, RFC 7636; issuer identification RFC 9207).
 *
 * No state is kept here but the provider's discovery document and keys (cached in the process, the
 * keys fetched again at most once in 30 s for an unknown kid). The caller keeps the attempt.
 */
#ifndef VICHE_WEB_OIDC_H
#define VICHE_WEB_OIDC_H

#include <jansson.h>
#include <stdbool.h>

#include "base/pool.h"

struct oidc_provider {
	const char *issuer; /* exact, as configured */
	const char *client_id, *client_secret;
};

/* What ties the callback to the browser that began: random, single use. */
struct oidc_attempt {
	const char *state, *nonce, *verifier;
};

enum oidc_result {
	OIDC_DONE,
	OIDC_UNREACHABLE, /* no answer, or an answer that is none: try again later */
	OIDC_REFUSED      /* the provider or our checks refused: forged, expired, other algorithm… */
};

struct oidc_identity {
	const char *issuer, *subject;
	json_t *claims; /* id_token's, with userinfo's where it has the same sub */
};

struct oidc_attempt oidc_begin(struct pool *pool);

/* The address to send the browser to. OIDC_UNREACHABLE where discovery fails. */
enum oidc_result oidc_authorize_url(struct pool *pool, const struct oidc_provider *provider,
    const struct oidc_attempt *attempt, const char *redirect_uri, const char *ui_locale,
    const char **url);

/* Exchanges the code and verifies the id_token: RS256 or ES256 only, key by kid, iss, aud, azp,
 * exp, iat (60 s skew), nonce. why receives a short reason for the log without token contents. */
enum oidc_result oidc_exchange(struct pool *pool, const struct oidc_provider *provider,
    const struct oidc_attempt *attempt, const char *redirect_uri, const char *code,
    struct oidc_identity *identity, const char **why);

#endif
