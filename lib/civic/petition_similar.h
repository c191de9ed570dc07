/*
 * petition_similar: the public petitions that are most like a text: shown to who writes one, beside a
 * petition, to who reviews it. How they are weighed: civic/likeness.h.
 *
 * Candidates are found by the dozen most telling stems of the text (petition_term, civic/petition_search.h):
 * the first 200 (what is in a section of the public lists and was neither refused nor withdrawn) and 100
 * refused ones as witnesses. While the process `stem` is away, words stand for their stems.
 */
#ifndef VICHE_CIVIC_PETITION_SIMILAR_H
#define VICHE_CIVIC_PETITION_SIMILAR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"

enum { PETITION_SIMILAR_MAX = 10 };

struct similar_query {
	int64_t community;
	const char *title, *text; /* cleaned (base/text.h); may be "" */
	int64_t exclude;          /* a petition that is not shown (the one that is compared), or 0 */
	int64_t limit;            /* at most PETITION_SIMILAR_MAX */
};

/* Rows as petition_card() takes them, best first, each with score: a whole number, the higher the more
 * alike, comparable within one answer. *stemmed (or NULL): whether `stem` answered. */
json_t *petition_similar(struct db *db, struct pool *pool, const struct similar_query *query,
    bool *stemmed);

#endif
