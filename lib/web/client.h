/*
 * client: outgoing HTTP by libcurl, bounded: no redirects, no proxy, 2 s to connect, 6 s in all,
 * an answer of at most 256 kB. https only, but for loopback addresses. What a loopback name resolves
 * to must be loopback, and what another one does must be public (or private, where the configuration
 * says private_provider = 1).
 */
#ifndef VICHE_WEB_CLIENT_H
#define VICHE_WEB_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"

enum {
	CLIENT_ANSWER_MAX = 256 * 1024,
	CLIENT_URL_MAX = 8192, /* id.gov.ua takes a whole certificate in an address */
	CLIENT_WAIT_MS = 6000
};

/* An absolute https address, or http of 127.0.0.0/8, ::1, localhost or *.localhost, without a user
 * name. client_call() asks it; so should who sends a browser to a foreign address. */
bool client_allows(const char *url);

struct client_answer {
	int status; /* 0: no answer (refused, timed out, too large, not allowed) */
	const char *body;
	size_t len;
	const char *type;
	const char *error; /* libcurl's words for the log, "" otherwise */
};

/* headers: NULL-terminated "Name: value" lines, or NULL. form: a body makes it a POST, an urlencoded
 * one where no header says otherwise; NULL a GET. user and password (or NULL) go as HTTP Basic.
 * wait_ms: for all of it, CLIENT_WAIT_MS at most and where it is 0. private_url: the address holds a
 * token, so the answer's error is one of libcurl's constant sentences, which never repeat it. */
struct client_call {
	const char *url;
	const char *form;
	const char *const *headers;
	const char *user, *password;
	long wait_ms;
	bool private_url;
};

struct client_answer client_call(struct pool *pool, const struct client_call *call);

#endif
