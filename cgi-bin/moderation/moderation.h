/*
 * moderation: what the pages of the desk share. Everyone on the staff sees them; moderators decide of
 * what was sent in and of what is public, clerks write down what the council does, administrators
 * keep the settings and decide of no petition.
 */
#ifndef VICHE_CGI_MODERATION_H
#define VICHE_CGI_MODERATION_H

#include "civic/claim.h"
#include "civic/consideration.h"
#include "civic/moderation.h"
#include "data/files.h"
#include "web/form.h"
#include "web/media.h"
#include "web/request.h"

enum { STAFF = MODERATOR | CLERK | ADMINISTRATOR };

/* frame.c: the chips at the top of each page (current: queue, residence, statistics,
 * settings or ""), and the
 * parts of the queue that are this person's. */
void show_sections(struct request *rq, const char *current);
unsigned parts_of(const struct request *rq);
/* The petition as staff sees it, or NULL: it has replied. */
json_t *petition_of_desk(struct request *rq);
const char *state_of(const json_t *petition);
/* The heading of a page about a petition: page.petition {id, title, content_lang} and its state. */
void show_heading(struct request *rq, json_t *petition);
/* {id, state} and the message; back to the petition's page. */
void reply_done(struct request *rq, const char *state, const char *message);
/* What is not done, as an answer; MODERATION_DONE is a mistake of the caller's. */
void reply_undecided(struct request *rq, enum moderation_result result);

/* claims.c: takes the item for this person, if nobody else has it. False: it has replied (409
 * "claimed", with the name and the end). */
bool claim_for_act(struct request *rq);
void release_after_act(struct request *rq);
/* {name, until, yours} for a page, or null. */
json_t *claim_model(struct request *rq, int64_t petition);

/* acts.c: whether the state and this person's role allow the act; sets what stands in the way. */
bool act_allowed(struct request *rq, json_t *petition, const char *act);
/* data.may: names of the acts that are; page.may: {name: bool} of all. */
void show_acts(struct request *rq, json_t *petition, bool claimed_by_other);

/* taken.c: the form's file of that name, cleaned; *file stays {0} where none was sent. False where
 * the body was broken: it has replied. What is wrong with the file is an error of that field. */
struct taken {
	struct media_file file;
	const char *name;
	bool sent;
};
bool take_file(struct request *rq, const char *field, struct taken *taken);
/* Keeps its bytes and fills the row for attachment_add(); false: it has failed the request. */
bool keep_file(struct request *rq, const struct taken *taken, struct attachment *row,
    char stored[static FILE_NAME_SIZE]);

/* days.c: a day as forms send it, "2026-11-24", that exists; and one not after now (ISO). */
#define DAY_PATTERN "[0-9]{4}-[0-9]{2}-[0-9]{2}"
bool real_day(struct pool *pool, const char *text, int64_t *day);
bool day_has_come(struct pool *pool, const char *text, const char *now);

/* page.law_grounds and page.other_grounds, with the form's reason selected (review.c). */
void show_grounds(struct request *rq);

/* One page, one file. */
void page_queue(struct request *rq);
void page_petition(struct request *rq);
void show_review(struct request *rq, json_t *petition, json_t *values);
void post_publish(struct request *rq);
void post_return(struct request *rq);
void post_refuse(struct request *rq);
void post_undo(struct request *rq);
void post_claim(struct request *rq);
void post_release(struct request *rq);
void page_suspend(struct request *rq);
void post_suspend(struct request *rq);
void post_resume(struct request *rq);
void page_hide(struct request *rq);
void post_hide(struct request *rq);
void post_restore(struct request *rq);
void page_join(struct request *rq);
void post_join(struct request *rq);
void post_join_withdraw(struct request *rq);

void page_start(struct request *rq);
void post_start(struct request *rq);
void page_answer(struct request *rq);
void post_answer(struct request *rq);
void post_implement(struct request *rq);
void post_finish(struct request *rq);
void page_milestone(struct request *rq);
void post_milestone(struct request *rq);
void post_picture(struct request *rq);

void page_residence_queue(struct request *rq);
void page_resident(struct request *rq);
void post_resident(struct request *rq);
extern const struct json_field residence_queue_fields[];
extern const struct json_field resident_fields[];
extern const struct json_field residence_done_fields[];

void page_sheet(struct request *rq);
void page_statistics(struct request *rq);

extern const struct json_field sheet_fields[];
extern const struct json_field statistics_fields[];
extern const struct json_field milestone_fields[];
extern const struct json_field picture_fields[];
extern const struct json_field queue_fields[];
extern const struct json_field review_fields[];
extern const struct json_field decided_fields[];
extern const struct json_field claim_fields[];
extern const struct json_field join_fields[];
extern const struct json_field join_withdrawn_fields[];

#endif
