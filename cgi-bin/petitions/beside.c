/* Similar petitions beside the one that is shown. */
#include "petitions.h"

#include "base/clock.h"
#include "civic/petition.h"
#include "civic/petition_similar.h"

enum {
	SHOWN = 3,
	KEPT = 4096,            /* petitions whose neighbours a process remembers; one to a place */
	KEPT_MS = 3600 * 1000   /* weighing two hundred candidates costs a tenth of a second */
};

static struct kept {
	int64_t community, petition, until; /* by clock_monotonic() */
	int64_t ids[SHOWN];
} kept[KEPT];

static const struct kept *
neighbours(struct request *rq, json_t *p)
{
	int64_t id = json_integer_value(json_object_get(p, "id"));
	struct kept *k = &kept[(uint64_t)id % KEPT];
	json_t *rows, *row;
	size_t i;

	if (k->petition == id && k->community == rq->community_id && k->until > clock_monotonic())
		return k;
	rows = petition_similar(rq->db, rq->pool,
	    &(struct similar_query){ .community = rq->community_id,
	        .title = json_string_value(json_object_get(p, "title")),
	        .text = json_string_value(json_object_get(p, "text")), .exclude = id, .limit = SHOWN },
	    NULL);
	if (request_failed(rq))
		return NULL;
	*k = (struct kept){ rq->community_id, id, clock_monotonic() + KEPT_MS, { 0 } };
	json_array_foreach(rows, i, row)
		k->ids[i] = json_integer_value(json_object_get(row, "id"));
	return k;
}

/* Asked again each time: what was hidden since is not shown. */
static json_t *
rows_of(struct request *rq, const struct kept *k)
{
	SQL(beside, "SELECT p.id, p.title, p.lang, p.state, p.verdict, COALESCE(t.signature_count, p.outside_count) AS "
	            "signature_count, p.threshold, p.published_at, p.closes_at, p.reason, UTC_TIMESTAMP() AS now "
	            "FROM petition p FORCE INDEX (PRIMARY) LEFT JOIN petition_total t ON t.petition_id = p.id AND "
	            "t.community_id = p.community_id WHERE p.id IN (?, ?, ?) AND p.community_id = ? AND "
	            "p.section IS NOT NULL");
	json_t *ordered = json_array(), *rows, *row;
	size_t i;

	if (k == NULL || k->ids[0] == 0)
		return ordered;
	rows = db_rows(rq->db, &beside,
	    ARGS(INT(k->ids[0]), INT(k->ids[1]), INT(k->ids[2]), INT(rq->community_id)));
	for (size_t place = 0; place < SHOWN; place++)
		json_array_foreach(rows, i, row)
			if (json_integer_value(json_object_get(row, "id")) == k->ids[place])
				json_array_append(ordered, row);
	return ordered;
}

void
show_beside(struct request *rq, json_t *p)
{
	bool public = !json_is_null(json_object_get(p, "published_at"));
	json_t *rows = public ? rows_of(rq, neighbours(rq, p)) : json_array(), *row, *cards = json_array();
	size_t i;

	json_array_foreach(rows, i, row)
		json_array_append_new(cards, petition_card(row));
	json_object_set_new(rq->page, "similar", cards);
	json_object_set_new(rq->page, "has_similar", json_boolean(json_array_size(cards) > 0));
}
