/*
 * person: a human, global to the installation, and what they are in a community.
 *
 * One human, one account: person_key = HMAC-SHA-256(key, normalised tax number), so that two
 * providers lead to one row; without a number the pair (issuer, subject). The number is never
 * stored. The key is the file var/keys/person, which only `login` and `manage` read: whoever has it
 * could try all ten-digit numbers in minutes.
 */
#ifndef VICHE_CIVIC_PERSON_H
#define VICHE_CIVIC_PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"

enum { PERSON_KEY_BYTES = 32, PERSON_NAME_MAX = 120 /* characters of each name */ };

struct identity {
	const char *tax_number; /* as the provider says it, or NULL */
	const char *issuer, *subject;
	const char *given_name, *family_name, *middle_name;
	const char *birthdate;      /* "1988-04-17" (OpenID Connect Core 5.1), or NULL; a year alone is none */
	const char *residence_code; /* KATOTTG of the community of residence, or NULL */
};

/* Finds or makes the person and keeps the names as the provider says them today (person_name()); 0
 * where the database failed. UNIQUE keys decide between two logins at once. */
int64_t person_login(struct db *db, struct pool *pool, const struct identity *identity);

/* The community learns of the person: resident where the provider's residence code is its own. */
void person_join(struct db *db, int64_t community, const char *katottg, int64_t person,
    const struct identity *identity);

struct member {
	char given_name[4 * PERSON_NAME_MAX + 1], family_name[4 * PERSON_NAME_MAX + 1];
	unsigned roles; /* enum role bits of web/route.h */
};

/* Who the person is in that community; false where there is no such person. */
bool person_member(struct db *db, int64_t community, int64_t person, struct member *member);

/* Upper case letters and digits of a tax number or passport series; "" where none is left. */
char *person_normalise(struct pool *pool, const char *number);

/* A name as pages may show it: one clean line (base/text.h), cut after PERSON_NAME_MAX characters.
 * At some providers people write it themselves. */
char *person_name(struct pool *pool, const char *claim);

#endif
