/* /me/residence: how one belongs to the community, and declaring it. */
#include "cabinet.h"

#include "civic/residence.h"
#include "civic/rules.h"
#include "web/form.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field residence_fields[] = {
	{ "verdict", JSON_KIND_TEXT,
	    "whether you may sign petitions that are published now: fits, none, waits, declined, other-way or "
	    "other-category" },
	{ "reason", JSON_KIND_TEXT, "why not, in words; empty where you may" },
	{ "advice", JSON_KIND_TEXT, "what helps; empty where you may" },
	{ "residences", JSON_KIND_LIST, "what is known of you" },
	{ "residences[].kind", JSON_KIND_TEXT, "declared, provider, official or register" },
	{ "residences[].category", JSON_KIND_TEXT, "registered, displaced, works or studies" },
	{ "residences[].basis", JSON_KIND_TEXT, "as you or the official said" },
	{ "residences[].since", JSON_KIND_TIME, "since when" },
	{ "events", JSON_KIND_LIST, "what happened, newest first" },
	{ "events[].what", JSON_KIND_TEXT, "begun, ended or declined" },
	{ "events[].residence", JSON_KIND_TEXT, "the kind" },
	{ "events[].category", JSON_KIND_TEXT, "the category" },
	{ "events[].basis", JSON_KIND_TEXT, "the basis or the reason" },
	{ "events[].created_at", JSON_KIND_TIME, "when" },
	{ 0 },
};

const struct json_field declared_fields[] = {
	{ "declared", JSON_KIND_BOOL, "a declaration of that category waits for an official" },
	{ 0 },
};

static const struct field declare_form[] = {
	{ "category", FIELD_CHOICE, 1, 20, .choices = residence_categories, .label = N_("How you belong to the community") },
	{ "basis", FIELD_LINE, RESIDENCE_BASIS_MIN, RESIDENCE_BASIS_MAX, .label = N_("By what that can be seen") },
	{ 0 },
};
static const struct field take_back_form[] = {
	{ "category", FIELD_CHOICE, 1, 20, .choices = residence_categories, .label = N_("How you belong to the community") },
	{ 0 },
};

static const char *
text(json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

/* What machines say has no words of people. */
static json_t *
in_words(json_t *rows, const char *kind_column)
{
	json_t *list = json_array(), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		json_t *copy = json_copy(row);
		const char *kind = text(row, kind_column), *what = text(row, "what");
		json_object_set_new(copy, "kind_label", json_string(residence_kind_label(kind)));
		json_object_set_new(copy, "category_label", json_string(residence_category_label(text(row, "category"))));
		json_object_set_new(copy, "waits", json_boolean(str_eq(kind, "declared")));
		json_object_set_new(copy, "begun", json_boolean(str_eq(what, "begun")));
		json_object_set_new(copy, "ended", json_boolean(str_eq(what, "ended")));
		json_object_set_new(copy, "declined", json_boolean(str_eq(what, "declined")));
		if (str_eq(kind, "provider") || str_eq(kind, "register"))
			json_object_set_new(copy, "basis", json_string(""));
		json_array_append_new(list, copy);
	}
	return list;
}

/* What petitions ask that are published from now on. */
static void
show_rules(struct request *rq, json_t *rules)
{
	json_t *accepted = json_array();

	for (const char *const *c = residence_categories; *c != NULL; c++)
		if (residence_listed(text(rules, "residence_categories"), *c))
			json_array_append_new(accepted, json_pack("{s:s}", "label", residence_category_label(*c)));
	json_object_set_new(rq->page, "accepted", accepted);
	json_object_set_new(rq->page, "anyone", json_boolean(str_eq(text(rules, "who_may_sign"), "identified")));
}

static bool
show(struct request *rq)
{
	int64_t community = rq->community_id, person = rq->session.person;
	json_t *rules = rules_find(rq->db, community, 0);
	json_t *rows = residence_list(rq->db, community, person), *events = residence_events(rq->db, community, person);
	const char *kinds = text(rules, "residence_kinds"), *categories = text(rules, "residence_categories");
	enum residence_verdict v = str_eq(text(rules, "who_may_sign"), "identified")
	    ? RESIDENCE_FITS
	    : residence_verdict(rq->db, community, person, kinds, categories);

	json_object_set_new(rq->data, "verdict", json_string(residence_verdict_name(v)));
	json_object_set_new(rq->data, "reason", json_string(residence_reason(v)));
	json_object_set_new(rq->data, "advice", json_string(residence_advice(v, kinds)));
	json_object_set(rq->data, "residences", rows);
	json_object_set(rq->data, "events", events);
	json_object_set_new(rq->page, "fits", json_boolean(v == RESIDENCE_FITS));
	json_object_set_new(rq->page, "known", in_words(rows, "kind"));
	json_object_set_new(rq->page, "has_known", json_boolean(json_array_size(rows) > 0));
	json_object_set_new(rq->page, "past", in_words(events, "residence"));
	json_object_set_new(rq->page, "has_past", json_boolean(json_array_size(events) > 0));
	show_rules(rq, rules);
	return !request_failed(rq);
}

void
page_residence(struct request *rq)
{
	if (!show(rq))
		return;
	form_show(rq, declare_form, json_pack("{s:s, s:s}", "category", "registered", "basis", ""));
	reply_view(rq, 200, "cabinet/residence");
}

/* POST /me/residence */
void
post_residence(struct request *rq)
{
	if (!form_read(rq, declare_form))
		return;
	if (!form_right(rq)) {
		if (!rq->json && show(rq))
			form_show(rq, declare_form, NULL);
		reply_invalid(rq, "cabinet/residence");
		return;
	}
	switch (residence_declare(rq->db, rq->community_id, rq->session.person, form_text(rq, "category"),
	    form_text(rq, "basis"))) {
	case DECLARE_DONE:
		json_object_set_new(rq->data, "declared", json_true());
		flash(rq, _("Your declaration waits for an official. You see here what is decided."));
		reply_see_other(rq, "/me/residence");
		break;
	case DECLARE_KNOWN:
		reply_problem(rq, 409, "confirmed", _("This is confirmed already."));
		break;
	case DECLARE_TOO_MANY:
		reply_problem(rq, 429, "too-many", _("Too many declarations in a day. Come back tomorrow."));
		break;
	case DECLARE_FAILED: request_fail(rq, "a residence could not be declared"); break;
	}
}

/* POST /me/residence/take-back */
void
post_residence_take_back(struct request *rq)
{
	if (!form_read(rq, take_back_form))
		return;
	bool right = form_right(rq);
	bool done = right &&
	    residence_take_back(rq->db, rq->community_id, rq->session.person, form_text(rq, "category"));
	if (request_failed(rq) || db_failed(rq->db))
		return;
	if (!done) {
		reply_problem(rq, 409, "nothing-declared", _("No such declaration waits."));
		return;
	}
	json_object_set_new(rq->data, "declared", json_false());
	flash(rq, _("The declaration is taken back."));
	reply_see_other(rq, "/me/residence");
}
