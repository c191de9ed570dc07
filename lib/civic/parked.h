/*
 * parked: what someone was writing when the session ended, kept over the login.
 *
 * Under the hash of the pre-session's id, at most PARKED_BYTES, PARKED_PER_HOUR of one address in
 * an hour, for 24 hours; one text a browser and community.
 */
#ifndef VICHE_CIVIC_PARKED_H
#define VICHE_CIVIC_PARKED_H

#include "web/request.h"

enum { PARKED_BYTES = 64 * 1024, PARKED_PER_HOUR = 20, PARKED_LIFE = 24 * 3600 };

/* Keeps the fields of the request's urlencoded body. False where it can't be kept (too large, too many, no form):
 * nothing was written. */
bool parked_put(struct request *rq);

/* The kept fields as {name: value} and *subject (the petition's id, 0 for a new one), or NULL. The
 * text stays until parked_drop(). */
json_t *parked_peek(struct request *rq, int64_t *subject);
void parked_drop(struct request *rq);

#endif
