/*
 * multipart: the parts of a multipart/form-data body (RFC 7578, RFC 2046 §5.1), read strictly where
 * it lies in memory: CRLF line ends, every header well-formed UTF-8, the last boundary there. What
 * only looks like a boundary ("--boundaryX") is content. upload.h has the bounds.
 */
#ifndef VICHE_WEB_MULTIPART_H
#define VICHE_WEB_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"

struct multipart {
	struct pool *pool;
	const char *at, *end; /* the body that is left */
	const char *mark;     /* CRLF "--" boundary */
	size_t mark_len;
	enum multipart_mark { MARK_NONE, MARK_NEXT, MARK_LAST } last; /* the one read last */
};

struct part {
	const char *name;
	const char *filename; /* without a folder; NULL: a text */
	const char *type;     /* lower case, without parameters; NULL or "": not said */
	const char *content;  /* in the body; any bytes */
	size_t len;
};

enum multipart_result { MULTIPART_PART, MULTIPART_END, MULTIPART_BROKEN };

/* False where content_type is another or has no good boundary, or body has no part. */
bool multipart_open(struct multipart *m, struct pool *pool, const char *content_type,
    const char *body, size_t len);

/* The next part. Not to be called again after MULTIPART_END or MULTIPART_BROKEN. */
enum multipart_result multipart_next(struct multipart *m, struct part *part);

#endif
