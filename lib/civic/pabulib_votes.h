/* pabulib_votes: the ballots of a Pabulib text, each judged by the election's limits. For
 * lib/civic/pabulib*.c alone. */
#ifndef VICHE_CIVIC_PABULIB_VOTES_H
#define VICHE_CIVIC_PABULIB_VOTES_H

#include "civic/pabulib.h"

/* What META sets for one ballot; sums of cost in hundredths. */
struct pabulib_limits {
	int64_t min_length, max_length, min_sum_cost, max_sum_cost, min_sum_points, max_sum_points,
	    min_points, max_points;
};

struct pabulib_votes;

/* The projects have been read. */
struct pabulib_votes *pabulib_votes_open(struct pool *pool, struct pabulib *pb,
    const struct pabulib_limits *limits);

/* One row; points: NULL where the file has no such column. False where there are too many. */
bool pabulib_vote(struct pabulib_votes *votes, size_t line, const char *voter, char *vote, char *points);

/* Sets the tally's ballots; returns how many rows there were. */
size_t pabulib_votes_close(struct pabulib_votes *votes);

#endif
