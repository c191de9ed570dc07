/*
 * signature_days: signatures of each day by Kyiv's calendar, and those of the last 24 hours: for the
 * curve on a petition's page and for the list of what gathers them fastest (the clock's jobs).
 *
 * As in civic/signature_totals.h the watermark moves only over rows older than any transaction may
 * live. What is younger is reckoned into the last day where the days are read, so that they always add
 * up to the number that the page shows.
 */
#ifndef VICHE_CIVIC_SIGNATURE_DAYS_H
#define VICHE_CIVIC_SIGNATURE_DAYS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "data/db.h"

enum {
	DAYS_A_CALL = 400, /* of Kyiv's calendar that one call of signature_days_add() goes through */
	DAYS_SHOWN = 1000  /* of one petition: terms have at most 366, pauses prolong them */
};

/* Adds up what has settled. Safe to run twice and to be killed anywhere. */
bool signature_days_add(struct db *db);

/* Sets each petition's day_count. Likewise. */
bool signature_trends(struct db *db);

/* Oldest first: {day ("2026-11-24"), count (withdrawn ones taken off: it may be below zero), total (with
 * that day)}; days without a change are left out. named: the signatures with which the last total
 * agrees. until: an ISO time of the day to which what has not settled belongs. */
json_t *petition_days(struct db *db, int64_t community, int64_t petition, int64_t named, const char *until);

#endif
