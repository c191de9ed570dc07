/*
 * dispatch: from a request to its answer: who asks, which route, may they, then the handler.
 * The inside of web/app.h.
 */
#ifndef VICHE_WEB_DISPATCH_H
#define VICHE_WEB_DISPATCH_H

#include "web/app.h"

enum { POOL_LIMIT = 96 * 1024 * 1024 };

/* What the transport knows of a request before it is looked at. */
struct incoming {
	const char *method, *uri, *query, *host, *client, *id;
	size_t body_len; /* announced; SIZE_MAX where the header is no number */
	/* Reads the announced body, NUL-terminated; NULL where it was cut short. */
	const char *(*body)(struct request *rq, size_t len);
};

/* Fills rq (zeroed, with pool, db and app) and answers it: rq->reply is complete afterwards. */
void dispatch(struct request *rq, const struct incoming *in);

/* Headers that every answer carries, "Name: value\r\n"…, those of rq->reply first. */
const char *answer_headers(struct request *rq);

#endif
