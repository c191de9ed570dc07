#include "base/words.h"

#include <stdbool.h>
#include <stdio.h>
#include <utf8proc.h>

enum { MODIFIER_APOSTROPHE = 0x02bc };

static bool
is_apostrophe(utf8proc_int32_t c)
{
	return c == '\'' || c == 0x2019 || c == MODIFIER_APOSTROPHE;
}

static bool
of_word(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO && c != MODIFIER_APOSTROPHE;
}

/* The character at *at, and *at behind it; 0 at the end. */
static utf8proc_int32_t
take(const char **at)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t n = **at != '\0' ? utf8proc_iterate((const utf8proc_uint8_t *)*at, -1, &c) : 0;

	if (n <= 0)
		return 0;
	*at += n;
	return c;
}

const char *
words_next(const char **p, size_t *len)
{
	const char *at = *p, *start, *end;
	utf8proc_int32_t c;

	do {
		start = at;
		c = take(&at);
	} while (c != 0 && !of_word(c));
	*p = start;
	*len = 0;
	if (c == 0)
		return NULL;
	do {
		end = at;
		c = take(&at);
		if (is_apostrophe(c))
			c = take(&at);
	} while (of_word(c));
	*p = end;
	*len = (size_t)(end - start);
	return start;
}

static const char *
lower(struct pool *pool, const char *word, size_t len, const char *apostrophe)
{
	char *out = pool_alloc(pool, WORD_BYTES_MAX + 1);
	const char *at = word;
	size_t n = 0;

	while (at < word + len) {
		utf8proc_int32_t c = take(&at);
		utf8proc_category_t category = utf8proc_category(c);
		if (c == 0)
			break;
		if (n + 4 > WORD_BYTES_MAX)
			return "";
		if (is_apostrophe(c))
			n += (size_t)snprintf(out + n, WORD_BYTES_MAX + 1 - n, "%s", apostrophe);
		else if (category <= UTF8PROC_CATEGORY_LO || category == UTF8PROC_CATEGORY_ND)
			n += (size_t)utf8proc_encode_char(utf8proc_tolower(c), (utf8proc_uint8_t *)out + n);
	}
	out[n] = '\0';
	return out;
}

const char *
words_lower(struct pool *pool, const char *word, size_t len)
{
	return lower(pool, word, len, "'");
}

const char *
words_fold(struct pool *pool, const char *word, size_t len)
{
	return lower(pool, word, len, "");
}
