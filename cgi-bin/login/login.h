/*
 * login: the pages of the login program, and what a person meant to do when asked to log in.
 */
#ifndef VICHE_LOGIN_H
#define VICHE_LOGIN_H

#include <stdint.h>

#include "web/idp.h"
#include "web/request.h"

/* An intent is a name and a number, never an address: nothing to redirect elsewhere with. */
struct intent {
	const char *name;
	const char *path;
	bool numbered; /* it is a petition's: /petitions/NUMBER/sign */
	bool fresh; /* its page asks for a fresh login (web/route.h): who is logged in proves it once more */
};

/* Of that name; the last one ("none") where there is no such. */
const struct intent *intent_find(const char *name);

/* The local address that the intent leads to. */
const char *intent_path(struct request *rq, const struct intent *intent, int64_t id);

/* Shows the login page for the intent; error: NULL, "unreachable", "refused", "cancelled",
 * "weak", "stale", "unsealed", "numberless", "busy", "other" or "expired". */
void show_login(struct request *rq, int status, const struct intent *intent, int64_t id,
    const char *error);

/* Where providers return to on this host, and the language that their pages are asked for. */
const char *callback_url(struct request *rq);
const char *ui_locale(const struct request *rq);

void page_login(struct request *rq);
void post_start(struct request *rq);
void page_go(struct request *rq);
void page_callback(struct request *rq);
void page_arrive(struct request *rq);

/* Serving people at a counter. */
void page_counter(struct request *rq);
void post_counter(struct request *rq);
void page_counter_end(struct request *rq);
void post_counter_end(struct request *rq);
void page_sheets(struct request *rq);
void post_sheets(struct request *rq);
void page_sheet(struct request *rq);
void post_rows(struct request *rq);
void post_check(struct request *rq);
void post_strike(struct request *rq);

#endif
