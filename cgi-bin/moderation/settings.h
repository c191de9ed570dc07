/*
 * settings: the administrator's pages: /moderation/settings and below.
 */
#ifndef VICHE_CGI_MODERATION_SETTINGS_H
#define VICHE_CGI_MODERATION_SETTINGS_H

#include "web/request.h"

/* The chips of the settings: rules, districts, calendar, staff, pause or log is current. */
void show_settings(struct request *rq, const char *current);

void page_settings(struct request *rq);
void post_settings(struct request *rq);
void page_districts(struct request *rq);
void post_district(struct request *rq);
void page_calendar(struct request *rq);
void post_day(struct request *rq);
void post_day_remove(struct request *rq);
void page_staff(struct request *rq);
void post_staff(struct request *rq);
void post_staff_end(struct request *rq);
void page_pause(struct request *rq);
void post_pause(struct request *rq);
void post_pause_end(struct request *rq);
void page_log(struct request *rq);

extern const struct json_field rules_fields[];
extern const struct json_field saved_fields[];
extern const struct json_field districts_fields[];
extern const struct json_field calendar_fields[];
extern const struct json_field staff_fields[];
extern const struct json_field pause_fields[];
extern const struct json_field log_fields[];
extern const struct json_field done_fields[];

/* {done: true} and the message; back to that page. */
void reply_set(struct request *rq, const char *page, const char *message);

#endif
