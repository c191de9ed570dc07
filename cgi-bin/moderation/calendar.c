/* /moderation/settings/calendar: days that differ from their weekday: holidays and worked Saturdays. */
#include "moderation.h"

#include "civic/rules.h"
#include "settings.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field calendar_fields[] = {
	{ "holidays_off", JSON_KIND_BOOL, "holidays are days off (not so under martial law)" },
	{ "items", JSON_KIND_LIST, "from a year ago on, by day" },
	{ "items[].day", JSON_KIND_TEXT, "the day" },
	{ "items[].works", JSON_KIND_BOOL, "a worked day, else a day off" },
	{ "items[].name", JSON_KIND_TEXT, "its name" },
	{ 0 },
};

static const char *const kinds[] = { "off", "works", NULL };

static const struct field fields[] = {
	{ "day", FIELD_LINE, 10, 10, .pattern = DAY_PATTERN, .label = N_("Day") },
	{ "kind", FIELD_CHOICE, 1, 10, .choices = kinds, .label = N_("What it is") },
	{ "name", FIELD_LINE, 2, 120, .label = N_("Name of the day") },
	{ 0 },
};
static const struct field day_field[] = {
	{ "day", FIELD_LINE, 10, 10, .pattern = DAY_PATTERN, .label = N_("Day") },
	{ 0 },
};

static void
show(struct request *rq, json_t *values)
{
	json_t *items = holidays(rq->db, rq->community_id);
	json_t *now = rules_find(rq->db, rq->community_id, 0);

	show_settings(rq, "calendar");
	form_show(rq, fields, values);
	json_object_set_new(rq->data, "items", items);
	json_object_set(rq->data, "holidays_off", json_object_get(now, "holidays_off"));
	json_object_set_new(rq->page, "has_items", json_boolean(json_array_size(items) > 0));
}

void
page_calendar(struct request *rq)
{
	show(rq, json_object());
	reply_view(rq, 200, "moderation/calendar");
}

static bool
read_day(struct request *rq, const struct field *wanted)
{
	int64_t day;

	if (!form_read(rq, wanted))
		return false;
	if (form_right(rq) && !real_day(rq->pool, form_text(rq, "day"), &day))
		form_error(rq, "day", _("There is no such day."));
	return true;
}

static void
finish(struct request *rq, bool done, const char *message)
{
	if (!done)
		request_fail(rq, "the calendar could not be changed");
	else
		reply_set(rq, "calendar", message);
}

void
post_day(struct request *rq)
{
	if (!read_day(rq, fields))
		return;
	if (form_right(rq)) {
		finish(rq,
		    holiday_set(rq->db, rq->community_id, rq->session.person, form_text(rq, "day"),
		        str_eq(form_text(rq, "kind"), "works"), form_text(rq, "name")),
		    _("The day is in the calendar. Terms that run already keep their end."));
		return;
	}
	if (!rq->json)
		show(rq, NULL);
	reply_invalid(rq, "moderation/calendar");
}

void
post_day_remove(struct request *rq)
{
	if (!read_day(rq, day_field))
		return;
	if (!form_right(rq))
		reply_problem(rq, 422, "invalid", _("There is no such day."));
	else
		finish(rq, holiday_remove(rq->db, rq->community_id, rq->session.person, form_text(rq, "day")),
		    _("The day is like any other again."));
}
