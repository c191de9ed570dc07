#include "base/str.h"

#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

char *
str_ndup(struct pool *pool, const char *s, size_t len)
{
	char *copy = pool_alloc(pool, len + 1);
	memcpy(copy, s, len);
	return copy;
}

char *
str_dup(struct pool *pool, const char *s)
{
	return str_ndup(pool, s, strlen(s));
}

char *
str_vfmt(struct pool *pool, const char *format, va_list ap)
{
	char shorter[256]; /* most are; what is longer is made twice */
	va_list again;

	va_copy(again, ap);
	int len = vsnprintf(shorter, sizeof shorter, format, ap);
	char *s = pool_alloc(pool, len < 0 ? 1 : (size_t)len + 1);
	if (len >= (int)sizeof shorter)
		vsnprintf(s, (size_t)len + 1, format, again);
	else if (len > 0)
		memcpy(s, shorter, (size_t)len);
	va_end(again);
	return s;
}

char *
str_fmt(struct pool *pool, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	char *s = str_vfmt(pool, format, ap);
	va_end(ap);
	return s;
}

bool
str_eq(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);
	return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

bool
str_empty(const char *s)
{
	return s == NULL || *s == '\0';
}

void
buf_init(struct buf *b, struct pool *pool)
{
	*b = (struct buf){ .pool = pool, .cap = 256 };
	b->s = pool_alloc(pool, b->cap);
}

/* Room for len more bytes and the NUL. */
static void
make_room(struct buf *b, size_t len)
{
	size_t need = b->len + len + 1, cap = b->cap * 2 > need ? b->cap * 2 : need;

	if (need <= b->cap)
		return;
	b->s = pool_grow(b->pool, b->s, b->cap, cap);
	b->cap = cap;
}

void
buf_add_n(struct buf *b, const char *s, size_t len)
{
	make_room(b, len);
	memcpy(b->s + b->len, s, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void
buf_add(struct buf *b, const char *s)
{
	buf_add_n(b, s, strlen(s));
}

void
buf_add_char(struct buf *b, char c)
{
	buf_add_n(b, &c, 1);
}

void
buf_fmt(struct buf *b, const char *format, ...)
{
	va_list ap, again;

	va_start(ap, format);
	va_copy(again, ap);
	int len = vsnprintf(b->s + b->len, b->cap - b->len, format, ap);
	if (len >= 0 && (size_t)len >= b->cap - b->len) {
		make_room(b, (size_t)len);
		vsnprintf(b->s + b->len, b->cap - b->len, format, again);
	}
	if (len > 0)
		b->len += (size_t)len;
	b->s[b->len] = '\0';
	va_end(again);
	va_end(ap);
}

void
buf_add_html(struct buf *b, const char *s, size_t len)
{
	static const char *const entities[256] = { ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;",
		['"'] = "&quot;", ['\''] = "&#39;" };
	size_t start = 0;

	for (size_t i = 0; i < len; i++) {
		const char *entity = entities[(unsigned char)s[i]];
		if (entity == NULL)
			continue;
		buf_add_n(b, s + start, i - start);
		buf_add(b, entity);
		start = i + 1;
	}
	buf_add_n(b, s + start, len - start);
}

char *
str_base64url(struct pool *pool, const void *bytes, size_t len)
{
	size_t size = sodium_base64_encoded_len(len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *s = pool_alloc(pool, size);
	sodium_bin2base64(s, size, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return s;
}

unsigned char *
str_unbase64url(struct pool *pool, const char *s, size_t *len)
{
	size_t in = strlen(s);
	unsigned char *bytes = pool_alloc(pool, in + 1);

	if (sodium_base642bin(bytes, in, s, in, NULL, len, NULL,
	        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return NULL;
	return bytes;
}

char *
str_hex(struct pool *pool, const void *bytes, size_t len)
{
	char *s = pool_alloc(pool, len * 2 + 1);
	sodium_bin2hex(s, len * 2 + 1, bytes, len);
	return s;
}

char *
str_url_encode(struct pool *pool, const char *s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *encoded = pool_alloc(pool, 3 * strlen(s) + 1), *to = encoded;

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
		    c == '.' || c == '_' || c == '~') {
			*to++ = (char)c;
		} else {
			*to++ = '%';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
		}
	}
	return encoded;
}
