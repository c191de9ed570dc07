/*
 * register: the community's own register of residents, in two forms.
 *
 * A list (scripts/import-register): numbers on standard input become hashes under the newest key and
 * are forgotten. An import counts from its end, all of it at once, and takes with it whoever has an
 * account already; everyone else is found at their login.
 *
 * A service: an address in the configuration (register_url.NAME of a community, or register_url for
 * all) that login asks with the person's number as it gets it. POST application/x-www-form-urlencoded:
 * number (normalised) and community (its name), with "Authorization: Bearer" where register_token_file
 * is set. The answer is JSON of status 200: {"resident": true, "category": "registered"}, where the
 * category may be left out, or {"resident": false}. Anything else, or nothing within
 * REGISTER_PATIENCE_MS, changes nothing.
 */
#ifndef VICHE_CIVIC_REGISTER_H
#define VICHE_CIVIC_REGISTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "civic/person_key.h"
#include "data/db.h"

enum { REGISTER_PATIENCE_MS = 2000 };

enum register_answer { REGISTER_SILENT, REGISTER_YES, REGISTER_NO };

/* category receives one of residence_categories. */
enum register_answer register_ask(struct pool *pool, const char *community, const char *number,
    const char **category);
/* Of an answer's body. */
enum register_answer register_read(const char *body, size_t len, const char **category);

/* [category…] of the lists that have the person. What stands there under an older key moves to the
 * newest. */
json_t *register_lists(struct db *db, int64_t community, const struct person_macs *macs);

/* An import: begin, add each number, finish. Only `manage` has the rights. */
struct register_import {
	int64_t community, id;
	const char *category;
	bool replace;         /* what other imports of the category had, and this one has not, is over */
	int64_t added, known; /* new hashes, and those that a list that counts has already */
	int64_t begun, ended; /* people with an account whose residence began or ended */
};

/* False where another import is under way or the database failed. Removes what a killed one left. */
bool register_begin(struct db *db, struct register_import *import);
/* In a transaction of the caller's, a batch of a few thousand at most. */
bool register_add(struct db *db, struct register_import *import, const struct person_macs *macs);
/* One transaction: the list counts, and the accounts that it concerns know. */
bool register_finish(struct db *db, struct register_import *import);

#endif
