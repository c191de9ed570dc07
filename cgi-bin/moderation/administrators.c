/*
 * /moderation/administrators: the installation's owner appoints the administrators of this community, the
 * first one too, and ends their roles. Nothing else of the desk is the owner's.
 */
#include "moderation.h"

#include "civic/staff.h"
#include "settings.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field administrators_fields[] = {
	{ "items", JSON_KIND_LIST, "the community's administrators now, by name" },
	{ "items[].person_id", JSON_KIND_INT, "number of the person" },
	{ "items[].name", JSON_KIND_TEXT, "family name and given name" },
	{ "items[].since", JSON_KIND_TIME, "since when" },
	{ "items[].until", JSON_KIND_TIME, "the end where a day is given in advance, or null" },
	{ "found", JSON_KIND_LIST, "with ?q=…: people who logged in here, by the beginning of their names" },
	{ "found[].person_id", JSON_KIND_INT, "number of the person" },
	{ "found[].name", JSON_KIND_TEXT, "family name and given name" },
	{ 0 },
};

static const struct field fields[] = {
	{ "person", FIELD_NUMBER, 1, 999999999999999, .label = N_("Number of the person") },
	{ 0 },
};

/* What the owner need not know of others is left out: their other roles. */
static json_t *
without(json_t *items, const char *const *names)
{
	json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
		for (const char *const *name = names; *name != NULL; name++)
			json_object_del(item, *name);
	return items;
}

void
page_administrators(struct request *rq)
{
	json_t *items = staff_list(rq->db, rq->community_id, "administrator");

	show_found(rq);
	json_object_set_new(rq->page, "members", member_rows(rq, items));
	json_object_set_new(rq->page, "has_members", json_boolean(json_array_size(items) > 0));
	without(items, (const char *const[]){ "role", "unit", "unit_en", NULL });
	without(json_object_get(rq->data, "found"), (const char *const[]){ "roles", NULL });
	json_object_set_new(rq->data, "items", items);
	reply_view(rq, 200, "moderation/administrators");
}

static void
change(struct request *rq, const char *message,
    enum staff_result (*run)(struct db *db, const struct staff_change *change))
{
	if (!form_read(rq, fields))
		return;
	if (!form_right(rq)) {
		if (rq->json)
			reply_invalid(rq, "");
		else
			reply_problem(rq, 422, "invalid", _("Choose a person."));
		return;
	}
	enum staff_result result = run(rq->db,
	    &(struct staff_change){ .community = rq->community_id, .actor = rq->session.person, .owner = true,
	        .person = form_number(rq, "person"), .role = "administrator" });
	if (result != STAFF_DONE) {
		reply_staff(rq, result);
		return;
	}
	json_object_set_new(rq->data, "done", json_true());
	flash(rq, message);
	reply_see_other(rq, "/moderation/administrators");
}

void
post_administrator(struct request *rq)
{
	change(rq, _("The role is given. It counts at once."), staff_add);
}

void
post_administrator_end(struct request *rq)
{
	change(rq, _("The role has ended. It counts at once."), staff_end);
}
