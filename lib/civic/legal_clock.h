/*
 * legal_clock: what the law gives the authority to do with a petition, and by when.
 *
 * A step begins and ends with a move of the lifecycle's table; its due date is reckoned when it begins,
 * by the community's calendar of that day (base/workdays.h), and kept. Terms of Art. 23-1 of the Law
 * of Ukraine "On Citizens' Appeals": two working days to publish or refuse; three to announce the
 * start of the review once enough people have signed; ten from then to decide; the answer is
 * published by the next working day. A petition without enough signatures that is considered as an
 * ordinary appeal: one month (Art. 20). An appeal of a refusal is decided within the same two working
 * days as the first decision.
 */
#ifndef VICHE_CIVIC_LEGAL_CLOCK_H
#define VICHE_CIVIC_LEGAL_CLOCK_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/workdays.h"
#include "civic/lifecycle.h"
#include "data/db.h"

struct legal_term {
	const char *step;
	int days;
	bool working;      /* working days, else calendar days */
	bool decides;      /* the deciding office, else the reviewing one */
	const char *label; /* msgids */
	const char *norm;
};

/* Ends with a row whose step is NULL. */
extern const struct legal_term legal_terms[];

/* NULL where the law knows no such step. */
const struct legal_term *legal_term(const char *step);

/* The community's calendar of today. Errors are sticky in db. */
void calendar_read(struct db *db, int64_t community, struct calendar *calendar);

/* For lifecycle_move() alone: what this move does to the steps. */
bool legal_step_change(struct db *db, const struct move *move, const struct transition *transition);

/* The answer is published at once with its decision: a step that begins with the decision and is
 * done now. In the caller's transaction. decided: SQL time. */
bool legal_answer(struct db *db, int64_t community, int64_t petition, const char *decided);

/* A step of a petition that was brought here (an import, the demo): from from, done at done or, with 0,
 * open. */
bool legal_brought(struct db *db, int64_t community, int64_t petition, const char *step, time_t from,
    time_t done);

/* Tells staff of each overdue step once; the clock's job. Bounded; false where the database failed. */
bool legal_tell_overdue(struct db *db);

/* A community's pause ends that began at since (SQL time): what is open gets as many working days as
 * had remained. In the caller's transaction. */
bool legal_resume_all(struct db *db, int64_t community, const char *since);

/* Steps of one subject, oldest first, for a timeline: {step, label, norm, office, started_at, due_at,
 * done_at, paused, late (overdue, or done too late), days_late (whole days by Kyiv's dates, 0 where
 * not late)}; labels in the current request's language. Dropped ones are left out. */
json_t *legal_steps(struct db *db, const char *kind, int64_t community, int64_t subject);

/* How the community keeps its terms, a row a step that ever began: {step, label, norm, office (responsible
 * now, or null), days, working, done, in_time, open, overdue, median_days (calendar days from beginning to end, one decimal, of the
 * last 1000 done; null where none)}. */
json_t *legal_record(struct db *db, int64_t community);

#endif
