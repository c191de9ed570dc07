/*
 * session: who is logged in, and the tokens that forms carry.
 *
 * A session is a random 256-bit token in a cookie; the database has only its SHA-256, bound to one
 * community. It ends SESSION_IDLE after the last use and SESSION_LIFE after login. Over https the
 * cookie is __Host-session (Secure); over http, which is for loopback, viche_session_PORT.
 *
 * A CSRF token is HMAC(csrf key, secret) under a random mask that is new in every answer (so that a
 * compressed answer does not leak it: BREACH); the secret is the session's token, or before login
 * the pre-session's, whose cookie is signed. It can be checked without the database.
 */
#ifndef VICHE_WEB_SESSION_H
#define VICHE_WEB_SESSION_H

#include "web/request.h"

enum { SESSION_IDLE = 8 * 3600, SESSION_LIFE = 7 * 24 * 3600, PRESESSION_LIFE = 24 * 3600 };

/* "session" → "__Host-session" or "viche_session_8080". */
const char *cookie_name(const struct request *rq, const char *name);

/* A cookie's value under the site's key: "value.MAC". use keeps one kind from passing as another. */
char *cookie_sign(struct request *rq, const char *use, const char *value);
/* The value of a signed cookie, or NULL where it is absent or forged. */
const char *cookie_signed(struct request *rq, const char *use, const char *name);

/* Fills rq->session from the cookies; needs rq->community_id. */
void session_load(struct request *rq);

/* After login: a new token for person, the old session ended; sets the cookie. */
void session_start(struct request *rq, int64_t person);
void session_end(struct request *rq);

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
