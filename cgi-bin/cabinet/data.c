/* /me/data: what is known of the person and from where; all of it to take along. */
#include "cabinet.h"

#include "civic/account.h"
#include "civic/residence.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field data_fields[] = {
	{ "given_name", JSON_KIND_TEXT, "as the provider said at your last login" },
	{ "middle_name", JSON_KIND_TEXT, "likewise; may be empty" },
	{ "family_name", JSON_KIND_TEXT, "likewise" },
	{ "numbered", JSON_KIND_BOOL, "you are told from others by a keyed hash of your tax number; else by the provider's account" },
	{ "created_at", JSON_KIND_TIME, "when you first logged in here" },
	{ "ages", JSON_KIND_LIST, "that you were at least so old; your date of birth is not kept" },
	{ "ages[].age", JSON_KIND_INT, "years" },
	{ "ages[].on_date", JSON_KIND_TEXT, "on that day" },
	{ "communities", JSON_KIND_LIST, "where you logged in" },
	{ "communities[].title", JSON_KIND_TEXT, "the community" },
	{ "communities[].residence", JSON_KIND_TEXT, "none, declared, provider, official, register" },
	{ "communities[].category", JSON_KIND_TEXT, "registered, displaced, works, studies, or null" },
	{ "communities[].confirmed_at", JSON_KIND_TIME, "when it was confirmed, or null" },
	{ "communities[].born_on", JSON_KIND_TEXT, "your date of birth, only where the community must keep it; else null" },
	{ 0 },
};

/* GET /me/data */
void
page_data(struct request *rq)
{
	json_t *known = account_known(rq->db, rq->session.person, rq->lang), *item;
	json_t *places = json_array();
	size_t i;

	if (known == NULL)
		return;
	json_array_foreach(json_object_get(known, "communities"), i, item) {
		const char *kind = json_string_value(json_object_get(item, "residence"));
		const char *category = json_string_value(json_object_get(item, "category"));
		json_array_append_new(places, json_pack("{s:O, s:s?, s:s?, s:O, s:O}", "title", json_object_get(item, "title"),
		    "how", category != NULL ? residence_kind_label(kind) : NULL,
		    "what", category != NULL ? residence_category_label(category) : NULL,
		    "confirmed_at", json_object_get(item, "confirmed_at"), "born_on", json_object_get(item, "born_on")));
	}
	json_object_update(rq->data, known);
	json_object_set_new(rq->page, "places", places);
	json_object_set_new(rq->page, "has_ages", json_boolean(json_array_size(json_object_get(known, "ages")) > 0));
	reply_view(rq, 200, "cabinet/data");
}

/* GET /me/export: one file of everything, for people and programs alike. */
void
page_export(struct request *rq)
{
	json_t *all = account_export(rq->db, rq->session.person);

	if (all == NULL)
		return;
	reply_header(rq, "Content-Disposition", "attachment; filename=\"viche-my-data.json\"");
	reply_text(rq, 200, "application/json", json_dumps(all, JSON_INDENT(2)));
}
