/*
 * moderation: what a community's moderators decide: publish, return with remarks, refuse with a reason;
 * again of a refusal that its author contests; suspend and hide what is public. Nobody decides of a
 * petition of their own, and of a contested refusal nobody who refused it.
 */
#ifndef VICHE_CIVIC_MODERATION_H
#define VICHE_CIVIC_MODERATION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/pool.h"
#include "data/db.h"

enum {
	QUEUE_PAGE = 50,
	EXPLANATION_MIN = 10,
	EXPLANATION_MAX = 4000,
	UNDO_SECONDS = 10 /* notices wait so long too (civic/notice.h) */
};

enum moderation_result {
	MODERATION_DONE,
	MODERATION_OWN,     /* the moderator's own petition */
	MODERATION_SECOND,  /* the refusal was this moderator's: another one decides of it */
	MODERATION_CHANGED, /* the author has sent another text since */
	MODERATION_DECIDED, /* somebody has decided already, or it was never sent in */
	MODERATION_LATE,    /* too late to undo, or somebody has signed */
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

/* Whether this moderator may decide of it at all, whatever its state: MODERATION_DONE, _OWN, _SECOND,
 * _UNKNOWN or _FAILED. */
enum moderation_result moderation_may(struct db *db, int64_t community, int64_t petition,
    int64_t moderator);

/* Of what was sent in, or of a contested refusal (which cannot be returned). Publishing freezes the
 * community's threshold (the district's, where the petition names one) and term of today onto the
 * petition; the term ends at the last second of its last day in Kyiv. */
enum moderation_result moderation_publish(struct db *db, const struct decision *decision);
enum moderation_result moderation_return(struct db *db, const struct decision *decision);
enum moderation_result moderation_refuse(struct db *db, const struct decision *decision);

/* Takes back this moderator's own last decision of the petition: within UNDO_SECONDS, while nobody has
 * signed and no letter is made; both are events, and the notice is not sent. */
enum moderation_result moderation_undo(struct db *db, const struct decision *decision);
/* Whole seconds for which moderation_undo() will still be done, 0 where it will not. */
int64_t moderation_undo_left(struct db *db, int64_t community, int64_t petition, int64_t moderator);

/* With a public reason in explanation. A suspended petition's clocks stand still; a hidden one is
 * shown as a number, a date and the reason. Resume and restore bring it back to where it was. */
enum moderation_result moderation_suspend(struct db *db, const struct decision *decision);
enum moderation_result moderation_resume(struct db *db, const struct decision *decision);
enum moderation_result moderation_hide(struct db *db, const struct decision *decision);
enum moderation_result moderation_restore(struct db *db, const struct decision *decision);

/* Names a title and text: 22 letters of base64url. */
const char *moderation_version(struct pool *pool, const char *title, const char *text);

/* The end of a term of days that begins at from, as SQL takes it. */
const char *moderation_term_end(struct pool *pool, time_t from, int64_t days);

#endif
