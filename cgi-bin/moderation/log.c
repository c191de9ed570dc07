/* GET /moderation/settings/log: the versions of the rules, and what administrators changed. */
#include "moderation.h"

#include <string.h>

#include "civic/rules.h"
#include "settings.h"
#include "web/i18n.h"

const struct json_field log_fields[] = {
	{ "versions", JSON_KIND_LIST, "of the rules, newest first" },
	{ "versions[].version", JSON_KIND_INT, "number" },
	{ "versions[].created_at", JSON_KIND_TIME, "since when it counts" },
	{ "versions[].author_name", JSON_KIND_TEXT, "who saved it; null: it was there from the beginning" },
	{ "versions[].threshold", JSON_KIND_INT, "signatures needed" },
	{ "versions[].term_days", JSON_KIND_INT, "days of gathering" },
	{ "events", JSON_KIND_LIST, "what administrators changed, newest first" },
	{ "events[].created_at", JSON_KIND_TIME, "when" },
	{ "events[].actor_name", JSON_KIND_TEXT, "who" },
	{ "events[].what", JSON_KIND_TEXT, "what, as a code" },
	{ "events[].detail", JSON_KIND_TEXT, "of what" },
	{ 0 },
};

static const struct {
	const char *what, *label;
} labels[] = {
	{ "rules", N_("Rules saved, version") },
	{ "district-added", N_("District added") },
	{ "district-renamed", N_("District renamed") },
	{ "holiday-set", N_("Day in the calendar") },
	{ "holiday-removed", N_("Day out of the calendar") },
	{ "staff-added", N_("Role given") },
	{ "staff-ended", N_("Role ended") },
	{ "unit-added", N_("Unit added") },
	{ "unit-closed", N_("Unit closed") },
	{ "pause", N_("Petitions stopped") },
	{ "resume", N_("Petitions go on") },
};

static const char *
label_of(const char *what)
{
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (str_eq(labels[i].what, what))
			return _(labels[i].label);
	return what;
}

/* Of an event about roles ("clerk: NAME"): the role in words apart, and the rest. */
static void
show_role(struct request *rq, json_t *row)
{
	const char *detail = json_string_value(json_object_get(row, "detail"));
	size_t len = strcspn(detail, ":");

	json_object_set_new(row, "role", json_null());
	if (!str_starts(json_string_value(json_object_get(row, "what")), "staff-"))
		return;
	for (const char *const *role = staff_roles; *role != NULL; role++)
		if (strlen(*role) == len && strncmp(*role, detail, len) == 0) {
			json_object_set_new(row, "role", json_string(staff_role_label(*role)));
			json_object_set_new(row, "detail", json_string(str_dup(rq->pool, detail + len + 2)));
		}
}

void
page_log(struct request *rq)
{
	json_t *versions = rules_versions(rq->db, rq->community_id);
	json_t *events = admin_log(rq->db, rq->community_id), *event, *rows = json_array();
	size_t i;

	json_array_foreach(events, i, event) {
		json_t *row = json_copy(event);
		json_object_set_new(row, "label",
		    json_string(label_of(json_string_value(json_object_get(event, "what")))));
		show_role(rq, row);
		json_array_append_new(rows, row);
	}
	show_settings(rq, "log");
	json_object_set_new(rq->data, "versions", versions);
	json_object_set_new(rq->data, "events", events);
	json_object_set_new(rq->page, "rows", rows);
	json_object_set_new(rq->page, "has_rows", json_boolean(json_array_size(rows) > 0));
	reply_view(rq, 200, "moderation/log");
}
