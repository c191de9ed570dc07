/*
 * lifecycle: the one function that moves anything that has states.
 *
 * The table below says from where to where, who may, which program may, what the law's clock does
 * and what notice goes out. `manage migrate` copies it into the database, whose triggers refuse a
 * move that the connected program may not make. lifecycle_move() is one UPDATE … WHERE state = from,
 * one row in the append-only event table, the legal step and the notices, in the caller's transaction.
 */
#ifndef VICHE_CIVIC_LIFECYCLE_H
#define VICHE_CIVIC_LIFECYCLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/db.h"
#include "data/tx.h"

enum actor { BY_AUTHOR = 1, BY_MODERATOR = 2, BY_CLOCK = 4, BY_IMPORT = 8, BY_CLERK = 16 };

/* What a move does to the legal steps of its subject (civic/legal_clock.h). Without a step the open
 * one is done. */
enum step_change {
	STEP_DONE,   /* what was open is done; step, if any, begins */
	STEP_DROP,   /* what was open is dropped: nothing is left to do */
	STEP_PAUSE,  /* the clock stands still */
	STEP_RESUME, /* it runs again, with what had remained */
	STEP_UNDO    /* what was done last is open again, as it was */
};

struct transition {
	const char *kind, *from, *to; /* from "" makes a new thing */
	const char *program;          /* the database user that may */
	enum actor by;
	const char *notice;           /* to the author; NULL for none */
	const char *step;             /* the legal step that begins; NULL for none */
	enum step_change change;
	const char *act;              /* what staff asks for, by the name in its address; NULL: nobody does */
};

/* Ends with a row whose kind is NULL. */
extern const struct transition lifecycle[];

/* The first move that the act makes from that state (NULL: from any), or NULL: the act is not allowed there. */
const struct transition *lifecycle_act(const char *kind, const char *act, const char *from);

struct move {
	const char *kind;
	int64_t community, subject;
	const char *from, *to;
	int64_t actor;          /* person, 0 for the clock */
	const char *program;
	const char *operation;  /* the request's id: a lost COMMIT is asked again by it; or NULL */
	const char *reason, *note; /* or NULL */
	const char *done_on;    /* SQL time at which the open step was done, or NULL: now */
};

enum move_result {
	MOVE_DONE,
	MOVE_ELSEWHERE, /* it is not (or no longer) in that state, or not of this community */
	MOVE_FORBIDDEN, /* the table has no such move for this program */
	MOVE_FAILED
};

/* Within a transaction of the caller. */
enum move_result lifecycle_move(struct db *db, const struct move *move);

/* The event of a new thing (from ""): the row itself was just inserted by the caller. */
bool lifecycle_born(struct db *db, const struct move *move);

/* tx_run() of work, which makes move. A COMMIT whose answer was lost is asked again by the move's
 * operation on a new connection, never assumed: TX_DONE or TX_FAILED. */
enum tx_result lifecycle_run(struct db *db, bool (*work)(struct db *db, void *ctx), void *ctx,
    const struct move *move);

#endif
