/*
 * oidc_client: how we prove to a provider's token endpoint who we are: client_secret_basic or _post (RFC
 * 6749 §2.3.1), or private_key_jwt (RFC 7523 §2.2, OpenID Connect Core §9). Internal to the dialect oidc.
 */
#ifndef VICHE_WEB_OIDC_CLIENT_H
#define VICHE_WEB_OIDC_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <time.h>

#include "base/pool.h"
#include "base/str.h"
#include "web/client.h"
#include "web/idp.h"

enum { OIDC_ASSERTION_LIFE = 60 }; /* seconds */

/* "name=value&" of a form, encoded. */
void oidc_add_field(struct buf *form, const char *name, const char *value);

/* Adds the proof to the call or to its form. */
void oidc_client_prove(struct pool *pool, const struct idp *idp, json_t *discovery, time_t now,
    struct client_call *call, struct buf *form);

/* Whether the provider's file has what its way of proving needs; *why says what is wrong if not. */
bool oidc_client_able(const struct idp *idp, const char **why);

#endif
