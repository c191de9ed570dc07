/*
 * claim: who at the desk has taken an item on, so that two never work on the same. A claim ends by
 * itself after CLAIM_SECONDS (real clock). It is a courtesy between people, not a lock: the decision's
 * own transaction decides.
 */
#ifndef VICHE_CIVIC_CLAIM_H
#define VICHE_CIVIC_CLAIM_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "data/db.h"

enum { CLAIM_SECONDS = 30 * 60 };

enum claim_result { CLAIM_YOURS, CLAIM_TAKEN, CLAIM_UNKNOWN, CLAIM_FAILED };

/* Takes, or prolongs one's own. */
enum claim_result claim_take(struct db *db, int64_t community, const char *kind, int64_t subject,
    int64_t person);
/* Gives back one's own. */
bool claim_release(struct db *db, int64_t community, const char *kind, int64_t subject, int64_t person);
/* {person_id, name, until (seconds since 1970), yours} of a claim that has not ended, or NULL. */
json_t *claim_of(struct db *db, int64_t community, const char *kind, int64_t subject, int64_t viewer);

#endif
