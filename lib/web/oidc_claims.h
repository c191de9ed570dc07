/*
 * oidc_claims: where in a provider's claims each thing stands that we want to know, as its file says.
 * Internal to the dialect oidc.
 */
#ifndef VICHE_WEB_OIDC_CLAIMS_H
#define VICHE_WEB_OIDC_CLAIMS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/pool.h"
#include "web/idp.h"

/* The text at the first of the paths (a space between them) that leads to one that is not empty, or NULL.
 * A path is a member's name; or "address.locality", members of members; or a JSON pointer, "/claims/0/value"
 * (RFC 6901). Numbers are no texts: a tax number that came as one has lost its leading zeros. */
const char *oidc_claim(struct pool *pool, json_t *claims, const char *paths);

/* What the provider's file maps (its object "claims"), elsewhere the standard's names (OpenID Connect Core
 * §5.1) and our own "tax_number" and "residence_code". */
void oidc_identify(struct pool *pool, const struct idp *idp, json_t *claims, struct idp_identity *identity);

/* Whether every key of the object "claims" is one that oidc_identify() knows; *why names it if not. */
bool oidc_claims_known(const struct idp *idp, const char **why);

/* Whether acr is in the list (values with spaces between them, the weakest first) and not before least
 * (NULL: the first). Without a list any is enough, and none too. */
bool oidc_acr_enough(const char *list, const char *least, const char *acr);

/* The part of the list from least on. */
const char *oidc_acr_from(const char *list, const char *least);

#endif
