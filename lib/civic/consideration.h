/*
 * consideration: what the authority does with a petition that enough people signed: announces the
 * start of its review, answers, carries out (Art. 23-1 of the Law "On Citizens' Appeals"). For clerks.
 */
#ifndef VICHE_CIVIC_CONSIDERATION_H
#define VICHE_CIVIC_CONSIDERATION_H

#include <jansson.h>
#include <stdint.h>

#include "civic/attachment.h"
#include "data/db.h"

enum {
	ANSWER_FILES_MAX = 3,
	MILESTONE_PICTURES_MAX = 6,
	ANSWER_MIN = 20,
	ANSWER_MAX = 20000,
	OFFICE_MAX = 200,
	MILESTONE_TITLE_MAX = 200,
	MILESTONE_TEXT_MAX = 4000,
	MILESTONES_MAX = 50
};

enum consider_result {
	CONSIDER_DONE,
	CONSIDER_ELSEWHERE, /* it is not in the state that this begins in */
	CONSIDER_DATE,      /* the decision's date is in the future or before the review began */
	CONSIDER_MANY,      /* MILESTONES_MAX are there, or as many files as may be */
	CONSIDER_UNKNOWN,
	CONSIDER_FAILED
};

struct act {
	int64_t community, petition, clerk;
	const char *operation; /* request id */
	const char *note;      /* to the public; or NULL */
};

/* reached → in_review */
enum consider_result consider_start(struct db *db, const struct act *act);

struct answer {
	const char *verdict;     /* supported, partly, not_supported; NULL of an ordinary appeal */
	const char *text;        /* Markdown */
	const char *answered_by; /* office or official */
	const char *decided_on;  /* "2026-11-24", the day of the decision; NULL: today */
	const struct attachment *file; /* published with it, of kind "answer"; or NULL */
};

extern const char *const verdicts[]; /* NULL-terminated */

/* in_review → answered, or appeal → appeal_answered. */
enum consider_result consider_answer(struct db *db, const struct act *act, const struct answer *answer);

/* answered (supported or partly) → implementing; implementing → implemented. */
enum consider_result consider_implement(struct db *db, const struct act *act);
enum consider_result consider_finish(struct db *db, const struct act *act);

struct milestone {
	const char *title, *text, *happened_on;
};

/* While it is being carried out or was. *id: the milestone, for its pictures (attachments of kind
 * "milestone"). */
enum consider_result milestone_add(struct db *db, const struct act *act, const struct milestone *milestone,
    int64_t *id);
/* Oldest first: id, title, text, happened_on. */
json_t *milestones(struct db *db, int64_t community, int64_t petition);
/* The petition whose milestone that is, while it is being carried out or was; else 0. */
int64_t milestone_petition(struct db *db, int64_t community, int64_t milestone);

#endif
