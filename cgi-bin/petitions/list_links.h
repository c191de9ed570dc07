/*
 * list_links: the filters and orders of the list as links with their counts. A filter keeps the others;
 * the search's words stay too.
 */
#ifndef VICHE_PETITIONS_LIST_LINKS_H
#define VICHE_PETITIONS_LIST_LINKS_H

#include <stdint.h>

#include "civic/topic.h"
#include "web/request.h"

struct list_view {
	const char *state; /* one of list_states */
	const char *topic; /* a code, or NULL: all */
	int64_t district, year; /* 0: all */
	const char *sort;
	const char *words; /* or NULL */
};

/* "all" and the sections, NULL-terminated. */
extern const char *const list_states[];

/* The list's address with what is not the default. after: a cursor, or NULL. */
const char *list_address(struct pool *pool, const struct list_view *view, const char *after);

/* page.filters (by state), page.topics, page.districts, page.years: [{label, url, count, current}] with
 * "all" first, only what is there; page.narrowed: how many of the three are chosen; page.sorts. */
void show_list_links(struct request *rq, const struct list_view *view, json_t *facets);

#endif
