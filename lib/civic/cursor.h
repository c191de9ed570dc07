/*
 * cursor: where the next page of a list begins, as an opaque word in an address: the order's value
 * and the id of the last row shown, so that rows which arrive meanwhile move nothing.
 */
#ifndef VICHE_CIVIC_CURSOR_H
#define VICHE_CIVIC_CURSOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"

struct cursor {
	const char *value; /* a time as SQL takes it, "" for a number */
	int64_t number, id;
};

/* value: an ISO time or an integer. */
const char *cursor_write(struct pool *pool, json_t *value, json_t *id);

/* False where text is NULL or none of ours. */
bool cursor_read(struct pool *pool, const char *text, bool numeric, struct cursor *cursor);

#endif
