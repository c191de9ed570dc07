/*
 * tally_groups: the voters of a tally, those with the same ballot counted as one group of some weight:
 * whoever chose the same pays the same. For lib/civic/tally*.c alone.
 */
#ifndef VICHE_CIVIC_TALLY_GROUPS_H
#define VICHE_CIVIC_TALLY_GROUPS_H

#include "civic/tally.h"

struct tally_groups {
	size_t n;
	uint32_t *weight;      /* how many voters */
	uint32_t **of_project; /* the groups that chose a project… */
	size_t *of_project_n;  /* …and how many those are */
};

/* Points do not matter. Everything is in the pool. */
void tally_group(struct pool *pool, const struct tally *tally, struct tally_groups *groups);

#endif
