/*
 * handoff: a login that came to its end on the callback's host goes home (attempt.h), whatever its end
 * was: a token for HANDOFF_LIFE seconds, once, and for the browser that began (table login_handoff).
 */
#ifndef VICHE_LOGIN_HANDOFF_H
#define VICHE_LOGIN_HANDOFF_H

#include "attempt.h"

enum { HANDOFF_LIFE = 30 };

struct handoff {
	int64_t person;      /* 0: the login did not succeed */
	const char *outcome; /* "done", or an error of show_login() */
	const char *provider;
	const struct intent *intent;
	int64_t intent_id, proved_at;
};

/* Replies with the way home. */
void handoff_send(struct request *rq, const struct begun *begun, const struct handoff *handoff);

/* Takes a hand-off in, once, where this browser is the one that began. False where there is none. */
bool handoff_take(struct request *rq, const char *token, struct handoff *handoff);

#endif
