/* /moderation/settings/districts: the districts that a petition may be for; …/districts/{id}: another name. */
#include "moderation.h"

#include "civic/rules.h"
#include "settings.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field districts_fields[] = {
	{ "items", JSON_KIND_LIST, "by name" },
	{ "items[].id", JSON_KIND_INT, "number" },
	{ "items[].name", JSON_KIND_TEXT, "name" },
	{ "items[].name_en", JSON_KIND_TEXT, "name in English" },
	{ "items[].threshold", JSON_KIND_INT, "signatures needed; null: as many as for the whole community" },
	{ "items[].petitions", JSON_KIND_INT, "public petitions for it" },
	{ 0 },
};

static const struct field fields[] = {
	{ "name", FIELD_LINE, 2, 120, .label = N_("Name of the district") },
	{ "name_en", FIELD_LINE, 2, 120, .label = N_("Name in English") },
	{ 0 },
};

static void
show(struct request *rq, json_t *values)
{
	json_t *items = districts(rq->db, rq->community_id);

	show_settings(rq, "districts");
	form_show(rq, fields, values);
	json_object_set_new(rq->data, "items", items);
	json_object_set_new(rq->page, "renamed", json_null());
	json_object_set_new(rq->page, "has_items", json_boolean(json_array_size(items) > 0));
}

void
page_districts(struct request *rq)
{
	show(rq, json_object());
	reply_view(rq, 200, "moderation/districts");
}

void
post_district(struct request *rq)
{
	if (!form_read(rq, fields))
		return;
	if (form_right(rq) && !district_add(rq->db, rq->community_id, rq->session.person,
	        form_text(rq, "name"), form_text(rq, "name_en"))) {
		if (db_failed(rq->db)) {
			request_fail(rq, "a district could not be added");
			return;
		}
		form_error(rq, "name", str_fmt(rq->pool,
		    _("There is such a district already, or there are %d of them."), DISTRICTS_MAX));
	}
	if (form_right(rq)) {
		reply_set(rq, "districts", _("The district is added. Its own threshold is set among the rules."));
		return;
	}
	if (!rq->json)
		show(rq, NULL);
	reply_invalid(rq, "moderation/districts");
}

/* POST /moderation/settings/districts/{id} */
void
post_district_name(struct request *rq)
{
	if (!form_read(rq, fields))
		return;
	if (form_right(rq))
		switch (district_rename(rq->db, rq->community_id, rq->session.person, path_id(rq),
		    form_text(rq, "name"), form_text(rq, "name_en"))) {
		case RENAME_DONE: reply_set(rq, "districts", _("The district has its new name.")); return;
		case RENAME_TAKEN: form_error(rq, "name", _("There is another district of this name.")); break;
		case RENAME_UNKNOWN: reply_not_found(rq); return;
		case RENAME_FAILED: request_fail(rq, "a district could not be renamed"); return;
		}
	if (!rq->json) {
		show(rq, NULL);
		json_object_set_new(rq->page, "renamed", json_integer(path_id(rq)));
	}
	reply_invalid(rq, "moderation/districts");
}
