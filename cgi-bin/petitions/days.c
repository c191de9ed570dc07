/* Signatures day by day: the curve on a petition's page, and GET /petitions/{id}/days, its table. */
#include "petitions.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/workdays.h"
#include "civic/petition.h"
#include "civic/signature_days.h"
#include "web/i18n.h"

enum { WIDTH = 1000, HEIGHT = 100 }; /* of the drawing; the page stretches it */

static int64_t
number(json_t *row, const char *name)
{
	return json_integer_value(json_object_get(row, name));
}

static const char *
text(json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

static int64_t
named(json_t *p)
{
	return number(p, "signature_count") - number(p, "outside_count");
}

/* What has not settled is of today, or of the day on which gathering ended. */
static json_t *
days_of(struct request *rq, json_t *p)
{
	bool open = str_eq(text(p, "state"), "collecting") || str_eq(text(p, "state"), "suspended");
	const char *ended = text(p, "decided_at");

	return petition_days(rq->db, rq->community_id, number(p, "id"), named(p),
	    open || ended == NULL ? text(p, "now") : ended);
}

static int64_t
day_at(const char *iso)
{
	time_t at = 0;

	return iso != NULL && clock_parse(iso, &at) ? day_of(at) : 0;
}

/* x of a day's end between the first day and the last. */
static int
across(int64_t day, int64_t first, int64_t last)
{
	return last > first ? (int)((day - first) * WIDTH / (last - first)) : WIDTH;
}

/* Steps from day to day, since a petition gathers while people sleep too. Whole signatures that were
 * brought as a total lie under it. */
static const char *
line(struct request *rq, json_t *days, int64_t first, int64_t last, int64_t outside, int64_t most)
{
	struct buf b;
	json_t *day;
	size_t i;

	buf_init(&b, rq->pool);
	buf_fmt(&b, "M0 %dV%d", HEIGHT, (int)(HEIGHT - outside * HEIGHT / most));
	json_array_foreach(days, i, day) {
		int64_t at;
		if (!day_parse(text(day, "day"), &at) || at < first)
			at = first;
		buf_fmt(&b, "L%d %d", across(at, first, last),
		    (int)(HEIGHT - (outside + number(day, "total")) * HEIGHT / most));
	}
	return b.s;
}

void
show_curve(struct request *rq, json_t *p)
{
	json_t *days, *day, *best = NULL;
	int64_t first = day_at(text(p, "published_at")), threshold = number(p, "threshold");
	int64_t now = day_at(text(p, "now")), end = day_at(text(p, "closes_at")), most = number(p, "signature_count");
	size_t i;

	json_object_set_new(rq->page, "curve", json_null());
	if (first == 0 || threshold == 0 || named(p) <= 0)
		return;
	days = days_of(rq, p);
	json_array_foreach(days, i, day)
		if (best == NULL || number(day, "count") > number(best, "count"))
			best = day;
	if (best == NULL)
		return;
	if (most < threshold)
		most = threshold;
	int64_t last;
	if (!day_parse(text(json_array_get(days, json_array_size(days) - 1), "day"), &last))
		last = now;
	int64_t until = str_eq(text(p, "state"), "collecting") ? now : last;
	if (end < until)
		end = until;
	if (until <= first) /* one day is a point */
		return;
	const char *drawn = line(rq, days, first, end, number(p, "outside_count"), most);
	int reach = across(until, first, end), top = (int)(HEIGHT - number(p, "signature_count") * HEIGHT / most);
	json_object_set_new(rq->page, "curve",
	    json_pack("{s:s, s:s, s:i, s:I, s:O, s:O, s:O, s:O, s:I}", "line",
	        str_fmt(rq->pool, "%sL%d %d", drawn, reach, top), "area",
	        str_fmt(rq->pool, "%sL%d %dV%dz", drawn, reach, top, HEIGHT), "cut",
	        (int)(HEIGHT - threshold * HEIGHT / most), "day_total", (json_int_t)(until - first + 1), "from",
	        json_object_get(p, "published_at"), "to", json_object_get(p, "closes_at"), "best_day",
	        json_object_get(best, "day"), "best_count", json_object_get(best, "count"), "named_count",
	        (json_int_t)named(p)));
}

/* GET /petitions/{id}/days */
void
page_days(struct request *rq)
{
	json_t *p = open_petition_of_path(rq);

	if (p == NULL)
		return;
	json_t *days = days_of(rq, p);
	copy_columns(rq->data, p, (const char *const[]){ "id", "title", "outside_count", NULL });
	json_object_set_new(rq->data, "items", days);
	json_object_set(rq->page, "content_lang", json_object_get(p, "lang"));
	json_object_set_new(rq->page, "has_items", json_boolean(json_array_size(days) > 0));
	json_object_set_new(rq->page, "named_count", json_integer(named(p)));
	show_outside(rq, p);
	reply_cacheable(rq, 1);
	reply_view(rq, 200, "petitions/days");
}
