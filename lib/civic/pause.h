/*
 * pause: the whole service of a community stands still (an attack, a move of offices), with a public
 * banner. Nobody signs, no term runs out; terms and legal clocks go on afterwards with what remained.
 */
#ifndef VICHE_CIVIC_PAUSE_H
#define VICHE_CIVIC_PAUSE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "data/db.h"

enum { PAUSE_REASON_MIN = 10, PAUSE_REASON_MAX = 500 };

enum pause_result {
	PAUSE_DONE,
	PAUSE_ALREADY, /* it stands still already, or runs already */
	PAUSE_FAILED
};

/* The pause that is on: {since, reason}; else NULL. */
json_t *pause_now(struct db *db, int64_t community);

enum pause_result pause_begin(struct db *db, int64_t community, int64_t administrator, const char *reason);

/* Prolongs every term by the time that the pause took, to the end of a day. */
enum pause_result pause_end(struct db *db, int64_t community, int64_t administrator);

/* In a transaction of the caller, for one petition whose clock has stood still since paused_at: its
 * term is prolonged and its clock runs. */
bool pause_prolong(struct db *db, int64_t community, int64_t petition);

#endif
