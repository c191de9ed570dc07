/*
 * text: what people type, made safe to keep: well-formed UTF-8, NFC, no control characters.
 */
#ifndef VICHE_BASE_TEXT_H
#define VICHE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"

/* Well-formed UTF-8 (Unicode §3.9, table 3-7) of len bytes without NUL. */
bool text_is_utf8(const char *s, size_t len);

/* The number of characters (code points) of a well-formed string. */
size_t text_length(const char *s);

enum text_shape {
	TEXT_LINE, /* one line: no control characters, runs of white space become one space, trimmed */
	TEXT_LINES /* lines may stay, as \n; tabs become spaces; at most two empty lines in a row */
};

/* A cleaned copy of a well-formed string in NFC (Unicode UAX #15); bidi overrides, zero-width and
 * control characters are dropped. NULL where libutf8proc refuses it. */
char *text_clean(struct pool *pool, const char *s, enum text_shape shape);

/* Markdown to HTML by cmark in safe mode: raw HTML and unsafe links are left out (CommonMark); a
 * heading of the first level becomes one of the second, since the page has its own. */
char *text_markdown(struct pool *pool, const char *s);

#endif
