/* GET /petitions: what gathers signatures, filters and orders as links, a search. */
#include "petitions.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "civic/petition.h"
#include "civic/petition_search.h"

enum { SEARCH_MAX = 100 };

static const char *const filters[] = { "all", "collecting", "reached", "answered", "not_reached", "refused", NULL };
/* The last one only among those that gather signatures: others have no end, or are past it. */
static const char *const sorts[] = { "newest", "most", "closing", NULL };

static const char *
chosen(const char *value, const char *const *among, const char *otherwise)
{
	for (; value != NULL && *among != NULL; among++)
		if (strcmp(*among, value) == 0)
			return *among;
	return otherwise;
}

/* The list's address with what is not the default. */
static const char *
address(struct request *rq, const char *state, const char *sort, const char *words, const char *after)
{
	struct buf b;

	buf_init(&b, rq->pool);
	buf_add(&b, "/petitions");
	const char *const names[] = { "state", "sort", "q", "after" };
	const char *const values[] = { strcmp(state, "collecting") != 0 ? state : NULL, sort, words, after };
	char joint = '?';
	for (size_t i = 0; i < 4; i++)
		if (values[i] != NULL) {
			buf_fmt(&b, "%c%s=%s", joint, names[i], str_url_encode(rq->pool, values[i]));
			joint = '&';
		}
	return b.s;
}

static void
show_filters(struct request *rq, json_t *counts, const char *state, const char *words)
{
	json_t *model = json_object();
	int64_t all = 0;

	for (size_t i = 1; filters[i] != NULL; i++)
		all += json_integer_value(json_object_get(counts, filters[i]));
	for (size_t i = 0; filters[i] != NULL; i++) {
		json_t *n = json_object_get(counts, filters[i]);
		json_object_set_new(model, filters[i],
		    json_pack("{s:s, s:I, s:b}", "url", address(rq, filters[i], NULL, words, NULL), "count",
		        (json_int_t)(i == 0 ? all : json_integer_value(n)), "current",
		        strcmp(filters[i], state) == 0));
	}
	json_object_set_new(rq->page, "filters", model);
}

static void
show_sorts(struct request *rq, const char *state, const char *sort, const char *words)
{
	json_t *model = json_object();

	for (size_t i = 0; sorts[i] != NULL; i++)
		json_object_set_new(model, sorts[i],
		    strcmp(sorts[i], "closing") == 0 && strcmp(state, "collecting") != 0
		        ? json_null()
		        : json_pack("{s:s, s:b}", "url", address(rq, state, sorts[i], words, NULL), "current",
		              strcmp(sorts[i], sort) == 0));
	json_object_set_new(rq->page, "sorts", model);
}

static const char *
search_words(struct request *rq)
{
	const char *q = query_text(rq, "q");

	if (q == NULL)
		return NULL;
	q = text_clean(rq->pool, q, TEXT_LINE);
	return q != NULL && *q != '\0' && text_length(q) <= SEARCH_MAX ? q : NULL;
}

void
page_list(struct request *rq)
{
	const char *state = chosen(query_text(rq, "state"), filters, "collecting");
	const char *words = search_words(rq), *after = query_text(rq, "after"), *next;
	bool collecting = strcmp(state, "collecting") == 0;
	const char *sort = chosen(query_text(rq, "sort"), sorts, collecting && words == NULL ? "closing" : "newest");
	if (!collecting && strcmp(sort, "closing") == 0)
		sort = "newest";
	const struct petition_words *asked = words != NULL ? petition_words(rq->pool, words) : NULL;
	struct petition_query query = { .community = rq->community_id,
		.section = strcmp(state, "all") == 0 ? NULL : state,
		.sort = *sort == 'n'   ? SORT_NEWEST
		    : *sort == 'c' ? SORT_CLOSING
		                   : SORT_MOST,
		.words = asked, .after = after,
		.limit = rq->json ? query_int(rq, "limit", 1, 100, PETITION_PAGE) : PETITION_PAGE };
	json_t *items = json_array(), *cards = json_array(), *row;
	size_t i;

	json_t *rows = petition_list(rq->db, rq->pool, &query, &next);
	json_t *counts = petition_counts(rq->db, rq->community_id);
	petition_mark_words(rq->pool, asked, rows);
	json_array_foreach(rows, i, row) {
		json_t *card = petition_card(row);
		json_object_set(card, "title_html", json_object_get(row, "title_html"));
		json_array_append_new(items, petition_item(row));
		json_array_append_new(cards, card);
	}
	json_object_set_new(rq->data, "stemmed", asked != NULL ? json_boolean(asked->stemmed) : json_null());
	json_object_set_new(rq->data, "items", items);
	json_object_set_new(rq->data, "next", next != NULL ? json_string(next) : json_null());

	show_filters(rq, counts, state, words);
	show_sorts(rq, state, sort, words);
	json_t *total = json_object_get(json_object_get(json_object_get(rq->page, "filters"), state), "count");
	json_object_set_new(rq->page, "total",
	    words != NULL ? json_integer(petition_found(rq->db, &query)) : json_incref(total));
	json_object_set_new(rq->page, "filter", json_string(state));
	json_object_set_new(rq->page, "query", words != NULL ? json_string(words) : json_null());
	json_object_set_new(rq->page, "unstemmed", json_boolean(asked != NULL && !asked->stemmed));
	json_object_set_new(rq->page, "rows", cards);
	json_object_set_new(rq->page, "has_rows", json_boolean(json_array_size(cards) > 0));
	json_object_set_new(rq->page, "first_url",
	    after != NULL ? json_string(address(rq, state, sort, words, NULL)) : json_null());
	json_object_set_new(rq->page, "next_url",
	    next != NULL ? json_string(address(rq, state, sort, words, next)) : json_null());
	json_object_set_new(rq->page, "all_url", json_string("/petitions?state=all"));
	reply_cacheable(rq, 1);
	reply_view(rq, 200, "petitions/list");
}
