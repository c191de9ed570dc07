/*
 * moderation: what a community's moderators decide of petitions that were sent in: publish, return
 * with remarks, refuse with a reason. Nobody decides of a petition of their own.
 */
#ifndef VICHE_CIVIC_MODERATION_H
#define VICHE_CIVIC_MODERATION_H

#include <jansson.h>
#include <stdint.h>
#include <time.h>

#include "base/pool.h"
#include "data/db.h"

enum { QUEUE_PAGE = 50, EXPLANATION_MIN = 10, EXPLANATION_MAX = 4000 };

enum moderation_result {
	MODERATION_DONE,
	MODERATION_OWN,     /* the moderator's own petition */
	MODERATION_CHANGED, /* the author has sent another text since */
	MODERATION_DECIDED, /* somebody has decided already, or it was never sent in */
	MODERATION_UNKNOWN,
	MODERATION_FAILED
};

struct decision {
	int64_t community, petition, moderator;
	const char *reason, *explanation; /* reason: civic/refusal.h; NULL where there is none */
	const char *version;              /* moderation_version() of what the moderator read, or NULL: a
	                                     text that was changed since is not decided upon */
	const char *operation;            /* request id */
};

/* Freezes the community's threshold and term of today onto the petition; the term ends at the last
 * second of its last day in Kyiv. */
enum moderation_result moderation_publish(struct db *db, const struct decision *decision);
enum moderation_result moderation_return(struct db *db, const struct decision *decision);
enum moderation_result moderation_refuse(struct db *db, const struct decision *decision);

/* Names a title and text: 22 letters of base64url. */
const char *moderation_version(struct pool *pool, const char *title, const char *text);

/* What waits, oldest first: id, title, submitted_at, returned_before. after: a cursor or NULL. */
json_t *moderation_queue(struct db *db, struct pool *pool, int64_t community, const char *after,
    const char **next);
int64_t moderation_waiting(struct db *db, int64_t community);

/* The end of a term of days that begins at from, as SQL takes it. */
const char *moderation_term_end(struct pool *pool, time_t from, int64_t days);

#endif
