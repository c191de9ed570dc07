/* /moderation/settings/staff: who has a role; giving roles and ending them. */
#include "moderation.h"

#include <string.h>

#include "base/workdays.h"
#include "civic/unit.h"
#include "settings.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field staff_fields[] = {
	{ "items", JSON_KIND_LIST, "who has a role now, by role and name" },
	{ "items[].person_id", JSON_KIND_INT, "number of the person" },
	{ "items[].name", JSON_KIND_TEXT, "family name and given name" },
	{ "items[].role", JSON_KIND_TEXT, "moderator, clerk, expert, operator, body or administrator" },
	{ "items[].unit", JSON_KIND_TEXT, "the department, office or body of the role, or null" },
	{ "items[].unit_en", JSON_KIND_TEXT, "its name in English, or null" },
	{ "items[].since", JSON_KIND_TIME, "since when" },
	{ "items[].until", JSON_KIND_TIME, "its end where a day is given in advance, or null" },
	{ "found", JSON_KIND_LIST, "with ?q=…: people who logged in here, by the beginning of their names" },
	{ "found[].person_id", JSON_KIND_INT, "number of the person" },
	{ "found[].name", JSON_KIND_TEXT, "family name and given name" },
	{ "found[].roles", JSON_KIND_TEXT, "the roles that they have, with spaces between" },
	{ 0 },
};

#define PERSON_FIELD { "person", FIELD_NUMBER, 1, 999999999999999, .label = N_("Number of the person") }
#define ROLE_FIELD { "role", FIELD_CHOICE, 1, 20, .choices = staff_roles, .label = N_("Role") }
#define UNTIL_FIELD { "until", FIELD_LINE, 0, 10, .pattern = "(" DAY_PATTERN ")?", .label = N_("Last day of the role") }

static const struct field give_fields[] = {
	PERSON_FIELD,
	ROLE_FIELD,
	{ "unit", FIELD_NUMBER, 0, 999999999999999, .label = N_("Department, office or body") },
	UNTIL_FIELD,
	{ 0 },
};
static const struct field end_fields[] = { PERSON_FIELD, ROLE_FIELD, UNTIL_FIELD, { 0 } };

static bool
english(const struct request *rq)
{
	return rq->lang == LANG_EN;
}

json_t *
member_rows(struct request *rq, json_t *items)
{
	json_t *rows = json_array(), *item;
	size_t i;

	json_array_foreach(items, i, item) {
		const char *role = json_string_value(json_object_get(item, "role"));
		bool own = str_eq(role, "administrator") &&
		    json_integer_value(json_object_get(item, "person_id")) == rq->session.person;
		json_array_append_new(rows,
		    json_pack("{s:O, s:O, s:O, s:s, s:O, s:s, s:O, s:O, s:b}", "number",
		        json_object_get(item, "person_id"), "name", json_object_get(item, "name"), "role",
		        json_object_get(item, "role"), "role_label", staff_role_label(role), "unit",
		        json_object_get(item, english(rq) ? "unit_en" : "unit"), "unit_lang",
		        english(rq) ? "en" : "uk", "since", json_object_get(item, "since"), "until",
		        json_object_get(item, "until"), "may_end", !own));
	}
	return rows;
}

/* Of those found: number, name, and their roles in words. */
json_t *
found_rows(json_t *found)
{
	json_t *rows = json_array(), *item;
	size_t i;

	json_array_foreach(found, i, item) {
		const char *roles = json_string_value(json_object_get(item, "roles"));
		json_t *has = json_array();
		bool administers = false;
		for (const char *const *role = staff_roles; *role != NULL; role++)
			if (strstr(roles, *role) != NULL) {
				json_array_append_new(has, json_pack("{s:s}", "label", staff_role_label(*role)));
				administers |= str_eq(*role, "administrator");
			}
		json_array_append_new(rows,
		    json_pack("{s:O, s:O, s:o, s:b}", "number", json_object_get(item, "person_id"), "name",
		        json_object_get(item, "name"), "has", has, "administers", administers));
	}
	return rows;
}

/* The person whom ?person=… chose, and the form that gives them a role. */
static void
show_giving(struct request *rq, int64_t person, json_t *values)
{
	json_t *one = person != 0 ? staff_member(rq->db, rq->community_id, person) : NULL;
	json_t *roles = json_array(), *units = json_array(), *list, *unit;
	size_t i;

	json_object_set_new(rq->page, "chosen", json_null());
	if (one == NULL)
		return;
	form_show(rq, give_fields, values);
	list = json_array();
	json_array_append(list, one);
	json_object_set(rq->page, "chosen", json_array_get(found_rows(list), 0));
	json_t *sent = values != NULL ? values : rq->form;
	for (const char *const *role = staff_roles; *role != NULL; role++)
		json_array_append_new(roles,
		    json_pack("{s:s, s:s, s:b}", "role", *role, "label", staff_role_label(*role), "chosen",
		        str_eq(*role, json_string_value(json_object_get(sent, "role")))));
	json_array_foreach(unit_list(rq->db, rq->community_id), i, unit)
		json_array_append_new(units,
		    json_pack("{s:O, s:s, s:O, s:b}", "id", json_object_get(unit, "id"), "kind",
		        unit_kind_label(json_string_value(json_object_get(unit, "kind"))), "name",
		        json_object_get(unit, english(rq) ? "name_en" : "name"), "chosen",
		        json_integer_value(json_object_get(unit, "id")) ==
		            json_integer_value(json_object_get(sent, "unit"))));
	json_object_set_new(rq->page, "roles", roles);
	json_object_set_new(rq->page, "has_units", json_boolean(json_array_size(units) > 0));
	json_object_set_new(rq->page, "units", units);
}

void
show_found(struct request *rq)
{
	const char *words = query_text(rq, "q");
	bool asked = !str_empty(words) && strlen(words) <= STAFF_WORDS_MAX * 4;
	json_t *found = asked ? staff_find(rq->db, rq->pool, rq->community_id, words) : json_array();

	json_object_set(rq->data, "found", found);
	json_object_set_new(rq->page, "people", found_rows(found));
	json_object_set_new(rq->page, "query", asked ? json_string(words) : json_null());
	json_object_set_new(rq->page, "has_people", json_boolean(json_array_size(found) > 0));
}

static void
show(struct request *rq, int64_t person, json_t *values)
{
	json_t *items = staff_list(rq->db, rq->community_id, NULL);

	show_settings(rq, "staff");
	show_found(rq);
	json_object_set_new(rq->page, "has_errors", json_false());
	show_giving(rq, person, values);
	json_object_set_new(rq->page, "members", member_rows(rq, items));
	json_object_set_new(rq->data, "items", items);
}

void
page_staff(struct request *rq)
{
	show(rq, query_int(rq, "person", 1, INT64_MAX, 0), json_object());
	reply_view(rq, 200, "moderation/staff");
}

bool
last_day(struct request *rq, time_t *until)
{
	const char *text = form_text(rq, "until");
	int64_t day;

	*until = 0;
	if (!form_right(rq) || *text == '\0')
		return form_right(rq);
	int64_t today = day_of(staff_clock(rq->db));
	if (!real_day(rq->pool, text, &day))
		form_error(rq, "until", _("There is no such day."));
	else if (day < today || day > today + STAFF_DAYS_MAX)
		form_error(rq, "until", _("Choose today or a later day, at most ten years ahead."));
	else
		*until = day_end(day);
	return form_right(rq);
}

void
reply_staff(struct request *rq, enum staff_result result)
{
	switch (result) {
	case STAFF_ALREADY:
		reply_problem(rq, 409, "already",
		    _("The roles have changed meanwhile. Open the page again and look."));
		break;
	case STAFF_OWN:
		reply_problem(rq, 409, "own-role",
		    _("Nobody gives or ends their own administrator’s role: somebody else does."));
		break;
	case STAFF_LOST:
		reply_problem(rq, 403, "forbidden", _("Your account may not do this in this community."));
		break;
	case STAFF_FULL: reply_problem(rq, 409, "too-many", _("Too many roles are given already.")); break;
	case STAFF_UNKNOWN:
		reply_problem(rq, 404, "not-found", _("Nobody of this number has logged in here."));
		break;
	case STAFF_DONE:
	case STAFF_UNIT:
	case STAFF_FAILED: request_fail(rq, "a role could not be changed"); break;
	}
}

static void
unit_error(struct request *rq)
{
	const char *kind = staff_role_unit(form_text(rq, "role"));

	form_error(rq, "unit",
	    kind == NULL ? _("This role belongs to no unit: choose none.")
	                 : str_fmt(rq->pool, _("This role needs a unit of this kind: %s."), unit_kind_label(kind)));
}

/* A role that is not one of ours, in a form that is not right, has no unit to ask for. */
static bool
lacks_unit(const struct request *rq)
{
	for (const char *const *role = staff_roles; *role != NULL; role++)
		if (str_eq(*role, form_text(rq, "role")))
			return staff_role_unit(*role) != NULL && form_number(rq, "unit") == 0;
	return false;
}

void
post_staff(struct request *rq)
{
	time_t until;

	if (!form_read(rq, give_fields))
		return;
	bool right = last_day(rq, &until);
	if (lacks_unit(rq))
		unit_error(rq);
	if (right && form_right(rq)) {
		enum staff_result result = staff_add(rq->db,
		    &(struct staff_change){ .community = rq->community_id, .actor = rq->session.person,
		        .person = form_number(rq, "person"), .role = form_text(rq, "role"),
		        .unit = form_number(rq, "unit"), .until = until });
		if (result == STAFF_DONE)
			reply_set(rq, "staff", _("The role is given. It counts at once."));
		else if (result != STAFF_UNIT)
			reply_staff(rq, result);
		if (result != STAFF_UNIT)
			return;
		unit_error(rq);
	}
	if (!rq->json)
		show(rq, form_number(rq, "person"), NULL);
	if (!rq->json && json_is_null(json_object_get(rq->page, "chosen")))
		reply_problem(rq, 422, "invalid", _("Choose a person and a role."));
	else
		reply_invalid(rq, "moderation/staff");
}

void
post_staff_end(struct request *rq)
{
	time_t until;

	if (!form_read(rq, end_fields))
		return;
	if (!last_day(rq, &until)) {
		if (rq->json)
			reply_invalid(rq, "");
		else
			reply_problem(rq, 422, "invalid", _("Choose a person, a role and a day that is not over."));
		return;
	}
	enum staff_result result = staff_end(rq->db,
	    &(struct staff_change){ .community = rq->community_id, .actor = rq->session.person,
	        .person = form_number(rq, "person"), .role = form_text(rq, "role"), .until = until });
	if (result == STAFF_DONE)
		reply_set(rq, "staff",
		    until == 0 ? _("The role has ended. It counts at once.") : _("The role ends with that day."));
	else
		reply_staff(rq, result);
}
