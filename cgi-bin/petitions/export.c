/* GET /petitions/export: all petitions as open data: a page of its parts, JSON with texts, and CSV. */
#include "petitions.h"

#include <inttypes.h>

#include "civic/petition_export.h"
#include "csv.h"

static int64_t
parts_of(int64_t count, int64_t rows)
{
	return (count + rows - 1) / rows;
}

/* GET /petitions/export */
void
page_export(struct request *rq)
{
	int64_t count = export_count(rq->db, rq->community_id), part = export_part(rq);

	reply_cacheable(rq, 60);
	if (rq->json) {
		json_object_set_new(rq->data, "part", json_integer(part));
		json_object_set_new(rq->data, "parts", json_integer(parts_of(count, EXPORT_TEXTS)));
		json_object_set_new(rq->data, "items", export_texts(rq->db, rq->community_id, part));
	}
	json_object_set_new(rq->page, "count", json_integer(count));
	json_object_set_new(rq->page, "parts",
	    export_parts(rq->pool, "/petitions/export.csv", parts_of(count, EXPORT_ROWS)));
	reply_view(rq, 200, "petitions/export");
}

/* GET /petitions/export.csv */
void
csv_petitions(struct request *rq)
{
	static const struct csv_column columns[] = { { "id", "id" }, { "title", "title" }, { "state", "state" },
		{ "topic", "topic" }, { "district", "district" }, { "addressee", "addressee" },
		{ "author_name", "author_name" }, { "published_at", "published_at" }, { "closes_at", "closes_at" },
		{ "threshold", "threshold" }, { "signature_count", "signature_count" },
		{ "outside_count", "outside_count" }, { "verdict", "verdict" }, { "answered_at", "answered_at" },
		{ "answered_by", "answered_by" }, { "refusal", "refusal" }, { 0 } };
	int64_t part = export_part(rq);

	reply_csv(rq, str_fmt(rq->pool, "petitions-%" PRId64 ".csv", part), columns,
	    export_petitions(rq->db, rq->community_id, part));
}
