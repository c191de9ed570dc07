/*
 * mail_token: the proofs that stand in links of letters. A token is its contents and the first 128 bits
 * of HMAC-SHA-256 over them under the key var/keys/mail, as base64url: nothing of it is in the database, so
 * nobody who reads that can confirm an address or stop letters, and a token of one community means
 * nothing in another. Only `worker` (which writes the letters) and `cabinet` (which takes them back)
 * read the key.
 */
#ifndef VICHE_CIVIC_MAIL_TOKEN_H
#define VICHE_CIVIC_MAIL_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"

/* What a letter's "unsubscribe" stops. */
enum stop_kind {
	STOP_AUTHOR = 'a',   /* letters about one's own petitions */
	STOP_FOLLOW = 'f',   /* about one petition that one signed */
	STOP_STAFF = 's'     /* to the staff about overdue steps */
};

struct stop {
	enum stop_kind kind;
	int64_t person;
	int64_t petition; /* STOP_FOLLOW; else 0 */
};

char *stop_token(struct pool *pool, int64_t community, const struct stop *stop);
/* False where the token is none of this community's. */
bool stop_read(struct pool *pool, int64_t community, const char *token, struct stop *stop);

/* Who holds this proves that letters to email arrive: bound to claim, person and address. */
char *claim_token(struct pool *pool, int64_t community, int64_t claim, int64_t person,
    const char *email);
/* The claim that a token speaks of, 0 where it is none; what it proves claim_proves() says. */
int64_t claim_of(struct pool *pool, const char *token);
bool claim_proves(struct pool *pool, const char *token, int64_t community, int64_t claim,
    int64_t person, const char *email);

#endif
