/* GET /api/v1/petitions/similar?title=…&text=…: petitions that say the same already. */
#include "petitions.h"

#include "base/text.h"
#include "civic/petition.h"
#include "civic/petition_similar.h"

enum { SHOWN = 5, KEPT_SECONDS = 10 };

static const char *
asked(struct request *rq, const char *name, enum text_shape shape)
{
	const char *text = query_text(rq, name);

	text = text != NULL ? text_clean(rq->pool, text, shape) : NULL;
	return text != NULL ? text : "";
}

void
page_similar(struct request *rq)
{
	bool stemmed;
	json_t *items = json_array(), *row;
	size_t i;

	json_t *rows = petition_similar(rq->db, rq->pool,
	    &(struct similar_query){ .community = rq->community_id, .title = asked(rq, "title", TEXT_LINE),
	        .text = asked(rq, "text", TEXT_LINES), .limit = SHOWN },
	    &stemmed);
	json_array_foreach(rows, i, row) {
		json_t *item = petition_item(row);
		json_object_set(item, "score", json_object_get(row, "score"));
		json_array_append_new(items, item);
	}
	json_object_set_new(rq->data, "items", items);
	json_object_set_new(rq->data, "stemmed", json_boolean(stemmed));
	reply_cacheable(rq, KEPT_SECONDS);
	reply_view(rq, 200, "");
}
