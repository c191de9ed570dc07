/*
 * import_add: an imported petition into the database, with its events and its total, in the
 * caller's transaction.
 */
#ifndef VICHE_IMPORT_ADD_H
#define VICHE_IMPORT_ADD_H

#include <stdint.h>
#include <time.h>

#include "base/pool.h"
#include "data/db.h"
#include "import_record.h"

struct import_target {
	struct db *db;
	struct pool *pool;
	int64_t community, threshold;
	time_t now, shift; /* shift is added to all dates */
	int64_t rules;     /* the community's newest version of its rules */
};

enum imported {
	IMPORTED_REFUSED,
	IMPORTED_NOT_REACHED,
	IMPORTED_REACHED, /* with a response it stands as answered; so does a collecting one */
	IMPORTED_COLLECTING, /* also above the threshold: the worker's transition moves it */
	IMPORTED_STATES
};

struct import_tally {
	int64_t state[IMPORTED_STATES], already, signatures, responses;
};

/* Adds the petition and counts it, or counts it as already there. db_failed() tells of failure. */
void import_add(const struct import_target *target, const struct import_record *record,
		struct import_tally *added);

#endif
