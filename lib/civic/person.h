/*
 * person: a human, global to the installation, and what they are in a community.
 *
 * One human, one account: person_key = HMAC-SHA-256(key, normalised tax number), so that two
 * providers lead to one row (civic/person_key.h has the keys); without a number the pair (issuer,
 * subject). The number is never stored, and an e-mail address never says who somebody is.
 *
 * Which account a login leads to:
 *   a number that is known      that account. Its row moves to the newest key. Where the same provider
 *                               led to an account without a number before, that one is closed
 *                               (joined_to): its sessions end, the pair leads to the numbered account,
 *                               whose owner cannot sign again what it signed; where both had signed,
 *                               its signature is withdrawn while the petition gathers. What it wrote
 *                               and signed stays under its name.
 *   a number that is not known  the account without a number that the same provider led to before gets
 *                               it; otherwise a new account
 *   no number                   the account that this pair led to before, also where it has got a number
 *                               since; otherwise a new account
 * A provider that tells a number once and later none makes two accounts of a human: pairs of numbered
 * logins are not kept, since some providers' subjects are numbers themselves.
 */
#ifndef VICHE_CIVIC_PERSON_H
#define VICHE_CIVIC_PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"

enum { PERSON_NAME_MAX = 120 /* characters of each name */ };

struct identity {
	const char *tax_number; /* as the provider says it, or NULL */
	const char *issuer, *subject;
	const char *given_name, *family_name, *middle_name;
	const char *birthdate;      /* "1988-04-17" (OpenID Connect Core 5.1), or NULL; a year alone is none */
	const char *residence_code; /* KATOTTG of the residence (any level), or NULL */
	const char *residence_text; /* an address in words, or NULL: only to find the community, never kept */
	/* Read from paper, nobody is there: what is known of an account that exists stays (its names, its ages,
	 * that it was left), and a person who is new has none, so that they are forgotten with their signatures. */
	bool unproved;
};

/* Finds or makes the person, keeps the names as the provider says them today (person_name()) and of the
 * date of birth the ages that some community's rules ask for (person_age). 0 where the database failed
 * or the keys are not right: the log says why. Two logins of one human at once, in whatever processes,
 * wait for each other (GET_LOCK on what the number is under the oldest key). */
int64_t person_login(struct db *db, struct pool *pool, const struct identity *identity);

/* Whom a number leads to, 0 for nobody: nothing is made. */
int64_t person_of_number(struct db *db, struct pool *pool, const char *number);

struct member {
	char given_name[4 * PERSON_NAME_MAX + 1], family_name[4 * PERSON_NAME_MAX + 1];
	unsigned roles; /* enum role bits of web/route.h */
};

/* Who the person is in that community; false where there is no such person. */
bool person_member(struct db *db, int64_t community, int64_t person, struct member *member);

/* Upper case letters and digits of a tax number or passport series, Cyrillic letters that look like
 * Latin ones as those («АЕ 123456» is typed in either); "" where none is left. */
char *person_normalise(struct pool *pool, const char *number);

/* The claim where it is a whole date of a life, else NULL. */
const char *person_birthday(const char *claim);

/* A name as pages may show it: one clean line (base/text.h), cut after PERSON_NAME_MAX characters.
 * At some providers people write it themselves. */
char *person_name(struct pool *pool, const char *claim);

#endif
