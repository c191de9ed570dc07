/*
 * tally_price: what a project would cost each of its voters under the Method of Equal Shares: the
 * payment q for which the sum of min(money, q) over its voters is its cost. For lib/civic/tally*.c alone.
 */
#ifndef VICHE_CIVIC_TALLY_PRICE_H
#define VICHE_CIVIC_TALLY_PRICE_H

#include "civic/tally_groups.h"
#include "civic/tally_purses.h"

/* A project's voters by what they have; filled for one project at a time. */
struct price_sheet {
	struct pool *pool;
	const struct tally_groups *groups;
	uint32_t *purse_of; /* of a group */
	size_t *live;       /* of a project: its first groups, all others have nothing left */
	struct purses purses;
	int64_t *voters;    /* of a purse, for the project at hand */
	uint32_t *next;     /* of a purse: what it becomes (for whoever buys) */
	size_t cap;
	uint32_t *touched;  /* purses that its voters have, the poorest first… */
	size_t touched_n;
	int64_t *weights;   /* …and how many of its voters have each */
};

/* Lists the purses of a project's voters. */
void price_list(struct price_sheet *sheet, uint32_t project);

/* For the project listed: bounds of q, and how many of the purses listed are emptied (poor). False where
 * its voters together have less than the cost. */
bool price_find(struct price_sheet *sheet, int64_t cost, struct bounds *q, size_t *poor);

/* q itself, where price_find() found it. */
void price_exact(struct price_sheet *sheet, int64_t cost, size_t poor, mpq_t q);

/* What the voters listed have together, hundredths, rounded down. */
int64_t price_together(struct price_sheet *sheet);

#endif
