/*
 * tally_rank: what the rules of tally.h share: the order of projects that are equal otherwise, and the
 * record of steps. For lib/civic/tally*.c alone.
 */
#ifndef VICHE_CIVIC_TALLY_RANK_H
#define VICHE_CIVIC_TALLY_RANK_H

#include <gmp.h>

#include "civic/tally.h"

/* Each project's place among equals, 0 first. */
uint32_t *tally_places(struct pool *pool, const struct tally *tally, const struct tally_order *order);

/* An outcome that grows while a rule runs. */
struct tally_run {
	struct pool *pool;
	const struct tally *tally;
	const struct tally_settings *settings;
	const uint32_t *place; /* tally_places() */
	bool *out;             /* does not take part, or is funded */
	int64_t left;
	struct tally_outcome *outcome;
	size_t steps_cap;
};

void tally_note(struct tally_run *run, enum tally_event event, uint32_t project, const char *value,
    int64_t together);
/* Funds the project and notes it. */
void tally_fund(struct tally_run *run, enum tally_event event, uint32_t project, const char *value);
/* "21/4" */
const char *tally_fraction(struct pool *pool, const mpq_t value);

void tally_greedy(struct tally_run *run);
void tally_shares(struct tally_run *run);
void tally_phragmen(struct tally_run *run);

#endif
