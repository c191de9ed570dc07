/* GET /petitions/{id}/signers: who signed, by name and date, in pages. */
#include "petitions.h"

#include <inttypes.h>

#include "civic/petition.h"

void
page_signers(struct request *rq)
{
	json_t *p = petition_of_path(rq);
	const char *after = query_text(rq, "after"), *next;

	if (p == NULL)
		return;
	int64_t id = json_integer_value(json_object_get(p, "id"));
	json_t *items = petition_signers(rq->db, rq->pool, rq->community_id, id, after, SIGNERS_PAGE, &next);
	copy_columns(rq->data, p, (const char *const[]){ "id", "title", "outside_count", NULL });
	json_object_set_new(rq->data, "items", items);
	json_object_set_new(rq->data, "next", next != NULL ? json_string(next) : json_null());
	show_outside(rq, p);
	json_object_set(rq->page, "content_lang", json_object_get(p, "lang"));
	json_object_set_new(rq->page, "named_count",
	    json_integer(petition_signer_count(rq->db, rq->community_id, id)));
	json_object_set_new(rq->page, "has_items", json_boolean(json_array_size(items) > 0));
	json_object_set_new(rq->page, "first_url",
	    after != NULL ? json_string(str_fmt(rq->pool, "/petitions/%" PRId64 "/signers", id)) : json_null());
	json_object_set_new(rq->page, "next_url",
	    next != NULL ? json_string(str_fmt(rq->pool, "/petitions/%" PRId64 "/signers?after=%s", id, next))
	                 : json_null());
	reply_cacheable(rq, 1);
	reply_view(rq, 200, "petitions/signers");
}
