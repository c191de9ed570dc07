/*
 * settings: the administrator's pages: /moderation/settings and below.
 */
#ifndef VICHE_CGI_MODERATION_SETTINGS_H
#define VICHE_CGI_MODERATION_SETTINGS_H

#include <time.h>

#include "civic/staff.h"
#include "web/request.h"

/* The chips of the settings: rules, districts, calendar, staff, units, pause or log is current. */
void show_settings(struct request *rq, const char *current);

void page_settings(struct request *rq);
void post_settings(struct request *rq);
void page_districts(struct request *rq);
void post_district(struct request *rq);
void post_district_name(struct request *rq);
void page_calendar(struct request *rq);
void post_day(struct request *rq);
void post_day_remove(struct request *rq);
void page_staff(struct request *rq);
void post_staff(struct request *rq);
void post_staff_end(struct request *rq);
void page_units(struct request *rq);
void post_unit(struct request *rq);
void post_unit_close(struct request *rq);
void page_pause(struct request *rq);
void post_pause(struct request *rq);
void post_pause_end(struct request *rq);
void page_log(struct request *rq);

extern const struct json_field rules_fields[];
extern const struct json_field saved_fields[];
extern const struct json_field districts_fields[];
extern const struct json_field calendar_fields[];
extern const struct json_field staff_fields[];
extern const struct json_field units_fields[];
extern const struct json_field pause_fields[];
extern const struct json_field log_fields[];
extern const struct json_field done_fields[];

/* The installation's owner alone. */
void page_administrators(struct request *rq);
void post_administrator(struct request *rq);
void post_administrator_end(struct request *rq);
extern const struct json_field administrators_fields[];

/* staff.c: what pages about roles share. The rows of those who have one (staff_list()), and of those
 * found; the search of ?q=… with data.found; the end of the form's last day (0: none was sent), false
 * where the form is not right; a result that is not STAFF_DONE as an answer. */
json_t *member_rows(struct request *rq, json_t *items);
json_t *found_rows(json_t *found);
void show_found(struct request *rq);
bool last_day(struct request *rq, time_t *until);
void reply_staff(struct request *rq, enum staff_result result);

/* {done: true} and the message; back to that page. */
void reply_set(struct request *rq, const char *page, const char *message);

#endif
