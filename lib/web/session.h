/*
 * session: who is logged in, and the tokens that forms carry.
 *
 * A session is a random 256-bit token in a cookie; the database has only its SHA-256, bound to one
 * community. It ends so long after its last use as it says itself (idle_s), and at its absolute end,
 * which use never moves. Over https the cookie is __Host-session (Secure); over http, which is for
 * loopback, viche_session_PORT.
 *
 * A CSRF token is HMAC(csrf key, secret) under a random mask that is new in every answer (so that a
 * compressed answer does not leak it: BREACH); the secret is the session's token, or before login
 * the pre-session's, whose cookie is signed. It can be checked without the database.
 */
#ifndef VICHE_WEB_SESSION_H
#define VICHE_WEB_SESSION_H

#include "web/request.h"

/* A resident who reads and writes on and off for a day is not asked again before the evening, and not
 * within a week. */
enum { SESSION_IDLE = 8 * 3600, SESSION_LIFE = 7 * 24 * 3600, PRESESSION_LIFE = 24 * 3600 };

/* Staff sit at shared desks and their sessions decide for others: a lunch break ends one, and a working
 * day with its evening council meeting is the longest (NIST SP 800-63B §4.2.3 has 30 minutes and 12 hours;
 * who writes an answer to a petition needs more than 30 minutes). */
enum { STAFF_SESSION_IDLE = 3600, STAFF_SESSION_LIFE = 12 * 3600 };

/* At a counter somebody else sits at the keyboard: what one comes for takes minutes, and who walks away
 * leaves nothing open. */
enum { COUNTER_SESSION_IDLE = 5 * 60, COUNTER_SESSION_LIFE = 20 * 60 };

/* A sensitive act (route flag FRESH) wants a proof of who acts that is at most so old: long enough for
 * what one sits down to do, shorter than a break. A form that was opened in time may be sent for as long
 * as a staff session can be left alone, so that nobody loses what they filled in. */
enum { FRESH_LIFE = 15 * 60, FRESH_FORM_LIFE = FRESH_LIFE + STAFF_SESSION_IDLE };

/* "session" → "__Host-session" or "viche_session_8080". */
const char *cookie_name(const struct request *rq, const char *name);

/* A cookie's value under the site's key: "value.MAC". use keeps one kind from passing as another. */
char *cookie_sign(struct request *rq, const char *use, const char *value);
/* The value of a signed cookie, or NULL where it is absent or forged. */
const char *cookie_signed(struct request *rq, const char *use, const char *name);

/* Fills rq->session from the cookies; needs rq->community_id. */
void session_load(struct request *rq);

struct session_new {
	int64_t person;
	const char *provider; /* id of the provider that they logged in with, at most 20 bytes */
	int64_t proved_at;    /* when they proved there who they are; 0: now */
	int64_t operator;     /* who opens it for them at a counter: it is never fresh; 0: nobody */
	bool staff;           /* they have a role of ALL_STAFF here: it ends sooner */
};

/* After login: a new token for the person, the old session ended; sets the cookie. */
void session_start(struct request *rq, const struct session_new *how);
void session_end(struct request *rq);

/* An operator opens a session for a person at the counter (how->operator): their own is put aside, in a
 * cookie of its own, and is not theirs again before session_return(). */
void session_supervise(struct request *rq, const struct session_new *how);
/* Whether this browser has a session put aside. */
bool session_aside(const struct request *rq);
/* The person's session ends, and the operator's goes on where it lives and is the operator's who opened
 * the other; false: nobody is logged in. */
bool session_return(struct request *rq);

/* A role was given: the person's sessions in that community (0: in all) last no longer than a staff
 * session from their login on, so that old ones end at once. */
void session_shorten(struct db *db, int64_t community, int64_t person);

/* The proof of who acts is recent enough: for a page FRESH_LIFE, for a form that people send
 * FRESH_FORM_LIFE. */
bool session_fresh(const struct request *rq);

/* The id of this browser before login, made and set as a cookie where there is none: its value
 * signs forms and names parked texts. */
const char *presession(struct request *rq);

/* A fresh masked token for this answer's forms (makes the answer uncacheable). */
const char *csrf_token(struct request *rq);
/* The same, bound to a secret that the caller knows. */
const char *csrf_token_for(struct request *rq, const char *secret);
bool csrf_valid(struct request *rq, const char *token);
/* The request comes from our own pages by Origin and Sec-Fetch-Site, as far as they say. */
bool csrf_same_origin(const struct request *rq);

#endif
