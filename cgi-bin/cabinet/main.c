/*
 * cabinet: a person's own page: their petitions and what they signed.
 */
#include <string.h>

#include "civic/enter.h"
#include "civic/person.h"
#include "civic/petition.h"

static void
page_me(struct request *rq)
{
	json_t *items = json_array(), *cards = json_array(), *waiting = json_array(), *row;
	const char *next;
	struct member m;
	size_t i;

	if (!person_member(rq->db, rq->community_id, rq->session.person, &m))
		return;
	json_t *rows = petition_own(rq->db, rq->community_id, rq->session.person);
	json_array_foreach(rows, i, row) {
		const char *state = json_string_value(json_object_get(row, "state"));
		json_t *card = petition_card(row);
		json_array_append_new(items, petition_item(row));
		json_array_append(cards, card);
		if (strcmp(state, "draft") == 0 || strcmp(state, "returned") == 0)
			json_array_append(waiting, card);
	}
	json_t *signatures = petition_signed_by(rq->db, rq->pool, rq->community_id, rq->session.person,
	    query_text(rq, "after"), &next);
	json_object_set_new(rq->data, "name",
	    json_string(str_fmt(rq->pool, "%s %s", m.given_name, m.family_name)));
	json_object_set_new(rq->data, "resident", json_boolean((rq->roles & RESIDENT) != 0));
	json_object_set_new(rq->data, "petitions", items);
	json_object_set_new(rq->data, "signatures", signatures);
	json_object_set_new(rq->data, "next", next != NULL ? json_string(next) : json_null());
	json_object_set_new(rq->page, "rows", cards);
	json_object_set_new(rq->page, "has_rows", json_boolean(json_array_size(cards) > 0));
	json_object_set_new(rq->page, "waiting", waiting);
	json_object_set_new(rq->page, "has_waiting", json_boolean(json_array_size(waiting) > 0));
	json_object_set_new(rq->page, "has_signatures", json_boolean(json_array_size(signatures) > 0));
	json_object_set_new(rq->page, "signatures_next_url",
	    next != NULL ? json_string(str_fmt(rq->pool, "/me?after=%s", next)) : json_null());
	reply_view(rq, 200, "cabinet/me");
}

static const struct json_field me_fields[] = {
	{ "name", JSON_KIND_TEXT, "your name" },
	{ "resident", JSON_KIND_BOOL, "you may sign in this community" },
	{ "petitions", JSON_KIND_LIST, "your own petitions, newest first" },
	{ "petitions[].id", JSON_KIND_INT, "number" },
	{ "petitions[].title", JSON_KIND_TEXT, "title" },
	{ "petitions[].state", JSON_KIND_TEXT, "state" },
	{ "petitions[].signature_count", JSON_KIND_INT, "signatures so far" },
	{ "petitions[].threshold", JSON_KIND_INT, "signatures needed, null before publication" },
	{ "petitions[].published_at", JSON_KIND_TIME, "when it was published" },
	{ "petitions[].closes_at", JSON_KIND_TIME, "when signing ends: not any more in this second" },
	{ "signatures", JSON_KIND_LIST, "what you signed, newest first" },
	{ "signatures[].petition_id", JSON_KIND_INT, "number of the petition" },
	{ "signatures[].title", JSON_KIND_TEXT, "its title; empty where it is hidden" },
	{ "signatures[].state", JSON_KIND_TEXT, "its state" },
	{ "signatures[].signed_at", JSON_KIND_TIME, "when you signed" },
	{ "signatures[].withdrawn", JSON_KIND_BOOL, "you have taken your signature back" },
	{ "next", JSON_KIND_TEXT, "the next page of signatures: ?after=…; null at the end" },
	{ 0 },
};

static const struct route routes[] = {
	{ GET, "/me", page_me, PERSON, .fields = me_fields },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return app_run(
	    &(struct app){ .name = "cabinet", .routes = routes, .enter = civic_enter, .login = civic_login },
	    argc, argv);
}
