/*
 * oidc_discovery: a provider's discovery document and keys (OpenID Connect Discovery 1.0), kept in
 * the process for ten minutes under the provider's id. Internal to the dialect oidc.
 */
#ifndef VICHE_WEB_OIDC_DISCOVERY_H
#define VICHE_WEB_OIDC_DISCOVERY_H

#include <jansson.h>
#include <stddef.h>

#include "base/pool.h"
#include "web/idp.h"

enum { OIDC_DOCUMENT_MAX = 64 * 1024 };

/* A provider's JSON answer: an object within bounds and without repeated names, or NULL. */
json_t *oidc_document(const char *text, size_t len);

/* The document, whose issuer is exactly this one (§4.3) and whose endpoints may be used; NULL where
 * it can't be had. */
json_t *oidc_discover(struct pool *pool, const struct idp *idp);

/* An endpoint's address; NULL where there is none or it is not one to be used (web/client.h). */
const char *oidc_endpoint(json_t *discovery, const char *name);

/* The key set's text, valid until the next call; NULL where it can't be had. */
const char *oidc_keys(struct pool *pool, const struct idp *idp, json_t *discovery);

/* The key set fetched anew for an unknown kid, at most once in 30 s: a forged token must not make
 * us ask at will. NULL where it is too early or can't be had: oidc_keys() has the old set. */
const char *oidc_newer_keys(struct pool *pool, const struct idp *idp, json_t *discovery);

#endif
