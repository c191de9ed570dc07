/*
 * signing: a person's signature under a petition: one human, one signature, final or (where the
 * community's rules of that petition allow) withdrawn once, which is final for that petition.
 *
 * A signature is one INSERT and a withdrawal another; nothing is ever deleted or counted up.
 */
#ifndef VICHE_CIVIC_SIGNING_H
#define VICHE_CIVIC_SIGNING_H

#include <stdbool.h>
#include <stdint.h>

#include "data/db.h"

enum sign_result {
	SIGN_ADDED,
	SIGN_ALREADY,
	SIGN_CLOSED,    /* not collecting, or the term is over */
	SIGN_PAUSED,    /* the community's service or this petition stands still */
	SIGN_NOT_LOCAL, /* residents only, as the petition's rules want them (civic/residence.h tells why) */
	SIGN_TOO_YOUNG, /* below the rules' age, or no login has told that it is reached */
	SIGN_WITHDRAWN, /* signed and withdrawn: final */
	SIGN_UNKNOWN,
	SIGN_FAILED
};

#define SIGN_SELF "self"
#define SIGN_AT_COUNTER "counter"
#define SIGN_ON_PAPER "paper"

struct signer {
	int64_t community, petition, person;
	bool hide_name; /* asks to be counted without a public name; counts where the rules allow that */
	/* How it came: SIGN_SELF, SIGN_AT_COUNTER, SIGN_ON_PAPER. A trigger holds it against what happened. */
	const char *channel;
};

enum sign_result petition_sign(struct db *db, const struct signer *signer);
/* The same within a transaction of the caller's, which runs again where the database asks for it. */
enum sign_result petition_sign_within(struct db *db, const struct signer *signer);
/* What it would come to now; nothing is written. SIGN_ADDED: nothing is in the way. */
enum sign_result petition_may_sign(struct db *db, const struct signer *signer);

enum withdraw_result {
	WITHDRAW_DONE,
	WITHDRAW_NOT_SIGNED, /* or withdrawn already */
	WITHDRAW_FORBIDDEN,  /* the rules of that petition have no withdrawal */
	WITHDRAW_CLOSED,
	WITHDRAW_UNKNOWN,
	WITHDRAW_FAILED
};

/* Ends following too (civic/follow.h). */
enum withdraw_result petition_withdraw_signature(struct db *db, int64_t community, int64_t petition,
    int64_t person);

#endif
