/* GET /petitions/{id}/signers: who signed, by name and date, in pages; the same as CSV. */
#include "petitions.h"

#include <inttypes.h>

#include "civic/petition.h"
#include "civic/petition_export.h"
#include "csv.h"

static int64_t
number(json_t *row, const char *name)
{
	return json_integer_value(json_object_get(row, name));
}

/* Those without a public name, and on what ground. */
static void
show_nameless(struct request *rq, json_t *p, int64_t id)
{
	bool may_hide = json_is_true(json_object_get(p, "hide_on_request")) ||
	    json_is_true(json_object_get(p, "hide_minors"));
	bool removed = !json_is_null(json_object_get(p, "names_removed_at"));

	json_object_set_new(rq->data, "hidden_count",
	    json_integer(may_hide && !removed ? petition_hidden_signers(rq->db, rq->community_id, id) : 0));
	json_object_set_new(rq->page, "has_hidden", json_boolean(number(rq->data, "hidden_count") > 0));
	show_hiding(rq, p);
	json_object_set(rq->data, "names_removed_at", json_object_get(p, "names_removed_at"));
}

void
page_signers(struct request *rq)
{
	json_t *p = open_petition_of_path(rq);
	const char *after = query_text(rq, "after"), *next;

	if (p == NULL)
		return;
	int64_t id = number(p, "id");
	json_t *items = petition_signers(rq->db, rq->pool, rq->community_id, id, after, SIGNERS_PAGE, &next);
	copy_columns(rq->data, p, (const char *const[]){ "id", "title", "outside_count", NULL });
	json_object_set_new(rq->data, "items", items);
	json_object_set_new(rq->data, "next", next != NULL ? json_string(next) : json_null());
	show_outside(rq, p);
	show_nameless(rq, p, id);
	json_object_set(rq->page, "content_lang", json_object_get(p, "lang"));
	int64_t people = petition_signer_count(rq->db, rq->community_id, id);
	int64_t parts = (people + EXPORT_SIGNERS - 1) / EXPORT_SIGNERS;
	json_object_set_new(rq->page, "named_count", json_integer(people - number(rq->data, "hidden_count")));
	json_object_set_new(rq->page, "has_items", json_boolean(json_array_size(items) > 0));
	json_object_set_new(rq->page, "parts", export_parts(rq->pool,
	    str_fmt(rq->pool, "/petitions/%" PRId64 "/signers.csv", id), json_array_size(items) > 0 ? parts : 0));
	json_object_set_new(rq->page, "first_url",
	    after != NULL ? json_string(str_fmt(rq->pool, "/petitions/%" PRId64 "/signers", id)) : json_null());
	json_object_set_new(rq->page, "next_url",
	    next != NULL ? json_string(str_fmt(rq->pool, "/petitions/%" PRId64 "/signers?after=%s", id, next))
	                 : json_null());
	reply_cacheable(rq, 1);
	reply_view(rq, 200, "petitions/signers");
}

/* GET /petitions/{id}/signers.csv */
void
csv_signers(struct request *rq)
{
	json_t *p = open_petition_of_path(rq);

	if (p == NULL)
		return;
	int64_t id = number(p, "id"), part = export_part(rq);
	static const struct csv_column columns[] = { { "name", "name" }, { "signed_at", "signed_at" }, { 0 } };
	reply_csv(rq, str_fmt(rq->pool, "petition-%" PRId64 "-signers-%" PRId64 ".csv", id, part), columns,
	    export_signers(rq->db, rq->community_id, id, part));
}
