/*
 * petition_counts: how many petitions stand behind each filter of the public lists.
 *
 * The table petition_count has a cell for each section, district, topic and year, which triggers
 * keep; a process reads a community's cells at most once in COUNTS_FRESH seconds and adds them up
 * for each request, so a number may be that much older than the list beside it.
 */
#ifndef VICHE_CIVIC_PETITION_COUNTS_H
#define VICHE_CIVIC_PETITION_COUNTS_H

#include <jansson.h>
#include <stdint.h>

#include "data/db.h"

enum {
	COUNTS_FRESH = 2,
	COUNT_CELLS_MAX = 4000 /* of one section; what is beyond is not counted */
};

/* What a list is narrowed to. */
struct petition_filter {
	const char *section; /* NULL: all */
	const char *topic;   /* NULL: all */
	int64_t district;    /* 0: all */
	int64_t year;        /* Kyiv's, of publication or refusal; 0: all */
};

/* {section: {collecting: n, …, all: n}, topic: {code: n, …, "": all}, district: {"id": n, …, "": all},
 * year: {"2026": n, …, "": all}, total: n}: each with the other filters as they are, total with all. */
json_t *petition_facets(struct db *db, int64_t community, const struct petition_filter *filter);

/* {collecting: n, reached: n, answered: n, not_reached: n, refused: n}: by section. */
json_t *petition_counts(struct db *db, int64_t community);

/* All signatures under the community's petitions; as old as the counts may be. */
int64_t petition_signature_sum(struct db *db, int64_t community);

#endif
