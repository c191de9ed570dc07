/* What the administrator's pages share. */
#include "moderation.h"
#include "settings.h"

const struct json_field done_fields[] = {
	{ "done", JSON_KIND_BOOL, "true" },
	{ 0 },
};

void
show_settings(struct request *rq, const char *current)
{
	static const char *const tabs[] = { "rules", "districts", "calendar", "staff", "units", "pause", "log" };
	json_t *model = json_object();

	for (size_t i = 0; i < sizeof tabs / sizeof *tabs; i++)
		json_object_set_new(model, tabs[i], json_boolean(str_eq(tabs[i], current)));
	json_object_set_new(rq->page, "tab", model);
	show_sections(rq, "settings");
}

void
reply_set(struct request *rq, const char *page, const char *message)
{
	json_object_set_new(rq->data, "done", json_true());
	flash(rq, message);
	reply_see_other(rq, "/moderation/settings/%s", page);
}
