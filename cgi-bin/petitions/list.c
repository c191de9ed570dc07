/* GET /petitions: what gathers signatures, filters and orders as links, a search. */
#include "list_links.h"
#include "petitions.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "civic/petition.h"
#include "civic/petition_search.h"

enum { SEARCH_MAX = 100, YEAR_MIN = 1991, YEAR_MAX = 2999 };

/* The last one only among those that gather signatures: others have no end, or are past it. */
static const char *const sorts[] = { "newest", "most", "trend", "closing", NULL };

static const char *
chosen(const char *value, const char *const *among, const char *otherwise)
{
	for (; value != NULL && *among != NULL; among++)
		if (strcmp(*among, value) == 0)
			return *among;
	return otherwise;
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

static struct list_view
read_view(struct request *rq)
{
	struct list_view v = { .state = chosen(query_text(rq, "state"), list_states, "collecting"),
		.topic = chosen(query_text(rq, "topic"), topic_codes, NULL),
		.district = query_int(rq, "district", 1, INT64_MAX, 0),
		.year = query_int(rq, "year", YEAR_MIN, YEAR_MAX, 0), .words = search_words(rq) };
	bool collecting = strcmp(v.state, "collecting") == 0;

	v.sort = chosen(query_text(rq, "sort"), sorts, collecting && v.words == NULL ? "closing" : "newest");
	if (!collecting && strcmp(v.sort, "closing") == 0)
		v.sort = "newest";
	return v;
}

static enum petition_sort
order_of(const char *sort)
{
	return *sort == 'n' ? SORT_NEWEST : *sort == 'c' ? SORT_CLOSING : *sort == 'm' ? SORT_MOST : SORT_TREND;
}

static json_t *
list_item(json_t *row)
{
	json_t *item = petition_item(row);

	copy_columns(item, row, (const char *const[]){ "topic", "district_name", NULL });
	return item;
}

static json_t *
list_card(json_t *row)
{
	json_t *card = petition_card(row), *lately = json_object_get(row, "day_count");

	json_object_set(card, "title_html", json_object_get(row, "title_html"));
	json_object_set(card, "district", json_object_get(row, "district_name"));
	json_object_set_new(card, "day_count", json_integer_value(lately) > 0 ? json_incref(lately) : json_null());
	return card;
}

/* Only of the face that is asked for: a page's rows are most of what it takes. */
static void
show_rows(struct request *rq, json_t *rows, const char *next)
{
	json_t *list = json_array(), *row;
	size_t i;

	json_array_foreach(rows, i, row)
		json_array_append_new(list, rq->json ? list_item(row) : list_card(row));
	json_object_set_new(rq->json ? rq->data : rq->page, rq->json ? "items" : "rows", list);
	json_object_set_new(rq->data, "next", next != NULL ? json_string(next) : json_null());
	json_object_set_new(rq->page, "has_rows", json_boolean(json_array_size(list) > 0));
}

/* whole: all that was found is on this page, or NULL. */
static void
show_total(struct request *rq, const struct petition_query *query, json_t *all, json_t *whole)
{
	bool many = false;
	json_t *total = query->words == NULL ? json_incref(all)
	    : whole != NULL                  ? json_integer((json_int_t)json_array_size(whole))
	    : rq->json                       ? json_null()
	                                     : json_integer(petition_found(rq->db, query, &many));

	json_object_set_new(rq->page, "total", total);
	json_object_set_new(rq->page, "many", json_boolean(many));
}

void
page_list(struct request *rq)
{
	struct list_view v = read_view(rq);
	const char *after = query_text(rq, "after"), *next;
	int64_t found = -1;
	const struct petition_words *asked =
	    v.words != NULL ? petition_words(rq->db, rq->pool, rq->community_id, v.words) : NULL;
	struct petition_query query = { .community = rq->community_id,
		.filter = { strcmp(v.state, "all") == 0 ? NULL : v.state, v.topic, v.district, v.year },
		.sort = order_of(v.sort), .words = asked, .after = after,
		.limit = rq->json ? query_int(rq, "limit", 1, 100, PETITION_PAGE) : PETITION_PAGE,
		.found = &found };

	json_t *facets = petition_facets(rq->db, rq->community_id, &query.filter);
	query.expected = json_integer_value(json_object_get(facets, "total"));
	json_t *rows = petition_list(rq->db, rq->pool, &query, &next);
	petition_mark_words(rq->pool, asked, rows);
	show_rows(rq, rows, next);
	json_object_set_new(rq->data, "stemmed", asked != NULL ? json_boolean(asked->stemmed) : json_null());

	if (!rq->json)
		show_list_links(rq, &v, facets);
	show_total(rq, &query, json_object_get(facets, "total"), after == NULL && next == NULL ? rows : NULL);
	json_object_set_new(rq->page, "query", v.words != NULL ? json_string(v.words) : json_null());
	json_object_set_new(rq->page, "unstemmed", json_boolean(asked != NULL && !asked->stemmed));
	json_object_set_new(rq->page, "is_trend", json_boolean(query.sort == SORT_TREND));
	json_object_set_new(rq->page, "first_url",
	    after != NULL ? json_string(list_address(rq->pool, &v, NULL)) : json_null());
	json_object_set_new(rq->page, "next_url",
	    next != NULL ? json_string(list_address(rq->pool, &v, next)) : json_null());
	json_object_set_new(rq->page, "all_url", json_string("/petitions?state=all"));
	reply_cacheable(rq, 1);
	reply_view(rq, 200, "petitions/list");
}
