/*
 * person_key: the keys under which tax numbers are hashed: the files var/keys/person, person.2,
 * person.3 …, 32 random bytes each. A new one is added by scripts/rotate-person-key and none is ever
 * dropped: a row of a person who has not logged in since stands under an old one.
 *
 * Whoever has a key and the table of people can try all ten-digit numbers in minutes, so only `login`
 * and `manage` read them (a test sees that no other program links this). They are read again at each
 * use, which costs less than one statement, so a new key counts at once in every process; and they
 * are compared with the marks in the database, so a machine that lacks a key, or has another one
 * under its number, makes no second account of anybody.
 */
#ifndef VICHE_CIVIC_PERSON_KEY_H
#define VICHE_CIVIC_PERSON_KEY_H

#include <stdbool.h>

#include "base/pool.h"
#include "data/db.h"

enum { PERSON_KEY_BYTES = 32, PERSON_KEYS_MAX = 32 };

/* What a number is under each key, the newest key first; the last one is under the oldest, which never
 * changes. */
struct person_macs {
	int count;
	int version[PERSON_KEYS_MAX];
	unsigned char mac[PERSON_KEYS_MAX][PERSON_KEY_BYTES];
};

/* number: as anyone writes it, not empty once normalised (person_normalise()). False, with one line in
 * the log, where the keys can't be read or are not those of the database: nobody may be looked up
 * then. The keys themselves are wiped before this returns. */
bool person_macs(struct db *db, struct pool *pool, const char *number, struct person_macs *macs);

/* The same for many numbers: the keys stay in memory from open to close. */
struct person_keys;
struct person_keys *person_keys_open(struct db *db);
void person_keys_macs(const struct person_keys *keys, struct pool *pool, const char *number,
    struct person_macs *macs);
void person_keys_close(struct person_keys *keys);

#endif
