/* /moderation/residence: declarations of residence that wait, people by name, and one person: what is
 * known, confirming, declining, ending. */
#include "moderation.h"

#include <string.h>

#include "civic/residence.h"
#include "civic/residence_desk.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field residence_queue_fields[] = {
	{ "count", JSON_KIND_INT, "declarations that wait" },
	{ "items", JSON_KIND_LIST, "the oldest first, at most 50" },
	{ "items[].person_id", JSON_KIND_INT, "number of the person" },
	{ "items[].name", JSON_KIND_TEXT, "family name and given name" },
	{ "items[].category", JSON_KIND_TEXT, "registered, displaced, works or studies" },
	{ "items[].basis", JSON_KIND_TEXT, "as the person says" },
	{ "items[].since", JSON_KIND_TIME, "when it was declared" },
	{ "found", JSON_KIND_LIST, "with ?q=…: people who logged in here, by the beginning of their names" },
	{ "found[].person_id", JSON_KIND_INT, "number of the person" },
	{ "found[].name", JSON_KIND_TEXT, "family name and given name" },
	{ "found[].residence", JSON_KIND_TEXT, "how it is known: none, declared, provider, official or register" },
	{ "found[].category", JSON_KIND_TEXT, "registered, displaced, works, studies or null" },
	{ 0 },
};

const struct json_field resident_fields[] = {
	{ "person_id", JSON_KIND_INT, "number of the person" },
	{ "name", JSON_KIND_TEXT, "family name and given name" },
	{ "residences", JSON_KIND_LIST, "what is known" },
	{ "residences[].kind", JSON_KIND_TEXT, "declared, provider, official or register" },
	{ "residences[].category", JSON_KIND_TEXT, "registered, displaced, works or studies" },
	{ "residences[].basis", JSON_KIND_TEXT, "as the person or the official says" },
	{ "residences[].since", JSON_KIND_TIME, "since when" },
	{ "events", JSON_KIND_LIST, "what happened, newest first" },
	{ "events[].what", JSON_KIND_TEXT, "begun, ended or declined" },
	{ "events[].residence", JSON_KIND_TEXT, "the kind" },
	{ "events[].category", JSON_KIND_TEXT, "the category" },
	{ "events[].basis", JSON_KIND_TEXT, "the basis or the reason" },
	{ "events[].created_at", JSON_KIND_TIME, "when" },
	{ 0 },
};

const struct json_field residence_done_fields[] = {
	{ "person_id", JSON_KIND_INT, "number of the person" },
	{ 0 },
};

static const char *const acts[] = { "confirm", "decline", "end", NULL };
static const struct field act_form[] = {
	{ "category", FIELD_CHOICE, 1, 20, .choices = residence_categories, .label = N_("Ground") },
	{ "do", FIELD_CHOICE, 1, 10, .choices = acts, .label = N_("Decision") },
	{ "words", FIELD_LINE, RESIDENCE_BASIS_MIN, RESIDENCE_BASIS_MAX, .label = N_("Document or reason") },
	{ 0 },
};

static const char *
text(json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

static void
label(json_t *row)
{
	const char *kind = text(row, "kind") != NULL ? text(row, "kind") : text(row, "residence");

	if (text(row, "category") != NULL)
		json_object_set_new(row, "category_label", json_string(residence_category_label(text(row, "category"))));
	else
		json_object_set_new(row, "category_label", json_null());
	json_object_set_new(row, "kind_label",
	    kind == NULL || str_eq(kind, "none") ? json_null() : json_string(residence_kind_label(kind)));
}

static json_t *
labelled(json_t *rows)
{
	json_t *list = json_array(), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		json_t *copy = json_copy(row);
		label(copy);
		json_array_append_new(list, copy);
	}
	return list;
}

void
page_residence_queue(struct request *rq)
{
	const char *words = query_text(rq, "q");
	bool asked = !str_empty(words) && strlen(words) <= RESIDENCE_WORDS_MAX * 4;
	int64_t count;
	json_t *items = residence_queue(rq->db, rq->community_id, &count);
	json_t *found = asked ? residence_find(rq->db, rq->pool, rq->community_id, words) : json_array();

	json_object_set_new(rq->data, "count", json_integer(count));
	json_object_set(rq->data, "items", items);
	json_object_set(rq->data, "found", found);
	show_sections(rq, "residence");
	json_object_set_new(rq->page, "declarations", labelled(items));
	json_object_set_new(rq->page, "has_declarations", json_boolean(json_array_size(items) > 0));
	int64_t more = count - (int64_t)json_array_size(items);
	json_object_set_new(rq->page, "more", more > 0 ? json_integer(more) : json_null());
	json_object_set_new(rq->page, "people", labelled(found));
	json_object_set_new(rq->page, "has_people", json_boolean(json_array_size(found) > 0));
	json_object_set_new(rq->page, "query", asked ? json_string(words) : json_null());
	reply_view(rq, 200, "moderation/residence");
}

/* What the person declared, for the form: the first one waits for an answer. */
static json_t *
first_of_kind(json_t *rows, const char *kind)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
		if (str_eq(text(row, "kind"), kind))
			return row;
	return NULL;
}

static bool
show_resident(struct request *rq, bool sent)
{
	int64_t person = path_id(rq);
	const char *name = residence_member(rq->db, rq->community_id, person);

	if (name == NULL) {
		if (!request_failed(rq))
			reply_not_found(rq);
		return false;
	}
	json_t *rows = residence_list(rq->db, rq->community_id, person);
	json_t *events = residence_events(rq->db, rq->community_id, person);
	json_t *declared = first_of_kind(rows, "declared"), *official = first_of_kind(rows, "official");
	json_t *subject = declared != NULL ? declared : official;
	const char *category = subject != NULL ? text(subject, "category") : "registered";
	json_object_set_new(rq->data, "person_id", json_integer(person));
	json_object_set_new(rq->data, "name", json_string(name));
	json_object_set(rq->data, "residences", rows);
	json_object_set(rq->data, "events", events);
	show_sections(rq, "residence");
	form_show(rq, act_form, sent ? NULL : json_pack("{s:s, s:s, s:s}", "category", category, "do",
	                                          declared != NULL || official == NULL ? "confirm" : "end", "words", ""));
	json_t *known = labelled(rows), *past = labelled(events), *row;
	size_t i;
	json_array_foreach(known, i, row)
		json_object_set_new(row, "waits", json_boolean(str_eq(text(row, "kind"), "declared")));
	json_array_foreach(past, i, row) {
		const char *what = text(row, "what");
		bool machine = str_eq(text(row, "residence"), "provider") || str_eq(text(row, "residence"), "register");
		json_object_set_new(row, "begun", json_boolean(str_eq(what, "begun")));
		json_object_set_new(row, "ended", json_boolean(str_eq(what, "ended")));
		json_object_set_new(row, "declined", json_boolean(str_eq(what, "declined")));
		if (machine)
			json_object_set_new(row, "basis", json_string(""));
	}
	json_array_foreach(known, i, row)
		if (str_eq(text(row, "kind"), "register") || str_eq(text(row, "kind"), "provider"))
			json_object_set_new(row, "basis", json_string(""));
	json_object_set_new(rq->page, "known", known);
	json_object_set_new(rq->page, "has_known", json_boolean(json_array_size(known) > 0));
	json_object_set_new(rq->page, "past", past);
	json_object_set_new(rq->page, "has_past", json_boolean(json_array_size(past) > 0));
	json_object_set_new(rq->page, "own", json_boolean(person == rq->session.person));
	json_object_set_new(rq->page, "has_declared", json_boolean(declared != NULL));
	json_object_set_new(rq->page, "has_official", json_boolean(official != NULL));
	return !request_failed(rq);
}

void
page_resident(struct request *rq)
{
	if (show_resident(rq, false))
		reply_view(rq, 200, "moderation/resident");
}

static void
reply_decided(struct request *rq, enum residence_decision result, const char *message)
{
	switch (result) {
	case RESIDENCE_DECIDED:
		json_object_set_new(rq->data, "person_id", json_integer(path_id(rq)));
		flash(rq, message);
		reply_see_other(rq, "/moderation/residence");
		break;
	case RESIDENCE_NOTHING:
		reply_problem(rq, 409, "decided",
		    _("There is no such declaration or residence any more, or it is confirmed already. Open the page "
		      "again and look."));
		break;
	case RESIDENCE_OWN:
		reply_problem(rq, 403, "own-residence", _("Nobody decides of their own residence: a colleague does."));
		break;
	case RESIDENCE_STRANGER: reply_not_found(rq); break;
	case RESIDENCE_FAILED: request_fail(rq, "a residence could not be decided of"); break;
	}
}

/* POST /moderation/residence/{id} */
void
post_resident(struct request *rq)
{
	if (residence_member(rq->db, rq->community_id, path_id(rq)) == NULL) {
		if (!request_failed(rq))
			reply_not_found(rq);
		return;
	}
	if (!form_read(rq, act_form))
		return;
	if (!form_right(rq)) {
		if (!rq->json && !show_resident(rq, true))
			return;
		reply_invalid(rq, "moderation/resident");
		return;
	}
	const char *step = form_text(rq, "do");
	struct residence_act act = { rq->community_id, path_id(rq), rq->session.person, form_text(rq, "category"),
		form_text(rq, "words") };
	if (str_eq(step, "confirm"))
		reply_decided(rq, residence_confirm(rq->db, &act), _("The residence is confirmed. The person is told by letter."));
	else if (str_eq(step, "decline"))
		reply_decided(rq, residence_decline(rq->db, &act), _("The declaration is declined. The person is told by letter."));
	else
		reply_decided(rq, residence_revoke(rq->db, &act), _("The residence has ended. The person is told by letter."));
}
