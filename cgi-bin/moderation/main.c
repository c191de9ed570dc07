/*
 * moderation: the desk of a community's staff: what waits, and what moderators, clerks and
 * administrators do.
 */
#include "moderation.h"

#include "civic/enter.h"
#include "settings.h"

#define PETITION "/moderation/petitions/{id}"
#define SETTINGS "/moderation/settings"

static const struct route routes[] = {
	{ GET, "/moderation", page_queue, STAFF, FACE_HTML },
	{ GET, "/moderation/queue", page_queue, STAFF, FACE_JSON, .fields = queue_fields },
	{ GET, PETITION, page_petition, STAFF, .fields = review_fields },
	{ POST, PETITION "/claim", post_claim, MODERATOR | CLERK, .fields = claim_fields },
	{ POST, PETITION "/release", post_release, MODERATOR | CLERK, .fields = claim_fields },
	{ POST, PETITION "/publish", post_publish, MODERATOR, .fields = decided_fields },
	{ POST, PETITION "/return", post_return, MODERATOR, .fields = decided_fields },
	{ POST, PETITION "/refuse", post_refuse, MODERATOR, .fields = decided_fields },
	{ POST, PETITION "/undo", post_undo, MODERATOR, .fields = decided_fields },
	{ GET, PETITION "/suspend", page_suspend, MODERATOR, FACE_HTML },
	{ POST, PETITION "/suspend", post_suspend, MODERATOR, .fields = decided_fields },
	{ POST, PETITION "/resume", post_resume, MODERATOR, .fields = decided_fields },
	{ GET, PETITION "/hide", page_hide, MODERATOR, FACE_HTML },
	{ POST, PETITION "/hide", post_hide, MODERATOR, .fields = decided_fields },
	{ POST, PETITION "/restore", post_restore, MODERATOR, .fields = decided_fields },
	{ GET, PETITION "/join", page_join, MODERATOR, FACE_HTML },
	{ POST, PETITION "/join", post_join, MODERATOR, .fields = join_fields },
	{ POST, "/moderation/joins/{id}/withdraw", post_join_withdraw, MODERATOR, .fields = join_withdrawn_fields },
	{ GET, PETITION "/start", page_start, CLERK, FACE_HTML },
	{ POST, PETITION "/start", post_start, CLERK, .fields = decided_fields },
	{ GET, PETITION "/answer", page_answer, CLERK, FACE_HTML },
	{ POST, PETITION "/answer", post_answer, CLERK, .body_max = MEDIA_BODY_MAX,
	    .fields = decided_fields },
	{ POST, PETITION "/implement", post_implement, CLERK, .fields = decided_fields },
	{ POST, PETITION "/finish", post_finish, CLERK, .fields = decided_fields },
	{ GET, PETITION "/milestone", page_milestone, CLERK, FACE_HTML },
	{ POST, PETITION "/milestone", post_milestone, CLERK, .body_max = MEDIA_BODY_MAX,
	    .fields = milestone_fields },
	{ POST, "/moderation/milestones/{id}/pictures", post_picture, CLERK, .body_max = MEDIA_BODY_MAX,
	    .fields = picture_fields },
	{ GET, PETITION "/sheet", page_sheet, STAFF, .fields = sheet_fields },
	{ GET, "/moderation/statistics", page_statistics, STAFF, .fields = statistics_fields },
	/* Who changes the rules, the roles or the service has just proved who they are. */
	{ GET, "/moderation/residence", page_residence_queue, CLERK | ADMINISTRATOR, .fields = residence_queue_fields },
	{ GET, "/moderation/residence/{id}", page_resident, CLERK | ADMINISTRATOR, .fields = resident_fields },
	{ POST, "/moderation/residence/{id}", post_resident, CLERK | ADMINISTRATOR,
	    .fields = residence_done_fields },
	{ GET, SETTINGS, page_settings, ADMINISTRATOR, FRESH, .fields = rules_fields, .intent = "settings" },
	{ POST, SETTINGS, post_settings, ADMINISTRATOR, FRESH, .fields = saved_fields },
	{ GET, SETTINGS "/districts", page_districts, ADMINISTRATOR, FRESH, .fields = districts_fields,
	    .intent = "districts" },
	{ POST, SETTINGS "/districts", post_district, ADMINISTRATOR, FRESH, .fields = done_fields },
	{ POST, SETTINGS "/districts/{id}", post_district_name, ADMINISTRATOR, FRESH, .fields = done_fields },
	{ GET, SETTINGS "/calendar", page_calendar, ADMINISTRATOR, FRESH, .fields = calendar_fields,
	    .intent = "calendar" },
	{ POST, SETTINGS "/calendar", post_day, ADMINISTRATOR, FRESH, .fields = done_fields },
	{ POST, SETTINGS "/calendar/remove", post_day_remove, ADMINISTRATOR, FRESH, .fields = done_fields },
	{ GET, SETTINGS "/staff", page_staff, ADMINISTRATOR, FRESH, .fields = staff_fields, .intent = "staff" },
	{ POST, SETTINGS "/staff", post_staff, ADMINISTRATOR, FRESH, .fields = done_fields },
	{ POST, SETTINGS "/staff/end", post_staff_end, ADMINISTRATOR, FRESH, .fields = done_fields },
	{ GET, SETTINGS "/units", page_units, ADMINISTRATOR, FRESH, .fields = units_fields, .intent = "units" },
	{ POST, SETTINGS "/units", post_unit, ADMINISTRATOR, FRESH, .fields = done_fields },
	{ POST, SETTINGS "/units/close", post_unit_close, ADMINISTRATOR, FRESH, .fields = done_fields },
	{ GET, SETTINGS "/pause", page_pause, ADMINISTRATOR, FRESH, .fields = pause_fields, .intent = "pause" },
	{ POST, SETTINGS "/pause", post_pause, ADMINISTRATOR, FRESH, .fields = done_fields },
	{ POST, SETTINGS "/pause/end", post_pause_end, ADMINISTRATOR, FRESH, .fields = done_fields },
	{ GET, "/moderation/administrators", page_administrators, OWNER, FRESH, .fields = administrators_fields,
	    .intent = "owner" },
	{ POST, "/moderation/administrators", post_administrator, OWNER, FRESH, .fields = done_fields },
	{ POST, "/moderation/administrators/end", post_administrator_end, OWNER, FRESH, .fields = done_fields },
	{ GET, SETTINGS "/log", page_log, ADMINISTRATOR, .fields = log_fields },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return app_run(&(struct app){ .name = "moderation",
	                   .routes = routes,
	                   .enter = civic_enter,
	                   .login = civic_login },
	    argc, argv);
}
