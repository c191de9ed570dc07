/*
 * mime: a header's value with parameters (RFC 9110 §5.6.6), as Content-Type and
 * Content-Disposition have it: form-data; name="picture"; filename="a \"b\".jpg"
 */
#ifndef VICHE_WEB_MIME_H
#define VICHE_WEB_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"

enum { MIME_PARAMS_MAX = 8 };

struct mime {
	const char *type; /* lower case */
	struct mime_param {
		const char *name, *value; /* the name in lower case, the value without quotes */
	} params[MIME_PARAMS_MAX];
	size_t count;
};

/* Reads len bytes of s. False where they are malformed, have a control character, a parameter
 * twice or too many of them. Values are bytes: the caller checks that they are UTF-8. */
bool mime_parse(struct pool *pool, const char *s, size_t len, struct mime *out);

/* NULL where it is absent. */
const char *mime_param(const struct mime *mime, const char *name);

/* A character of a token (RFC 9110 §5.6.2). */
bool mime_is_token(char c);

#endif
