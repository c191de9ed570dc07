/*
 * petition_course: what happened to a petition, what the law gives for what is done with it now, and
 * what comes next: its public timeline. Events (civic/lifecycle.h) and legal steps
 * (civic/legal_clock.h) in one list.
 *
 * A decision that was undone before anyone was told (civic/moderation.h) is in neither.
 */
#ifndef VICHE_CIVIC_PETITION_COURSE_H
#define VICHE_CIVIC_PETITION_COURSE_H

#include <jansson.h>
#include <stdint.h>

#include "data/db.h"

enum { COURSE_EVENTS_MAX = 100 };

/* Its events after the draft, oldest first: {at, from_state, to_state}. */
json_t *petition_timeline(struct db *db, int64_t community, int64_t id);

/* The whole course, oldest first, what is still ahead last; labels in the current request's language.
 * steps: of legal_steps(), which this call spreads over the items. petition has state and closes_at.
 *	{label, at (null: not yet), is_done, is_no, is_now, until (null, or when gathering ends),
 *	 terms: [{label, norm, office, due_at, done_at, late, days_late, paused}]}
 * Of a term that has not begun only label and norm are set. */
json_t *petition_course(json_t *petition, json_t *events, json_t *steps);

#endif
