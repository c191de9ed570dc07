/* GET /petitions/terms: how the community keeps the terms of the law. */
#include "petitions.h"

#include "civic/legal_clock.h"

enum { TERMS_SECONDS = 60 };

/* 2.5 → "2.5", as people write it in the page's language. */
static const char *
decimal(struct request *rq, double value, char point)
{
	int tenths = (int)(value * 10 + 0.5);

	return tenths % 10 == 0 ? str_fmt(rq->pool, "%d", tenths / 10)
	                        : str_fmt(rq->pool, "%d%c%d", tenths / 10, point, tenths % 10);
}

void
page_terms(struct request *rq)
{
	json_t *rows = legal_record(rq->db, rq->community_id), *row, *cards = json_array();
	size_t i;

	json_array_foreach(rows, i, row) {
		json_t *median = json_object_get(row, "median_days"), *card = json_copy(row);
		bool known = json_is_real(median);
		double days = json_real_value(median);
		json_object_set_new(card, "median_text",
		    known ? json_string(decimal(rq, days, rq->lang == LANG_EN ? '.' : ',')) : json_null());
		json_array_append_new(cards, card);
		json_object_set_new(row, "median_days", known ? json_string(decimal(rq, days, '.')) : json_null());
	}
	json_object_set_new(rq->data, "items", rows);
	json_object_set_new(rq->page, "rows", cards);
	json_object_set_new(rq->page, "has_rows", json_boolean(json_array_size(cards) > 0));
	reply_cacheable(rq, TERMS_SECONDS);
	reply_view(rq, 200, "petitions/terms");
}
