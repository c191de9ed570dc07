/* /moderation/settings: the rules of petitions, in versions: the form, what would change, saving. */
#include "moderation.h"

#include <string.h>

#include "civic/residence.h"
#include "civic/rules.h"
#include "settings.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field rules_fields[] = {
	{ "version", JSON_KIND_INT, "send it as after: a version that was saved meanwhile refuses yours" },
	{ "created_at", JSON_KIND_TIME, "since when it counts" },
	{ "threshold", JSON_KIND_INT, "signatures needed" },
	{ "term_days", JSON_KIND_INT, "days of gathering" },
	{ "min_age", JSON_KIND_INT, "of a signer; 0: none" },
	{ "who_may_sign", JSON_KIND_TEXT, "residents or identified" },
	{ "signature_withdrawal", JSON_KIND_BOOL, "a signer may take the signature back, once" },
	{ "author_withdrawal", JSON_KIND_BOOL,
	    "the author may take the petition back while nobody else has signed" },
	{ "failed_becomes_appeal", JSON_KIND_BOOL, "without enough signatures it is considered as an appeal" },
	{ "hide_minors", JSON_KIND_BOOL, "signers under 18 are counted without a public name" },
	{ "hide_on_request", JSON_KIND_BOOL, "signers at risk may ask for that" },
	{ "hide_ground", JSON_KIND_TEXT, "the legal ground, shown to everyone" },
	{ "holidays_off", JSON_KIND_BOOL, "holidays are days off (not so under martial law)" },
	{ "keep_failed_months", JSON_KIND_INT, "names of unsupported petitions stay public" },
	{ "keep_supported_years", JSON_KIND_INT, "names of supported petitions stay public" },
	{ "office_review", JSON_KIND_TEXT, "who publishes or refuses" },
	{ "office_decision", JSON_KIND_TEXT, "who considers and answers" },
	{ "charter", JSON_KIND_TEXT, "the act that the numbers come from" },
	{ "hint_words", JSON_KIND_TEXT, "words that the desk points at, one a line" },
	{ "kind_provider", JSON_KIND_BOOL, "a signer’s residence may be known by the login’s data" },
	{ "kind_official", JSON_KIND_BOOL, "… confirmed by an official" },
	{ "kind_register", JSON_KIND_BOOL, "… by the community’s register" },
	{ "kind_declared", JSON_KIND_BOOL, "… declared and not confirmed" },
	{ "category_registered", JSON_KIND_BOOL, "who lives here by registration counts as a resident" },
	{ "category_displaced", JSON_KIND_BOOL, "… internally displaced persons who are registered here" },
	{ "category_works", JSON_KIND_BOOL, "… who works here" },
	{ "category_studies", JSON_KIND_BOOL, "… who studies here" },
	{ "keep_birth_date", JSON_KIND_BOOL, "the community keeps dates of birth, not only ages that were reached" },
	{ "districts", JSON_KIND_LIST, "by name; send a threshold as district_{id}" },
	{ "districts[].id", JSON_KIND_INT, "number" },
	{ "districts[].name", JSON_KIND_TEXT, "name" },
	{ "districts[].name_en", JSON_KIND_TEXT, "name in English" },
	{ "districts[].threshold", JSON_KIND_INT, "null: the city’s" },
	{ "districts[].petitions", JSON_KIND_INT, "public petitions for it" },
	{ 0 },
};

const struct json_field saved_fields[] = {
	{ "version", JSON_KIND_INT, "the version that counts now" },
	{ 0 },
};

static const char *const steps[] = { "preview", "edit", "save", NULL };
static const char *const signers[] = { "residents", "identified", NULL };
static const char *const on[] = { "1", NULL };

/* Switches that are a list in the rules. */
#define KIND "kind_"
#define CATEGORY "category_"
#define SWITCH(name, text) { name, FIELD_CHOICE, .choices = on, .label = text }

static const struct field rules[] = {
	{ "threshold", FIELD_NUMBER, 1, RULES_THRESHOLD_MAX, .label = N_("Signatures needed") },
	{ "term_days", FIELD_NUMBER, 1, RULES_TERM_MAX, .label = N_("Days of gathering") },
	{ "min_age", FIELD_NUMBER, 0, RULES_AGE_MAX, .label = N_("Least age of a signer") },
	{ "who_may_sign", FIELD_CHOICE, 1, 20, .choices = signers, .label = N_("Who may sign") },
	SWITCH(KIND "provider", N_("Residence by the login’s data")),
	SWITCH(KIND "official", N_("Residence confirmed by an official")),
	SWITCH(KIND "register", N_("Residence by the community’s register")),
	SWITCH(KIND "declared", N_("Residence that is declared and not confirmed")),
	SWITCH(CATEGORY "registered", N_("Those who live here by registration")),
	SWITCH(CATEGORY "displaced", N_("Internally displaced persons who are registered here")),
	SWITCH(CATEGORY "works", N_("Those who work here")),
	SWITCH(CATEGORY "studies", N_("Those who study here")),
	SWITCH("keep_birth_date", N_("The community keeps dates of birth")),
	SWITCH("signature_withdrawal", N_("A signature may be taken back")),
	SWITCH("author_withdrawal", N_("The author may take the petition back while nobody else has signed")),
	SWITCH("failed_becomes_appeal", N_("Without enough signatures it is considered as an ordinary appeal")),
	SWITCH("hide_minors", N_("Signers under 18 are counted without a public name")),
	SWITCH("hide_on_request", N_("Signers at risk may ask to be counted without a public name")),
	{ "hide_ground", FIELD_LINES, 0, 600, .label = N_("Legal ground for hiding names") },
	SWITCH("holidays_off", N_("Holidays are days off")),
	{ "keep_failed_months", FIELD_NUMBER, KEEP_FAILED_MIN, KEEP_MAX,
	    .label = N_("Names of unsupported petitions stay public, months") },
	{ "keep_supported_years", FIELD_NUMBER, KEEP_SUPPORTED_MIN, KEEP_MAX,
	    .label = N_("Names of supported petitions stay public, years") },
	{ "office_review", FIELD_LINE, 1, 200, .label = N_("Who publishes or refuses") },
	{ "office_decision", FIELD_LINE, 1, 200, .label = N_("Who considers and answers") },
	{ "charter", FIELD_LINE, 0, 200, .label = N_("The act that these rules come from") },
	{ "hint_words", FIELD_LINES, 0, 4000, .label = N_("Words that the desk points at") },
};
enum { RULES = sizeof rules / sizeof *rules, OWN = 2 /* after, do */ };

static const struct field after_field = { "after", FIELD_NUMBER, 1, 1000000, .label = N_("Version") };
static const struct field step_field = { "do", FIELD_CHOICE, .choices = steps, .label = N_("Step") };

static const char *
district_name(struct request *rq, json_t *district)
{
	return str_fmt(rq->pool, "district_%" PRId64,
	    (int64_t)json_integer_value(json_object_get(district, "id")));
}

/* The rules' fields and one for each district. */
static const struct field *
fields_for(struct request *rq, json_t *list)
{
	struct field *fields = pool_alloc(rq->pool, (RULES + OWN + json_array_size(list) + 1) * sizeof *fields);
	json_t *district;
	size_t i, n = RULES;

	memcpy(fields, rules, sizeof rules);
	json_array_foreach(list, i, district)
		fields[n++] = (struct field){ district_name(rq, district), FIELD_NUMBER, 0, RULES_THRESHOLD_MAX,
			.label = json_string_value(json_object_get(district, "name")) };
	fields[n++] = after_field;
	fields[n++] = step_field;
	fields[n] = (struct field){ 0 };
	return fields;
}

/* The list that the switch is part of, or NULL. */
static const char *
list_of(const char *field)
{
	return str_starts(field, KIND) ? "residence_kinds" : str_starts(field, CATEGORY) ? "residence_categories" : NULL;
}

/* What is switched on of a list, by commas. */
static json_t *
listed(struct request *rq, const char *prefix)
{
	struct buf list;

	buf_init(&list, rq->pool);
	for (size_t f = 0; f < RULES; f++)
		if (str_starts(rules[f].name, prefix) && str_eq(form_text(rq, rules[f].name), "1"))
			buf_fmt(&list, "%s%s", list.len > 0 ? "," : "", rules[f].name + strlen(prefix));
	return json_string(list.s);
}

/* Rules as the form shows them. */
static json_t *
values_of(struct request *rq, json_t *now, json_t *list)
{
	json_t *values = json_object(), *district, *value;
	size_t i;

	for (size_t f = 0; f < RULES; f++) {
		const char *list_name = list_of(rules[f].name);
		value = json_object_get(now, rules[f].name);
		if (list_name != NULL)
			json_object_set_new(values, rules[f].name,
			    json_string(residence_listed(json_string_value(json_object_get(now, list_name)),
			        strchr(rules[f].name, '_') + 1) ? "1" : ""));
		else if (json_is_boolean(value))
			json_object_set_new(values, rules[f].name, json_string(json_is_true(value) ? "1" : ""));
		else
			json_object_set(values, rules[f].name, value);
	}
	json_array_foreach(list, i, district) {
		value = json_object_get(district, "threshold");
		json_object_set(values, district_name(rq, district),
		    json_is_null(value) ? json_string("") : value);
	}
	json_object_set(values, "after", json_object_get(now, "version"));
	return values;
}

static void
show_districts(struct request *rq, json_t *list)
{
	json_t *form = json_object_get(rq->page, "form"), *shown = json_array(), *district;
	size_t i;

	json_array_foreach(list, i, district) {
		json_t *field = json_object_get(form, district_name(rq, district));
		json_array_append_new(shown,
		    json_pack("{s:s, s:O, s:O, s:O}", "field", district_name(rq, district), "name",
		        json_object_get(district, "name"), "value", json_object_get(field, "value"), "error",
		        json_object_get(field, "error")));
	}
	json_object_set_new(rq->page, "district_fields", shown);
	json_object_set_new(rq->page, "has_districts", json_boolean(json_array_size(shown) > 0));
}

static void
show_form(struct request *rq, json_t *now, json_t *list, json_t *values)
{
	show_settings(rq, "rules");
	form_show(rq, fields_for(rq, list), values);
	show_districts(rq, list);
	json_object_set(rq->page, "version", json_object_get(now, "version"));
	json_object_set(rq->page, "created_at", json_object_get(now, "created_at"));
}

void
page_settings(struct request *rq)
{
	json_t *now = rules_find(rq->db, rq->community_id, 0), *list = districts(rq->db, rq->community_id);

	if (now == NULL) {
		request_fail(rq, "a community has no rules");
		return;
	}
	json_t *values = values_of(rq, now, list);
	show_form(rq, now, list, values);
	json_object_update(rq->data, now);
	for (size_t f = 0; f < RULES; f++)
		if (list_of(rules[f].name) != NULL) {
			json_object_del(rq->data, list_of(rules[f].name));
			json_object_set_new(rq->data, rules[f].name,
			    json_boolean(*json_string_value(json_object_get(values, rules[f].name)) != '\0'));
		}
	json_object_set_new(rq->data, "districts", list);
	reply_view(rq, 200, "moderation/settings");
}

/* A value in words: switches as yes or no, an empty text as a dash. */
static const char *
words_of(const struct field *field, const char *value)
{
	if (field->choices == on)
		return *value != '\0' ? _("yes") : _("no");
	if (field->choices == signers)
		return str_eq(value, "residents") ? _("residents of the community") : _("anyone identified");
	return *value != '\0' ? value : "—";
}

static const char *
text_of(struct request *rq, json_t *values, const char *name)
{
	json_t *value = json_object_get(values, name);

	return json_is_integer(value)
	    ? str_fmt(rq->pool, "%" JSON_INTEGER_FORMAT, json_integer_value(value))
	    : json_is_string(value) ? json_string_value(value) : "";
}

/* What the sent form would change, and the form itself to be sent again. A district's 0 is the city's. */
static void
show_changes(struct request *rq, const struct field *fields, json_t *before)
{
	json_t *changes = json_array(), *kept = json_array();

	for (const struct field *f = fields; f->name != NULL; f++) {
		const char *was = text_of(rq, before, f->name), *is = form_text(rq, f->name);
		if (str_eq(f->name, "do"))
			continue;
		json_array_append_new(kept, json_pack("{s:s, s:s}", "name", f->name, "value", is));
		if (str_eq(f->name, "after"))
			continue;
		if (str_starts(f->name, "district_") && str_eq(is, "0"))
			is = "";
		if (!str_eq(was, is))
			json_array_append_new(changes,
			    json_pack("{s:s, s:s, s:s, s:b}", "label", _(f->label), "was", words_of(f, was), "is",
			        words_of(f, is), "district", str_starts(f->name, "district_")));
	}
	json_object_set_new(rq->page, "changes", changes);
	json_object_set_new(rq->page, "has_changes", json_boolean(json_array_size(changes) > 0));
	json_object_set_new(rq->page, "kept", kept);
}

static void
save(struct request *rq, const struct field *fields, json_t *list)
{
	json_t *values = json_object(), *thresholds = json_object(), *district;
	size_t i;

	json_object_set_new(values, "residence_kinds", listed(rq, KIND));
	json_object_set_new(values, "residence_categories", listed(rq, CATEGORY));
	for (const struct field *f = fields; f < fields + RULES; f++)
		json_object_set_new(values, f->name,
		    f->choices == on ? json_boolean(str_eq(form_text(rq, f->name), "1"))
		    : f->kind == FIELD_NUMBER
		        ? json_integer(form_number(rq, f->name))
		        : json_string(form_text(rq, f->name)));
	json_array_foreach(list, i, district) {
		int64_t own = form_number(rq, district_name(rq, district));
		const char *number = district_name(rq, district) + strlen("district_");
		if (own > 0)
			json_object_set_new(thresholds, number, json_integer(own));
	}
	switch (rules_save(rq->db, rq->community_id, rq->session.person, form_number(rq, "after"), values,
	    thresholds)) {
	case RULES_SAVED:
		json_object_set_new(rq->data, "version", json_integer(form_number(rq, "after") + 1));
		flash(rq, _("The rules are saved. They count for petitions that are published from now on."));
		reply_see_other(rq, "/moderation/settings");
		break;
	case RULES_CHANGED:
		reply_problem(rq, 409, "changed",
		    _("Somebody has saved other rules meanwhile. Open the settings again and look."));
		break;
	case RULES_FAILED: request_fail(rq, "rules could not be saved"); break;
	}
}

void
post_settings(struct request *rq)
{
	json_t *now = rules_find(rq->db, rq->community_id, 0), *list = districts(rq->db, rq->community_id);
	const struct field *fields = fields_for(rq, list);

	if (now == NULL || !form_read(rq, fields))
		return;
	bool hides = str_eq(form_text(rq, "hide_minors"), "1") || str_eq(form_text(rq, "hide_on_request"), "1");
	if (hides && *form_text(rq, "hide_ground") == '\0')
		form_error(rq, "hide_ground", _("Name the law that allows to hide names: everyone sees it."));
	if (str_eq(form_text(rq, "who_may_sign"), "residents") &&
	    (*json_string_value(listed(rq, KIND)) == '\0' || *json_string_value(listed(rq, CATEGORY)) == '\0'))
		form_error(rq, KIND "provider", _("Choose at least one way to know residence and one ground: nobody could sign."));
	const char *step = form_text(rq, "do");
	if (form_right(rq) && form_number(rq, "after") != json_integer_value(json_object_get(now, "version"))) {
		reply_problem(rq, 409, "changed",
		    _("Somebody has saved other rules meanwhile. Open the settings again and look."));
	} else if (!form_right(rq)) {
		if (!rq->json)
			show_form(rq, now, list, NULL);
		reply_invalid(rq, "moderation/settings");
	} else if (rq->json || str_eq(step, "save")) {
		save(rq, fields, list);
	} else if (str_eq(step, "edit")) {
		show_form(rq, now, list, NULL);
		reply_view(rq, 200, "moderation/settings");
	} else {
		show_settings(rq, "rules");
		show_changes(rq, fields, values_of(rq, now, list));
		reply_view(rq, 200, "moderation/settings-preview");
	}
}
