/* GET /moderation/petitions/{id}/sheet: what the council gets on paper: the petition and who signed. */
#include "moderation.h"

#include "base/text.h"
#include "civic/petition.h"
#include "web/problem.h"
#include "web/view.h"

const struct json_field sheet_fields[] = {
	{ "id", JSON_KIND_INT, "number" },
	{ "title", JSON_KIND_TEXT, "title" },
	{ "text", JSON_KIND_TEXT, "Markdown (CommonMark)" },
	{ "author_name", JSON_KIND_TEXT, "null where it was imported without a name" },
	{ "addressee", JSON_KIND_TEXT, "to whom it is addressed, or null" },
	{ "district_name", JSON_KIND_TEXT, "the district that it is for; null: the whole community" },
	{ "published_at", JSON_KIND_TIME, "when it was published" },
	{ "closes_at", JSON_KIND_TIME, "when signing ends" },
	{ "decided_at", JSON_KIND_TIME, "when the threshold was reached, or missed" },
	{ "threshold", JSON_KIND_INT, "signatures needed" },
	{ "signature_count", JSON_KIND_INT, "signatures" },
	{ "outside_count", JSON_KIND_INT, "of them, brought as a total without names" },
	{ "hidden_count", JSON_KIND_INT, "of them, of people who are counted without a public name" },
	{ "names_removed_at", JSON_KIND_TIME, "when the names were removed as the law asks, or null" },
	{ "items", JSON_KIND_LIST, "signers of this page, oldest first" },
	{ "items[].number", JSON_KIND_INT, "in the order of signing" },
	{ "items[].name", JSON_KIND_TEXT, "family name and given name" },
	{ "items[].signed_at", JSON_KIND_TIME, "when" },
	{ "page", JSON_KIND_INT, "this page: ?page=…" },
	{ "next", JSON_KIND_INT, "the next page; null at the end" },
	{ 0 },
};

void
page_sheet(struct request *rq)
{
	static const char *const sent[] = { "id", "title", "text", "author_name", "addressee",
		"district_name", "published_at", "closes_at", "decided_at", "threshold", "signature_count",
		"outside_count", "names_removed_at" };
	json_t *p = petition_of_desk(rq);
	int64_t page = query_int(rq, "page", 1, SHEET_PAGES_MAX, 1);

	if (p == NULL)
		return;
	if (json_is_null(json_object_get(p, "published_at"))) {
		reply_not_found(rq);
		return;
	}
	json_t *rows = petition_sheet(rq->db, rq->community_id, path_id(rq), page);
	int64_t hidden = petition_hidden_signers(rq->db, rq->community_id, path_id(rq));
	bool more = json_array_size(rows) > SHEET_PAGE;

	if (more)
		json_array_remove(rows, SHEET_PAGE);
	for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
		json_object_set(rq->data, sent[i], json_object_get(p, sent[i]));
	json_object_set_new(rq->data, "hidden_count", json_integer(hidden));
	json_object_set_new(rq->data, "items", rows);
	json_object_set_new(rq->data, "page", json_integer(page));
	json_object_set_new(rq->data, "next", more ? json_integer(page + 1) : json_null());
	show_heading(rq, p);
	json_object_set(rq->page, "content_lang", json_object_get(p, "lang"));
	json_object_set_new(rq->page, "text_html",
	    view_safe(text_markdown(rq->pool, json_string_value(json_object_get(p, "text")))));
	json_object_set_new(rq->page, "first", json_boolean(page == 1));
	json_object_set_new(rq->page, "has_items", json_boolean(json_array_size(rows) > 0));
	json_object_set_new(rq->page, "has_hidden", json_boolean(hidden > 0));
	json_object_set_new(rq->page, "has_outside",
	    json_boolean(json_integer_value(json_object_get(p, "outside_count")) > 0));
	json_object_set_new(rq->page, "previous", page > 1 ? json_integer(page - 1) : json_null());
	reply_view(rq, 200, "moderation/sheet");
}
