/* GET /moderation/statistics: how the desk keeps up. */
#include "moderation.h"

#include "civic/desk.h"
#include "civic/legal_clock.h"

const struct json_field statistics_fields[] = {
	{ "waiting", JSON_KIND_INT, "petitions with an open legal step" },
	{ "overdue", JSON_KIND_INT, "of them, beyond their term" },
	{ "decided_30", JSON_KIND_INT, "decisions of moderators in the last 30 days" },
	{ "published_30", JSON_KIND_INT, "of them, published" },
	{ "returned_30", JSON_KIND_INT, "returned to the author" },
	{ "refused_30", JSON_KIND_INT, "refused" },
	{ "median_hours", JSON_KIND_INT,
	    "from sending to the decision, of the last 90 days; null where there is none" },
	{ "steps", JSON_KIND_LIST, "each step that the law gives a term for, since the beginning" },
	{ "steps[].step", JSON_KIND_TEXT, "its code" },
	{ "steps[].label", JSON_KIND_TEXT, "in words" },
	{ "steps[].norm", JSON_KIND_TEXT, "the law that gives the term" },
	{ "steps[].office", JSON_KIND_TEXT, "who is responsible now; null where none is named" },
	{ "steps[].days", JSON_KIND_INT, "the term" },
	{ "steps[].working", JSON_KIND_BOOL, "in working days, else in calendar days" },
	{ "steps[].done", JSON_KIND_INT, "done" },
	{ "steps[].in_time", JSON_KIND_INT, "of them, in time" },
	{ "steps[].open", JSON_KIND_INT, "under way" },
	{ "steps[].overdue", JSON_KIND_INT, "of them, beyond the term" },
	{ "steps[].median_days", JSON_KIND_TEXT,
	    "calendar days from beginning to end, of the last 1000; null where none" },
	{ 0 },
};

/* "3.5" in the reader's language; the declared kinds have no fractions. */
static json_t *
days_text(struct request *rq, json_t *days)
{
	if (!json_is_real(days))
		return json_null();
	int tenths = (int)(json_real_value(days) * 10 + 0.5);
	return json_string(str_fmt(rq->pool, rq->lang == LANG_UK && !rq->json ? "%d,%d" : "%d.%d", tenths / 10,
	    tenths % 10));
}

void
page_statistics(struct request *rq)
{
	json_t *all = desk_statistics(rq->db, rq->community_id);
	json_t *steps = legal_record(rq->db, rq->community_id), *step;
	size_t i;

	json_array_foreach(steps, i, step)
		json_object_set_new(step, "median_days", days_text(rq, json_object_get(step, "median_days")));
	show_sections(rq, "statistics");
	json_object_update(rq->data, all);
	json_object_set_new(rq->data, "steps", steps);
	json_object_set_new(rq->page, "has_median",
	    json_boolean(json_is_integer(json_object_get(all, "median_hours"))));
	json_object_set_new(rq->page, "has_steps", json_boolean(json_array_size(steps) > 0));
	reply_view(rq, 200, "moderation/statistics");
}
