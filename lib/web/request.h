/*
 * request: one HTTP request, its model and its answer.
 *
 * One model, two faces: a handler fills data (what the JSON face sends, as the route declares it)
 * and page (what only the HTML view needs); the view sees both, page first. Then it calls one
 * reply_*; the loop sends the answer when the handler returns. Everything is in the request's pool
 * and gone when the request ends.
 */
#ifndef VICHE_WEB_REQUEST_H
#define VICHE_WEB_REQUEST_H

#include <jansson.h>
#include <stdbool.h>
#include <inttypes.h>
#include <stdint.h>

#include "base/pool.h"
#include "base/str.h"
#include "data/db.h"
#include "web/lang.h"
#include "web/route.h"

struct community; /* floor 3 */

struct session {
	int64_t person;   /* 0: nobody is logged in */
	bool presented;   /* the browser sent a session cookie, valid or not */
	const char *secret; /* what CSRF tokens are bound to: the session's or pre-session's token */
	const char *token;  /* the session cookie's value, or NULL */
	unsigned char hash[32]; /* of token: the session's key in the database */
	int64_t id;        /* its number, for lists; no key to anything */
	int64_t proved_at; /* when the person last proved who they are; 0: not in this session */
	int64_t operator;  /* who opened it for a person present at the counter; 0: nobody */
};

struct request {
	struct pool *pool;
	struct db *db; /* NULL where the program has none */
	const struct app *app;
	const struct route *route;

	enum method method;
	bool head;            /* HEAD: handled as GET, sent without a body */
	const char *path;     /* decoded, without /api/v1 */
	const char *query;    /* raw, "" where there is none */
	const char *host;     /* without the port, lower case */
	const char *id;       /* request id: log and error pages */
	const char *client;   /* IP address */
	bool json;            /* the JSON face: under /api/v1 */
	enum lang lang;

	int64_t community_id;
	const struct community *community;
	struct session session;
	unsigned roles;       /* enum role bits in this community */

	const char *body;     /* the raw body, NUL-terminated; "" where there is none */
	size_t body_len;
	json_t *form;         /* what form_read() validated: {field: value} */
	json_t *errors;       /* {field: message}, empty where the form is right */

	json_t *page, *data;  /* the model */

	struct reply {
		int status; /* 0: nobody answered yet */
		const char *type;
		const char *body;
		size_t len;
		struct buf headers; /* "Name: value\r\n"… */
		bool cacheable;
		int cache_seconds;
		bool elsewhere; /* nginx has the body: reply_file() */
		bool unlike;    /* no two are alike: a CSRF token, masked anew, stands in it */
		bool failed; /* sticky: the loop answers 500 */
	} reply;
};

/* A header as the client sent it ("HTTP_COOKIE"), or "". Only what nginx.conf passes by name. */
const char *request_param(const struct request *rq, const char *fastcgi_name);

/* A cookie's value, or NULL. */
const char *request_cookie(const struct request *rq, const char *name);

/* The number in the path's {id}; the route matched only digits, and too large is 0. */
int64_t path_id(const struct request *rq);

/* A query parameter, decoded; NULL where it is absent or not well-formed UTF-8. */
const char *query_text(const struct request *rq, const char *name);
/* A query parameter between min and max, or otherwise. */
int64_t query_int(const struct request *rq, const char *name, int64_t min, int64_t max,
    int64_t otherwise);
/* The request's address without the named parameters: "/petitions?state=reached" (path encoded). */
const char *query_without(const struct request *rq, const char *const *names);

/* http://127.0.0.1:8080 of this request's own host, and of a host. */
const char *request_origin(const struct request *rq);
const char *host_origin(struct pool *pool, const char *host);

/* The answer. The last call wins. */

/* 200 (or status): the view of that name for people, the declared fields of data for JSON. */
void reply_view(struct request *rq, int status, const char *view);
/* After a POST: 303 to the local address for people. The JSON face sends data with status (200 by
 * default, reply_created() makes it 201 with Location). */
void reply_see_other(struct request *rq, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void reply_created(struct request *rq, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* 303 to an address outside (the identity provider). */
void reply_leave(struct request *rq, const char *url);
/* A text of another type (feeds, catalogues). */
void reply_text(struct request *rq, int status, const char *type, const char *text);
/* 200: a file that nginx sends itself, to be saved and never shown within the site. location is where
 * nginx finds it (files_location()), name what it is called when saved, type its media type. Where
 * anyone may see it, the browser may keep it for others too; it asks again each time all the same. */
void reply_file(struct request *rq, const char *location, const char *name, const char *type,
    bool anyone);
void reply_header(struct request *rq, const char *name, const char *value);
/* name=value for the site's whole path, HttpOnly, SameSite=Lax, Secure over https, for seconds;
 * 0 ends with the browser, negative removes it. The name as web/session.h gives it. */
void reply_cookie(struct request *rq, const char *name, const char *value, int64_t seconds);
/* nginx may keep this GET for seconds (only where nobody is logged in and no form token is in). */
void reply_cacheable(struct request *rq, int seconds);

/* Sticky: the handler may return at once, the loop answers 500 with the request id (503 where the
 * database can't be reached). The reason goes to the log. */
void request_fail(struct request *rq, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool request_failed(const struct request *rq);

/* A message shown on the next page that this browser opens: of what was done, or of what was not. */
void flash(struct request *rq, const char *message);
void flash_bad(struct request *rq, const char *message);

#endif
