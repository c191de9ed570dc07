/* /moderation/settings/staff: who works at the desk; giving roles and ending them. */
#include "moderation.h"

#include <string.h>

#include "civic/staff.h"
#include "settings.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field staff_fields[] = {
	{ "items", JSON_KIND_LIST, "who has a role now, by role and name" },
	{ "items[].person_id", JSON_KIND_INT, "number of the person" },
	{ "items[].name", JSON_KIND_TEXT, "family name and given name" },
	{ "items[].role", JSON_KIND_TEXT, "moderator, clerk or administrator" },
	{ "items[].since", JSON_KIND_TIME, "since when" },
	{ "found", JSON_KIND_LIST, "with ?q=…: people who logged in here, by the beginning of their names" },
	{ "found[].person_id", JSON_KIND_INT, "number of the person" },
	{ "found[].name", JSON_KIND_TEXT, "family name and given name" },
	{ "found[].roles", JSON_KIND_TEXT, "the roles that they have, with spaces between" },
	{ 0 },
};

static const struct field fields[] = {
	{ "person", FIELD_NUMBER, 1, 999999999999999, .label = N_("Number of the person") },
	{ "role", FIELD_CHOICE, 1, 20, .choices = staff_roles, .label = N_("Role") },
	{ 0 },
};

static json_t *
member_row(struct request *rq, json_t *item)
{
	const char *role = json_string_value(json_object_get(item, "role"));
	bool own = str_eq(role, "administrator") &&
	    json_integer_value(json_object_get(item, "person_id")) == rq->session.person;

	return json_pack("{s:O, s:O, s:O, s:s, s:O, s:b}", "number", json_object_get(item, "person_id"), "name",
	    json_object_get(item, "name"), "role", json_object_get(item, "role"), "role_label",
	    staff_role_label(role), "since", json_object_get(item, "since"), "may_end", !own);
}

static json_t *
found_row(json_t *item)
{
	const char *roles = json_string_value(json_object_get(item, "roles"));
	json_t *free = json_array(), *has = json_array();

	for (const char *const *role = staff_roles; *role != NULL; role++)
		json_array_append_new(strstr(roles, *role) != NULL ? has : free,
		    json_pack("{s:s, s:s}", "role", *role, "label", staff_role_label(*role)));
	return json_pack("{s:O, s:O, s:o, s:o}", "number", json_object_get(item, "person_id"), "name",
	    json_object_get(item, "name"), "free", free, "has", has);
}

void
page_staff(struct request *rq)
{
	const char *words = query_text(rq, "q");
	bool asked = !str_empty(words) && strlen(words) <= STAFF_WORDS_MAX * 4;
	json_t *items = staff_list(rq->db, rq->community_id), *item;
	json_t *found = asked ? staff_find(rq->db, rq->pool, rq->community_id, words) : json_array();
	json_t *members = json_array(), *people = json_array();
	size_t i;

	json_array_foreach(items, i, item)
		json_array_append_new(members, member_row(rq, item));
	json_array_foreach(found, i, item)
		json_array_append_new(people, found_row(item));
	show_settings(rq, "staff");
	json_object_set_new(rq->data, "items", items);
	json_object_set_new(rq->data, "found", found);
	json_object_set_new(rq->page, "members", members);
	json_object_set_new(rq->page, "people", people);
	json_object_set_new(rq->page, "query", asked ? json_string(words) : json_null());
	json_object_set_new(rq->page, "has_people", json_boolean(json_array_size(people) > 0));
	reply_view(rq, 200, "moderation/staff");
}

static void
change(struct request *rq, const char *message,
    enum staff_result (*run)(struct db *db, int64_t community, int64_t administrator, int64_t person,
        const char *role))
{
	if (!form_read(rq, fields))
		return;
	if (!form_right(rq)) {
		if (rq->json)
			reply_invalid(rq, "");
		else
			reply_problem(rq, 422, "invalid", _("Choose a person and a role."));
		return;
	}
	switch (run(rq->db, rq->community_id, rq->session.person, form_number(rq, "person"),
	    form_text(rq, "role"))) {
	case STAFF_DONE: reply_set(rq, "staff", message); break;
	case STAFF_ALREADY:
		reply_problem(rq, 409, "already",
		    _("The roles have changed meanwhile. Open the page again and look."));
		break;
	case STAFF_OWN:
		reply_problem(rq, 409, "own-role",
		    _("Nobody ends their own administrator’s role: another administrator does."));
		break;
	case STAFF_LOST:
		reply_problem(rq, 403, "forbidden", _("Your account may not do this in this community."));
		break;
	case STAFF_FULL: reply_problem(rq, 409, "too-many", _("Too many roles are given already.")); break;
	case STAFF_UNKNOWN:
		reply_problem(rq, 404, "not-found", _("Nobody of this number has logged in here."));
		break;
	case STAFF_FAILED: request_fail(rq, "a role could not be changed"); break;
	}
}

void
post_staff(struct request *rq)
{
	change(rq, _("The role is given. It counts at once."), staff_add);
}

void
post_staff_end(struct request *rq)
{
	change(rq, _("The role has ended. It counts at once."), staff_end);
}
