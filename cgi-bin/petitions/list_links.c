#include "list_links.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "civic/rules.h"
#include "web/i18n.h"

enum { YEARS_MAX = 40 };

const char *const list_states[] = { "all", "collecting", "reached", "answered", "not_reached", "refused",
	NULL };

static const char *
default_sort(const struct list_view *v)
{
	return strcmp(v->state, "collecting") == 0 && v->words == NULL ? "closing" : "newest";
}

const char *
list_address(struct pool *pool, const struct list_view *v, const char *after)
{
	const char *const names[] = { "state", "topic", "district", "year", "sort", "q", "after" };
	const char *const values[] = { strcmp(v->state, "collecting") != 0 ? v->state : NULL, v->topic,
		v->district != 0 ? str_fmt(pool, "%" PRId64, v->district) : NULL,
		v->year != 0 ? str_fmt(pool, "%" PRId64, v->year) : NULL,
		v->sort != NULL && strcmp(v->sort, default_sort(v)) != 0 ? v->sort : NULL, v->words, after };
	struct buf b;
	char joint = '?';

	buf_init(&b, pool);
	buf_add(&b, "/petitions");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (values[i] != NULL) {
			buf_fmt(&b, "%c%s=%s", joint, names[i], str_url_encode(pool, values[i]));
			joint = '&';
		}
	return b.s;
}

static json_t *
link_to(struct pool *pool, const struct list_view *v, const char *label, json_t *count, bool current)
{
	return json_pack("{s:s, s:s, s:I, s:b}", "label", label, "url", list_address(pool, v, NULL), "count",
	    json_integer_value(count), "current", current);
}

/* Only the orders that its own state has; another state begins with its own. */
static void
show_states(struct request *rq, const struct list_view *view, json_t *counts)
{
	json_t *model = json_object();

	for (size_t i = 0; list_states[i] != NULL; i++) {
		struct list_view v = *view;
		v.state = list_states[i];
		v.sort = NULL;
		json_object_set_new(model, v.state,
		    link_to(rq->pool, &v, "", json_object_get(counts, v.state), strcmp(v.state, view->state) == 0));
	}
	json_object_set_new(rq->page, "filters", model);
}

static void
show_topics(struct request *rq, const struct list_view *view, json_t *counts)
{
	json_t *links = json_array();
	struct list_view v = *view;

	v.topic = NULL;
	json_array_append_new(links,
	    link_to(rq->pool, &v, _("All topics"), json_object_get(counts, ""), view->topic == NULL));
	for (size_t i = 0; topic_codes[i] != NULL; i++) {
		v.topic = topic_codes[i];
		json_t *count = json_object_get(counts, v.topic);
		if (count != NULL || str_eq(v.topic, view->topic))
			json_array_append_new(links,
			    link_to(rq->pool, &v, topic_label(v.topic), count, str_eq(v.topic, view->topic)));
	}
	json_object_set_new(rq->page, "topics", links);
}

static void
show_districts(struct request *rq, const struct list_view *view, json_t *counts)
{
	json_t *rows = district_names(rq->db, rq->community_id), *row, *links = json_array();
	struct list_view v = *view;
	size_t i;

	v.district = 0;
	json_array_append_new(links,
	    link_to(rq->pool, &v, _("Whole community"), json_object_get(counts, ""), view->district == 0));
	json_array_foreach(rows, i, row) {
		v.district = json_integer_value(json_object_get(row, "id"));
		json_t *count = json_object_get(counts, str_fmt(rq->pool, "%" PRId64, v.district));
		if (count != NULL || v.district == view->district)
			json_array_append_new(links,
			    link_to(rq->pool, &v, json_string_value(json_object_get(row, rq->lang == LANG_EN ? "name_en" : "name")),
			        count, v.district == view->district));
	}
	json_object_set_new(rq->page, "has_districts", json_boolean(json_array_size(rows) > 0));
	json_object_set_new(rq->page, "districts", links);
}

/* Newest first: those that are there lie within YEARS_MAX of this one. */
static void
show_years(struct request *rq, const struct list_view *view, json_t *counts)
{
	json_t *links = json_array(), *count;
	struct list_view v = *view;
	int64_t newest = 0;
	const char *year;

	v.year = 0;
	json_array_append_new(links,
	    link_to(rq->pool, &v, _("All years"), json_object_get(counts, ""), view->year == 0));
	json_object_foreach(counts, year, count)
		if (strtoll(year, NULL, 10) > newest)
			newest = strtoll(year, NULL, 10);
	for (v.year = newest; v.year > newest - YEARS_MAX; v.year--) {
		const char *text = str_fmt(rq->pool, "%" PRId64, v.year);
		count = json_object_get(counts, text);
		if (v.year > 0 && (count != NULL || v.year == view->year))
			json_array_append_new(links, link_to(rq->pool, &v, text, count, v.year == view->year));
	}
	json_object_set_new(rq->page, "years", links);
}

static void
show_sorts(struct request *rq, const struct list_view *view)
{
	static const char *const names[] = { "closing", "newest", "most", "trend" };
	bool collecting = strcmp(view->state, "collecting") == 0;
	json_t *model = json_object();
	struct list_view v = *view;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		v.sort = names[i];
		bool shown = collecting || (strcmp(v.sort, "closing") != 0 && strcmp(v.sort, "trend") != 0);
		json_object_set_new(model, v.sort,
		    shown ? json_pack("{s:s, s:b}", "url", list_address(rq->pool, &v, NULL), "current",
		                strcmp(v.sort, view->sort) == 0)
		          : json_null());
	}
	json_object_set_new(rq->page, "sorts", model);
}

/* What a search from here keeps of the filters, as fields of its form. The state is let go: words are
 * looked for among all. */
static void
show_kept(struct request *rq, const struct list_view *view)
{
	const char *const names[] = { "topic", "district", "year" };
	const char *const values[] = { view->topic,
		view->district != 0 ? str_fmt(rq->pool, "%" PRId64, view->district) : NULL,
		view->year != 0 ? str_fmt(rq->pool, "%" PRId64, view->year) : NULL };
	json_t *kept = json_array();

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (values[i] != NULL)
			json_array_append_new(kept, json_pack("{s:s, s:s}", "name", names[i], "value", values[i]));
	json_object_set_new(rq->page, "kept", kept);
}

void
show_list_links(struct request *rq, const struct list_view *view, json_t *facets)
{
	show_states(rq, view, json_object_get(facets, "section"));
	show_topics(rq, view, json_object_get(facets, "topic"));
	show_districts(rq, view, json_object_get(facets, "district"));
	show_years(rq, view, json_object_get(facets, "year"));
	show_sorts(rq, view);
	show_kept(rq, view);
	json_object_set_new(rq->page, "narrowed",
	    json_boolean(view->topic != NULL || view->district != 0 || view->year != 0));
}
