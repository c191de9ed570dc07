/* GET /me: a person's own petitions and signatures, and the letters that they get. */
#include "cabinet.h"

#include <string.h>

#include "civic/contact.h"
#include "civic/follow.h"
#include "civic/merge.h"
#include "civic/person.h"
#include "civic/petition.h"
#include "civic/staff.h"

/* What they may do here besides being a resident. */
static void
show_roles(struct request *rq)
{
	json_t *own = staff_of(rq->db, rq->community_id, rq->session.person), *rows = json_array(), *role;
	bool english = rq->lang == LANG_EN;
	size_t i;

	json_array_foreach(own, i, role)
		json_array_append_new(rows,
		    json_pack("{s:s, s:O, s:s, s:O, s:O}", "label",
		        staff_role_label(json_string_value(json_object_get(role, "role"))), "unit",
		        json_object_get(role, english ? "unit_en" : "unit"), "unit_lang", english ? "en" : "uk",
		        "since", json_object_get(role, "since"), "until", json_object_get(role, "until")));
	json_object_set_new(rq->data, "roles", own);
	json_object_set_new(rq->page, "has_roles", json_boolean(json_array_size(rows) > 0));
	json_object_set_new(rq->page, "roles", rows);
	json_object_set_new(rq->page, "serves", json_boolean((rq->roles & OPERATOR) != 0));
	json_object_set_new(rq->page, "owns", json_boolean((rq->roles & OWNER) != 0));
}

bool
show_me(struct request *rq)
{
	json_t *items = json_array(), *cards = json_array(), *waiting = json_array(), *row;
	const char *next;
	struct member m;
	size_t i;

	if (!person_member(rq->db, rq->community_id, rq->session.person, &m))
		return false;
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
	follow_mark(rq->db, rq->community_id, rq->session.person, signatures);
	json_object_set_new(rq->data, "name",
	    json_string(str_fmt(rq->pool, "%s %s", m.given_name, m.family_name)));
	json_object_set_new(rq->data, "resident", json_boolean((rq->roles & RESIDENT) != 0));
	json_object_set_new(rq->data, "petitions", items);
	json_object_set_new(rq->data, "signatures", signatures);
	json_object_set_new(rq->data, "next", next != NULL ? json_string(next) : json_null());
	json_object_set_new(rq->data, "contact",
	    contact_of(rq->db, rq->community_id, rq->session.person));
	json_object_set_new(rq->page, "rows", cards);
	json_object_set_new(rq->page, "has_rows", json_boolean(json_array_size(cards) > 0));
	json_object_set_new(rq->page, "waiting", waiting);
	json_t *merges = merge_waiting(rq->db, rq->community_id, rq->session.person);
	json_object_set_new(rq->data, "merges", merges);
	json_object_set_new(rq->page, "has_merges", json_boolean(json_array_size(merges) > 0));
	json_object_set_new(rq->page, "has_waiting", json_boolean(json_array_size(waiting) > 0));
	json_object_set_new(rq->page, "has_signatures", json_boolean(json_array_size(signatures) > 0));
	/* A hidden one has no title to show. */
	json_t *shown = json_array();
	json_array_foreach(signatures, i, row) {
		json_t *one = json_copy(row);
		json_object_set_new(one, "is_hidden", json_boolean(str_eq(json_string_value(json_object_get(row, "state")), "hidden")));
		json_array_append_new(shown, one);
	}
	json_object_set_new(rq->page, "signatures", shown);
	json_object_set_new(rq->page, "signatures_next_url",
	    next != NULL ? json_string(str_fmt(rq->pool, "/me?after=%s", next)) : json_null());
	json_object_set_new(rq->page, "is_staff",
	    json_boolean((rq->roles & (MODERATOR | CLERK | ADMINISTRATOR)) != 0));
	show_roles(rq);
	return !request_failed(rq);
}

void
page_me(struct request *rq)
{
	if (!show_me(rq))
		return;
	show_letters(rq, json_object_get(rq->data, "contact"));
	reply_view(rq, 200, "cabinet/me");
}

const struct json_field me_fields[] = {
	{ "name", JSON_KIND_TEXT, "your name" },
	{ "resident", JSON_KIND_BOOL, "you may sign in this community" },
	{ "roles", JSON_KIND_LIST, "what you do for this community" },
	{ "roles[].role", JSON_KIND_TEXT,
	    "moderator, clerk, expert, operator, body, administrator; owner: of the installation" },
	{ "roles[].unit", JSON_KIND_TEXT, "the department, office or body of the role, or null" },
	{ "roles[].unit_en", JSON_KIND_TEXT, "its name in English, or null" },
	{ "roles[].since", JSON_KIND_TIME, "since when" },
	{ "roles[].until", JSON_KIND_TIME, "its end where a day is given in advance, or null" },
	{ "petitions", JSON_KIND_LIST, "your own petitions, newest first" },
	{ "petitions[].id", JSON_KIND_INT, "number" },
	{ "petitions[].title", JSON_KIND_TEXT, "title" },
	{ "petitions[].state", JSON_KIND_TEXT, "state" },
	{ "petitions[].signature_count", JSON_KIND_INT, "signatures so far" },
	{ "petitions[].threshold", JSON_KIND_INT, "signatures needed, null before publication" },
	{ "petitions[].published_at", JSON_KIND_TIME, "when it was published" },
	{ "petitions[].closes_at", JSON_KIND_TIME, "when signing ends: not any more in this second" },
	{ "merges", JSON_KIND_LIST, "proposals to join one of your petitions with another; POST /merges/{id}/agree or decline" },
	{ "merges[].id", JSON_KIND_INT, "number of the proposal" },
	{ "merges[].keep_id", JSON_KIND_INT, "the petition that would go on" },
	{ "merges[].keep_title", JSON_KIND_TEXT, "its title" },
	{ "merges[].close_id", JSON_KIND_INT, "the petition that would close and lead to it" },
	{ "merges[].close_title", JSON_KIND_TEXT, "its title" },
	{ "merges[].note", JSON_KIND_TEXT, "why a moderator proposes it" },
	{ "merges[].proposed_at", JSON_KIND_TIME, "when" },
	{ "merges[].agreed", JSON_KIND_BOOL, "you have agreed; the other author has not answered" },
	{ "merges[].closes_mine", JSON_KIND_BOOL, "yours is the one that would close" },
	{ "signatures", JSON_KIND_LIST, "what you signed, newest first" },
	{ "signatures[].petition_id", JSON_KIND_INT, "number of the petition" },
	{ "signatures[].title", JSON_KIND_TEXT, "its title; empty where it is hidden" },
	{ "signatures[].state", JSON_KIND_TEXT, "its state" },
	{ "signatures[].signed_at", JSON_KIND_TIME, "when you signed" },
	{ "signatures[].withdrawn", JSON_KIND_BOOL, "you have taken your signature back" },
	{ "signatures[].followed", JSON_KIND_BOOL, "you get letters about its answer" },
	{ "next", JSON_KIND_TEXT, "the next page of signatures: ?after=…; null at the end" },
	{ "contact", JSON_KIND_OBJECT, "where you get letters, in all communities" },
	{ "contact.email", JSON_KIND_TEXT, "your address, or null" },
	{ "contact.confirmed_at", JSON_KIND_TIME, "when you confirmed it" },
	{ "contact.bounced_at", JSON_KIND_TIME, "letters came back: confirm it again to get any" },
	{ "contact.pending", JSON_KIND_TEXT, "an address that waits for your confirmation, or null" },
	{ "contact.lang", JSON_KIND_TEXT, "the letters' language: uk or en" },
	{ "contact.author_notices", JSON_KIND_BOOL, "you get letters about your own petitions" },
	{ "contact.staff_notices", JSON_KIND_BOOL, "of the staff: you get letters about overdue steps" },
	{ 0 },
};
