/*
 * residence_desk: officials confirm where people live: the queue of declarations, people found by name,
 * and what an official may do. Nobody decides of their own residence. The person is told by letter.
 */
#ifndef VICHE_CIVIC_RESIDENCE_DESK_H
#define VICHE_CIVIC_RESIDENCE_DESK_H

#include <jansson.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"

enum { RESIDENCE_QUEUE_MAX = 50, RESIDENCE_FOUND_MAX = 20, RESIDENCE_WORDS_MAX = 100 };

/* Declarations that wait, the oldest first: person_id, name, category, basis, since. At most
 * RESIDENCE_QUEUE_MAX; *count receives how many there are. */
json_t *residence_queue(struct db *db, int64_t community, int64_t *count);

/* Members whose names begin with each of the words (as civic/staff.h): person_id, name, residence,
 * category. */
json_t *residence_find(struct db *db, struct pool *pool, int64_t community, const char *words);

/* A member's name, or NULL where nobody of that number has logged in here. */
const char *residence_member(struct db *db, int64_t community, int64_t person);

enum residence_decision {
	RESIDENCE_DECIDED,
	RESIDENCE_NOTHING,  /* no such declaration or residence (any more), or it is confirmed already */
	RESIDENCE_OWN,      /* one's own */
	RESIDENCE_STRANGER, /* nobody of that number has logged in here */
	RESIDENCE_FAILED
};

struct residence_act {
	int64_t community, person, official;
	const char *category;
	const char *words; /* the basis of a confirmation, else the reason */
};

/* With or without a declaration: who stands at the desk with a document needs none. */
enum residence_decision residence_confirm(struct db *db, const struct residence_act *act);
enum residence_decision residence_decline(struct db *db, const struct residence_act *act);
/* Ends what an official confirmed. */
enum residence_decision residence_revoke(struct db *db, const struct residence_act *act);

#endif
