/*
 * cabinet: the pages of the cabinet program, one file a page.
 */
#ifndef VICHE_CABINET_H
#define VICHE_CABINET_H

#include "web/request.h"

/* me.c */
void page_me(struct request *rq);
/* The page's model, without its forms; false where the request failed. */
bool show_me(struct request *rq);
extern const struct json_field me_fields[];

/* letters.c: where and about what one gets letters. */
void show_letters(struct request *rq, json_t *contact);
void post_contact(struct request *rq);
void post_contact_remove(struct request *rq);
void post_notices(struct request *rq);
void post_follow(struct request *rq);
void post_unfollow(struct request *rq);
extern const struct json_field contact_fields[], notices_fields[], follow_fields[];

/* data.c: what is known of the person. */
void page_data(struct request *rq);
void page_export(struct request *rq);
extern const struct json_field data_fields[];

/* sessions.c */
void page_sessions(struct request *rq);
void post_session_end(struct request *rq);
void post_sessions_end(struct request *rq);
extern const struct json_field sessions_fields[], ended_fields[];

/* leave.c: the account is deleted. */
void page_leave(struct request *rq);
void post_leave(struct request *rq);
extern const struct json_field leave_fields[], left_fields[];

/* residence.c */
void page_residence(struct request *rq);
void post_residence(struct request *rq);
void post_residence_take_back(struct request *rq);
extern const struct json_field residence_fields[], declared_fields[];

/* confirm.c: an address is confirmed by the link of a letter. */
void page_confirm(struct request *rq);
void post_confirm(struct request *rq);

/* stop.c: letters are stopped by the link of a letter. */
void page_stop(struct request *rq);
void post_stop(struct request *rq);

#endif
