/*
 * str: strings in a pool, and a growing buffer.
 *
 * Every char * is a NUL-terminated UTF-8 string owned by the pool it came from. A struct buf
 * always holds a terminated string in .s (never NULL after buf_init) of .len bytes, which may
 * hold zero bytes only if the caller added them.
 */
#ifndef VICHE_BASE_STR_H
#define VICHE_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"

char *str_dup(struct pool *pool, const char *s);
char *str_ndup(struct pool *pool, const char *s, size_t len);
char *str_fmt(struct pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *str_vfmt(struct pool *pool, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

bool str_eq(const char *a, const char *b); /* NULL equals only NULL */
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
bool str_empty(const char *s); /* NULL or "" */

struct buf {
	struct pool *pool;
	char *s;
	size_t len, cap;
};

void buf_init(struct buf *b, struct pool *pool);
void buf_add(struct buf *b, const char *s);
void buf_add_n(struct buf *b, const char *s, size_t len);
void buf_add_char(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* s with & < > " ' as entities. */
void buf_add_html(struct buf *b, const char *s, size_t len);

/* base64url without padding (RFC 4648 §5). */
char *str_base64url(struct pool *pool, const void *bytes, size_t len);
/* The decoded bytes, or NULL where s is not canonical base64url; *len receives their number. */
unsigned char *str_unbase64url(struct pool *pool, const char *s, size_t *len);
char *str_hex(struct pool *pool, const void *bytes, size_t len);
/* Percent-encodes all but RFC 3986's unreserved characters. */
char *str_url_encode(struct pool *pool, const char *s);

#endif
