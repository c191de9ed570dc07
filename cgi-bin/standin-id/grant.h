/*
 * grant: codes and access tokens, in this process's memory: at most GRANTS_MAX of both, GRANT_LIFE
 * seconds each. Only their SHA-256 is kept.
 */
#ifndef VICHE_STANDIN_GRANT_H
#define VICHE_STANDIN_GRANT_H

#include <stdbool.h>

#include "base/pool.h"
#include "standin.h"

enum { GRANTS_MAX = 4096, GRANT_LIFE = 60 };

/* What a code was given for; longer values than fit are refused before they come here. */
struct grant {
	enum dialect dialect;
	char login[16], redirect_uri[256], challenge[64], nonce[256];
};

/* A code for the grant; NULL where the memory is full. */
const char *grant_code(struct pool *pool, const struct grant *grant);
/* Takes the code out, so that it works once; false where there is none of that dialect. */
bool grant_redeem(const char *code, enum dialect dialect, struct grant *grant);

/* An access token for a person, and the person of a token (NULL where there is none of that dialect). */
const char *grant_access(struct pool *pool, enum dialect dialect, const char *login);
const char *grant_bearer(const char *token, enum dialect dialect);
/* Ends a token; false where there was none. */
bool grant_end(const char *token, enum dialect dialect);

#endif
