/* /moderation/settings/units: the departments, offices and bodies that some roles belong to. */
#include "moderation.h"

#include "civic/unit.h"
#include "settings.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field units_fields[] = {
	{ "items", JSON_KIND_LIST, "those that are open, by kind and name" },
	{ "items[].id", JSON_KIND_INT, "number: send it as unit with a role" },
	{ "items[].kind", JSON_KIND_TEXT, "department (of experts), office (of operators) or body (that fixes problems)" },
	{ "items[].name", JSON_KIND_TEXT, "name" },
	{ "items[].name_en", JSON_KIND_TEXT, "name in English" },
	{ "items[].staff", JSON_KIND_INT, "roles in it: it is closed when there are none" },
	{ 0 },
};

static const struct field fields[] = {
	{ "kind", FIELD_CHOICE, 1, 20, .choices = unit_kinds, .label = N_("Kind of unit") },
	{ "name", FIELD_LINE, 2, 160, .label = N_("Name of the unit") },
	{ "name_en", FIELD_LINE, 2, 160, .label = N_("Name in English") },
	{ 0 },
};
static const struct field close_fields[] = {
	{ "unit", FIELD_NUMBER, 1, 999999999999999, .label = N_("Number of the unit") },
	{ 0 },
};

static void
show(struct request *rq, json_t *values)
{
	json_t *items = unit_list(rq->db, rq->community_id), *rows = json_array(), *item;
	size_t i;

	json_array_foreach(items, i, item) {
		json_t *row = json_copy(item);
		json_object_set_new(row, "kind_label",
		    json_string(unit_kind_label(json_string_value(json_object_get(item, "kind")))));
		json_object_set_new(row, "may_close",
		    json_boolean(json_integer_value(json_object_get(item, "staff")) == 0));
		json_array_append_new(rows, row);
	}
	show_settings(rq, "units");
	form_show(rq, fields, values);
	json_object_set_new(rq->data, "items", items);
	json_object_set_new(rq->page, "rows", rows);
	json_object_set_new(rq->page, "has_items", json_boolean(json_array_size(items) > 0));
}

void
page_units(struct request *rq)
{
	show(rq, json_object());
	reply_view(rq, 200, "moderation/units");
}

void
post_unit(struct request *rq)
{
	if (!form_read(rq, fields))
		return;
	if (form_right(rq))
		switch (unit_add(rq->db, rq->community_id, rq->session.person, form_text(rq, "kind"),
		    form_text(rq, "name"), form_text(rq, "name_en"))) {
		case UNIT_DONE: reply_set(rq, "units", _("The unit is added.")); return;
		case UNIT_ALREADY:
			form_error(rq, "name", _("There is a unit of this kind and name already."));
			break;
		case UNIT_FULL:
			form_error(rq, "name", str_fmt(rq->pool, _("There are %d units already."), UNITS_MAX));
			break;
		case UNIT_STAFFED:
		case UNIT_FAILED: request_fail(rq, "a unit could not be added"); return;
		}
	if (!rq->json)
		show(rq, NULL);
	reply_invalid(rq, "moderation/units");
}

void
post_unit_close(struct request *rq)
{
	if (!form_read(rq, close_fields))
		return;
	if (!form_right(rq)) {
		reply_problem(rq, 422, "invalid", _("Choose a unit."));
		return;
	}
	switch (unit_close(rq->db, rq->community_id, rq->session.person, form_number(rq, "unit"))) {
	case UNIT_DONE: reply_set(rq, "units", _("The unit is closed.")); break;
	case UNIT_ALREADY:
		reply_problem(rq, 409, "already", _("There is no such unit any more. Open the page again and look."));
		break;
	case UNIT_STAFFED:
		reply_problem(rq, 409, "staffed", _("Somebody has a role in this unit. End the roles first."));
		break;
	case UNIT_FULL:
	case UNIT_FAILED: request_fail(rq, "a unit could not be closed"); break;
	}
}
