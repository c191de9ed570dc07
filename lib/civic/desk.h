/*
 * desk: what waits for a community's staff, and what they did: one queue over everything that has a
 * legal date, the most urgent first, and the desk's own numbers.
 */
#ifndef VICHE_CIVIC_DESK_H
#define VICHE_CIVIC_DESK_H

#include <jansson.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"

/* Which legal steps are whose: moderators review, clerks consider. */
enum desk_part { DESK_REVIEW = 1, DESK_DECISION = 2 };

enum desk_filter {
	DESK_ALL,
	DESK_LATE, /* the term is over */
	DESK_MINE, /* the viewer has claimed it */
	DESK_FREE  /* nobody has */
};

struct desk_query {
	int64_t community, viewer;
	unsigned parts;    /* enum desk_part bits */
	enum desk_filter filter;
	const char *after; /* cursor, or NULL */
};

/* What waits, by due date: id, title, lang, state, step, label (of the step), norm, office (who is
 * responsible, or null), submitted_at (when the step began), due_at, late, soon (less than a working day is left), days_late (by Kyiv's dates, 0
 * where not late), paused (its clock stands still), returned_before (the author sent it again),
 * claimed_by (a name, null where free or over), claimed_by_me, now. At most moderation.h's QUEUE_PAGE;
 * *next is the next page's cursor or NULL. */
json_t *desk_queue(struct db *db, struct pool *pool, const struct desk_query *query, const char **next);

/* How many wait: {total, late, soon, mine, free}. */
json_t *desk_counts(struct db *db, int64_t community, int64_t viewer, unsigned parts);

/* {waiting, overdue, decided_30 (of the last 30 days), returned_30, refused_30, published_30,
 * median_hours (of the reviews done in the last 90 days, null where none)}. */
json_t *desk_statistics(struct db *db, int64_t community);

/* The whole history of an item for staff, oldest first, at most 200: at, from_state, to_state,
 * from_label, to_label, actor_name (null: the clock, or not to be known), reason, note, program.
 * With hide_refuser the name of who refused is left out (for whoever decides a contested refusal). */
json_t *desk_history(struct db *db, int64_t community, const char *kind, int64_t subject,
    bool hide_refuser);

/* The hints of the community's word list in a text: [{word, excerpt}], at most 20. Words are matched
 * as they stand at the beginning of a word, whatever the letter case; they decide nothing. */
json_t *desk_hints(struct db *db, struct pool *pool, int64_t community, const char *title,
    const char *text);

#endif
