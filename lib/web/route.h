/*
 * route: what a program answers to, as data.
 *
 * A path's {id} takes one to eighteen digits. The JSON face of every route lies under /api/v1;
 * FACE_HTML and FACE_JSON leave one face out. GET answers HEAD too. A route whose who is not
 * ANYONE asks for a session with one of these roles in this community: nobody logged in gets the
 * login page (401 in JSON), another role 403. FRESH asks for a login at most FRESH_LIFE old besides
 * (web/session.h): an older one leads through the login and back (403 "fresh-login" in JSON). Neither
 * FRESH nor ALONE is served in a session that an operator opened (403 "at-the-counter").
 *
 * fields declare what the JSON face may send: "items[].id", type, meaning. A field of data that is
 * not declared is an error in strict mode and left out otherwise.
 */
#ifndef VICHE_WEB_ROUTE_H
#define VICHE_WEB_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

struct request;

enum method { GET, POST };

enum role {
	ANYONE = 0,
	PERSON = 1,         /* logged in */
	RESIDENT = 2,       /* of this community */
	MODERATOR = 4,
	CLERK = 8,
	ADMINISTRATOR = 16,
	EXPERT = 32,        /* of a department */
	OPERATOR = 64,      /* of an office: serves people at its counter */
	BODY = 128,         /* of an organisation that fixes problems */
	OWNER = 256,        /* of the installation, in every community: appoints administrators, no more */
	ALL_STAFF = MODERATOR | CLERK | ADMINISTRATOR | EXPERT | OPERATOR | BODY | OWNER
};

enum route_flag {
	FACE_HTML = 1,  /* no JSON face */
	FACE_JSON = 2,  /* no HTML face */
	NO_CSRF = 4,    /* a POST that proves itself another way; the reason stands beside the route */
	PARKS = 8,      /* a form whose text is kept over a login when the session ended */
	FRESH = 16,     /* a sensitive act, or a page whose forms are: asks for a fresh login */
	ALONE = 32        /* one's own affair: not in a session at a counter, where an operator sits beside */
};

enum json_kind { JSON_KIND_INT, JSON_KIND_TEXT, JSON_KIND_BOOL, JSON_KIND_TIME, JSON_KIND_LIST,
	JSON_KIND_OBJECT };

struct json_field {
	const char *name; /* a dotted path; "[]" after a list */
	enum json_kind kind;
	const char *meaning;
};

struct route {
	enum method method;
	const char *path;
	void (*handler)(struct request *rq);
	unsigned who;
	unsigned flags;
	size_t body_max; /* bytes; 0 means BODY_DEFAULT */
	size_t query_max; /* bytes behind the ?; 0 means QUERY_DEFAULT, and 7,168 is the most (nginx.conf: 8k) */
	const struct json_field *fields;
	/* Where a login that this page asks for comes back to: an intent's name (cgi-bin/login/start.c), or
	 * NULL for the program's usual one (civic/enter.h). A page that is FRESH names its own. */
	const char *intent;
};

enum { BODY_DEFAULT = 64 * 1024, QUERY_DEFAULT = 2048 };

/* Whether path matches pattern; *id receives the {id}. */
bool route_match(const char *pattern, const char *path, long long *id);

#endif
