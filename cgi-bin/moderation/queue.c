/* GET /moderation: what waits for staff, the most urgent legal date first. */
#include "moderation.h"

#include "civic/desk.h"

const struct json_field queue_fields[] = {
	{ "items", JSON_KIND_LIST, "what waits for staff, the most urgent legal date first" },
	{ "items[].id", JSON_KIND_INT, "number" },
	{ "items[].title", JSON_KIND_TEXT, "title" },
	{ "items[].lang", JSON_KIND_TEXT, "language of its text" },
	{ "items[].state", JSON_KIND_TEXT, "its state" },
	{ "items[].step", JSON_KIND_TEXT, "what the law asks for: review, contest, start, decision or appeal" },
	{ "items[].label", JSON_KIND_TEXT, "the step in words" },
	{ "items[].norm", JSON_KIND_TEXT, "the law that gives the term" },
	{ "items[].office", JSON_KIND_TEXT, "who is responsible; null where none is named" },
	{ "items[].submitted_at", JSON_KIND_TIME, "when the step began" },
	{ "items[].due_at", JSON_KIND_TIME, "the last second of its term" },
	{ "items[].late", JSON_KIND_BOOL, "the term is over" },
	{ "items[].soon", JSON_KIND_BOOL, "less than a working day is left" },
	{ "items[].days_late", JSON_KIND_INT, "by Kyiv’s dates; 0 where it is not late" },
	{ "items[].paused", JSON_KIND_BOOL, "the clock stands still" },
	{ "items[].returned_before", JSON_KIND_BOOL, "it was returned and came again" },
	{ "items[].claimed_by", JSON_KIND_TEXT, "who works on it, or null" },
	{ "items[].claimed_by_me", JSON_KIND_BOOL, "that is you" },
	{ "items[].now", JSON_KIND_TIME, "the server’s time" },
	{ "counts", JSON_KIND_OBJECT, "of your part of the desk, whatever the filter" },
	{ "counts.total", JSON_KIND_INT, "waiting" },
	{ "counts.late", JSON_KIND_INT, "overdue" },
	{ "counts.soon", JSON_KIND_INT, "due within this working day" },
	{ "counts.mine", JSON_KIND_INT, "claimed by you" },
	{ "counts.free", JSON_KIND_INT, "claimed by nobody" },
	{ "next", JSON_KIND_TEXT, "the next page: ?after=…; null at the end" },
	{ 0 },
};

/* ?show=…, in the order of enum desk_filter. */
static const char *const filters[] = { "all", "late", "mine", "free" };

static enum desk_filter
filter_of(struct request *rq)
{
	const char *show = query_text(rq, "show");

	for (int f = DESK_ALL; f <= DESK_FREE; f++)
		if (str_eq(show, filters[f]))
			return (enum desk_filter)f;
	return DESK_ALL;
}

static void
show_filters(struct request *rq, enum desk_filter current, json_t *counts)
{
	static const char *const numbers[] = { "total", "late", "mine", "free" };
	json_t *list = json_array();

	for (int f = DESK_ALL; f <= DESK_FREE; f++) {
		json_t *item = json_pack("{s:s, s:O, s:b}", "url",
		    f == DESK_ALL ? "/moderation" : str_fmt(rq->pool, "/moderation?show=%s", filters[f]), "count",
		    json_object_get(counts, numbers[f]), "current", f == (int)current);
		for (int g = DESK_ALL; g <= DESK_FREE; g++)
			json_object_set_new(item, filters[g], json_boolean(f == g));
		json_array_append_new(list, item);
	}
	json_object_set_new(rq->page, "filters", list);
}

void
page_queue(struct request *rq)
{
	enum desk_filter filter = filter_of(rq);
	const char *next;
	json_t *items = desk_queue(rq->db, rq->pool,
	    &(struct desk_query){ .community = rq->community_id, .viewer = rq->session.person,
	        .parts = parts_of(rq), .filter = filter, .after = query_text(rq, "after") }, &next);
	json_t *counts = desk_counts(rq->db, rq->community_id, rq->session.person, parts_of(rq)), *item;
	size_t i;

	if (counts == NULL) {
		request_fail(rq, "the queue could not be counted");
		return;
	}
	int64_t late = json_integer_value(json_object_get(counts, "late"));
	int64_t soon = json_integer_value(json_object_get(counts, "soon"));
	int64_t calm = json_integer_value(json_object_get(counts, "total")) - late - soon;
	show_sections(rq, "queue");
	show_filters(rq, filter, counts);
	json_object_set_new(rq->data, "items", items);
	json_object_set_new(rq->data, "counts", counts);
	json_object_set_new(rq->data, "next", next != NULL ? json_string(next) : json_null());
	json_t *rows = json_array();
	json_array_foreach(items, i, item) {
		json_t *row = json_copy(item);
		json_object_set_new(row, "current", json_false());
		json_array_append_new(rows, row);
	}
	json_object_set_new(rq->page, "queue", rows);
	json_object_set_new(rq->page, "norms", json_true());
	json_object_set_new(rq->page, "calm", json_integer(calm));
	json_object_set_new(rq->page, "has_late", json_boolean(late > 0));
	json_object_set_new(rq->page, "has_soon", json_boolean(soon > 0));
	json_object_set_new(rq->page, "has_items", json_boolean(json_array_size(items) > 0));
	json_object_set_new(rq->page, "is_filtered", json_boolean(filter != DESK_ALL));
	json_object_set(rq->page, "first_id", json_object_get(json_array_get(items, 0), "id"));
	json_object_set_new(rq->page, "next_url",
	    next != NULL ? json_string(str_fmt(rq->pool, "/moderation?%s%s%safter=%s",
	                       filter != DESK_ALL ? "show=" : "", filter != DESK_ALL ? filters[filter] : "",
	                       filter != DESK_ALL ? "&" : "", next))
	                 : json_null());
	reply_view(rq, 200, "moderation/queue");
}
