/*
 * trap: how this provider misbehaves for a person, as tests ask it to: what real ones were seen to do,
 * and what forgers would. In the process's memory, for at most TRAPPED_MAX people.
 *
 * POST /standin-id/traps {"secret": the oidc client's, "person": short name, "traps": [names]} sets a
 * person's traps; an empty list ends them. The secret keeps a demonstration's visitors from it.
 */
#ifndef VICHE_STANDIN_TRAP_H
#define VICHE_STANDIN_TRAP_H

#include "standin.h"
#include "web/request.h"

enum { TRAPPED_MAX = 256 };

enum trap {
	/* Any dialect. Where a trap says no more, it is of the call that describes the person. */
	TRAP_USED_CODE = 1 << 0,     /* a code that was redeemed already */
	TRAP_SLOW = 1 << 1,          /* a byte a second */
	TRAP_GARBAGE = 1 << 2,       /* HTTP 200 and a page of HTML */
	TRAP_BROKEN = 1 << 3,        /* HTTP 500 */
	TRAP_TOKEN_ERROR = 1 << 4,   /* the token call's answer is an error, at HTTP 200 */
	TRAP_OTHER_STATE = 1 << 5,   /* the browser comes back with a state that nobody sent */
	TRAP_ERROR_200 = 1 << 6,     /* HTTP 200 and an object with `error` */
	TRAP_TEXT = 1 << 7,          /* HTTP 200 and a mere string, a token within */
	TRAP_NO_NUMBER = 1 << 8,     /* the person's number is n/a */
	TRAP_PASSPORT = 1 << 9,      /* the number is a passport's, spelt in a way of the dialect's own */
	/* idgovua and bankid_nbu */
	TRAP_NAMES_NA = 1 << 10,     /* the names, the e-mail and the place are n/a */
	TRAP_SEALED = 1 << 11,       /* sealed, though no certificate was sent */
	TRAP_OTHER_KEY = 1 << 12,    /* sealed for another key */
	TRAP_PLAIN = 1 << 13,        /* plain, though a certificate was sent */
	TRAP_CERT_TWICE = 1 << 14,   /* the certificate must come encoded twice */
	TRAP_NO_BIRTHDAY = 1 << 15,
	/* oidc: the id_token */
	TRAP_ROTATED_KEY = 1 << 16,  /* signed with a key made just now, which the key set has from now on */
	TRAP_EXPIRED_KEY = 1 << 17,  /* signed with a key that the set no longer has */
	TRAP_EXPIRED = 1 << 18,
	TRAP_OTHER_ISSUER = 1 << 19,
	TRAP_OTHER_NONCE = 1 << 20,
	TRAP_OTHER_AUDIENCE = 1 << 21,
	TRAP_NO_SIGNATURE = 1 << 22, /* alg none */
	TRAP_CALLBACK_ISSUER = 1 << 23 /* another iss comes back with the browser (RFC 9207) */
};

/* The person's traps as bits; 0 for most. */
unsigned trap_of(const char *login);

/* Answers the call that describes a person (of oidc: the token call, which does) where a trap decides it
 * whatever the dialect; false where none does. */
bool trap_reply(struct request *rq, unsigned traps);

/* The person's passport in place of a number, the same in each dialect, but spelt after it. */
const char *trap_passport(struct pool *pool, enum dialect dialect, const char *login);

void post_traps(struct request *rq);

#endif
