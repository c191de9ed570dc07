/*
 * tally_protocol: a count as people read and check it: every step of the rule, as text and as JSON. The
 * site and scripts/recount write it with these functions, so the same ballots give the same bytes.
 */
#ifndef VICHE_CIVIC_TALLY_PROTOCOL_H
#define VICHE_CIVIC_TALLY_PROTOCOL_H

#include <jansson.h>

#include "civic/pabulib.h"

/* "1200" or "1200.50": hundredths as the currency. */
char *tally_money(struct pool *pool, int64_t hundredths);

/* The whole protocol, lines of fields separated by tabs. */
char *tally_protocol(struct pool *pool, const struct pabulib *pb, const struct tally_settings *settings,
    const struct tally_outcome *outcome);

/* rule, ties, seed, min_votes, budget, voters, ballots_invalid, projects (number), counted
 * [{project, votes, score}], selected (ids in the order of funding), cost, steps [{event, project, votes, score, cost, left, value, …}]. Money is a
 * number of the currency, whole where it is. */
json_t *tally_protocol_json(struct pool *pool, const struct pabulib *pb,
    const struct tally_settings *settings, const struct tally_outcome *outcome);

#endif
