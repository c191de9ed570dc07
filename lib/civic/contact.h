/*
 * contact: the address where a person gets letters, one in all communities, and which letters.
 *
 * Invariants: an address becomes a contact when who reads its letters has said so (or the identity
 * provider vouches for it, at the first login); letters go to confirmed addresses only, but for the one
 * that asks for the confirmation. An address is never a way to log in and never joins two people: several
 * may have the same one. An address that bounced gets nothing until it is confirmed again.
 */
#ifndef VICHE_CIVIC_CONTACT_H
#define VICHE_CIVIC_CONTACT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"
#include "web/lang.h"

enum {
	CLAIMS_PER_HOUR = 3,   /* letters that a person may have sent for confirmation */
	CLAIMS_PER_ADDRESS = 3, /* that an address may get in a day, whoever asks: nobody is bombed */
	CLAIM_HOURS = 24
};

enum contact_result {
	CONTACT_DONE,
	CONTACT_TOO_MANY, /* letters for confirmation */
	CONTACT_USED,     /* the link was used already */
	CONTACT_EXPIRED,  /* or a newer one was asked for */
	CONTACT_UNKNOWN,
	CONTACT_FAILED
};

/* {email, confirmed_at, bounced_at, lang, author_notices, staff_notices, pending}: email, the times and
 * pending (the address that waits for its confirmation) may be null. */
json_t *contact_of(struct db *db, int64_t community, int64_t person);

/* Whether letters reach the person; without reading where. */
bool contact_works(struct db *db, int64_t person);

/* Sends a letter for confirmation; earlier ones are void. */
enum contact_result contact_ask(struct db *db, int64_t community, int64_t person, const char *email,
    enum lang lang);

/* The address that a token (civic/mail_token.h) would confirm: row receives {email} where the result is
 * CONTACT_DONE. Changes nothing. */
enum contact_result contact_look(struct db *db, struct pool *pool, int64_t community,
    const char *token, json_t **row);
/* Confirms it. Of two at once one wins, the other gets CONTACT_USED. */
enum contact_result contact_confirm(struct db *db, struct pool *pool, int64_t community,
    const char *token);

/* At login: the provider's verified address, for who never had to do with addresses here. */
void contact_seen(struct db *db, int64_t person, const char *email, enum lang lang);

/* No address any more; the provider's does not come back by itself. */
void contact_remove(struct db *db, int64_t person);

struct contact_wishes {
	bool author, staff;
	enum lang lang;
};
void contact_wish(struct db *db, int64_t person, const struct contact_wishes *wishes);
/* By the link of a letter. */
void contact_stop_author(struct db *db, int64_t person);
void contact_stop_staff(struct db *db, int64_t person);

/* The mailbox is refused for good: of that version of the address, not of a newer one. */
void contact_bounced(struct db *db, int64_t person, int64_t version);
/* Likewise of an address that was still to be confirmed. */
void contact_claim_bounced(struct db *db, int64_t community, int64_t claim);

#endif
