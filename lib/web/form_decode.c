/* application/x-www-form-urlencoded (WHATWG URL §5.1), but strict: a broken %-escape is refused. */
#include "web/form.h"

#include <string.h>

#include "base/text.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* NULL where an escape is broken, or what it says is not UTF-8 or has a NUL. */
static char *
decode(struct pool *pool, const char *s, size_t len)
{
	char *out = str_ndup(pool, s, len);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '%') {
			int high = i + 2 < len ? hex(s[i + 1]) : -1;
			int low = i + 2 < len ? hex(s[i + 2]) : -1;
			if (high < 0 || low < 0)
				return NULL;
			out[n++] = (char)(high << 4 | low);
			i += 2;
		} else {
			out[n++] = s[i] == '+' ? ' ' : s[i];
		}
	}
	out[n] = '\0';
	return text_is_utf8(out, n) ? out : NULL;
}

struct pair {
	const char *name, *value;
	size_t name_len, value_len;
};

/* The next pair that is not empty, still encoded; *s moves behind it. */
static bool
next_pair(const char **s, struct pair *pair)
{
	*s += strspn(*s, "&");
	size_t len = strcspn(*s, "&");
	if (len == 0)
		return false;
	const char *equals = memchr(*s, '=', len);
	pair->name = *s;
	pair->name_len = equals != NULL ? (size_t)(equals - *s) : len;
	pair->value = equals != NULL ? equals + 1 : *s + len;
	pair->value_len = (size_t)(*s + len - pair->value);
	*s += len;
	return true;
}

json_t *
form_decode(struct pool *pool, const char *encoded, size_t max)
{
	json_t *pairs = json_array();
	struct pair pair;

	while (next_pair(&encoded, &pair)) {
		const char *name = decode(pool, pair.name, pair.name_len);
		const char *value = decode(pool, pair.value, pair.value_len);
		if (name == NULL || value == NULL || json_array_size(pairs) == max) {
			json_decref(pairs);
			return NULL;
		}
		json_array_append_new(pairs, json_pack("[ss]", name, value));
	}
	return pairs;
}

const char *
form_raw(struct pool *pool, const char *encoded, const char *name)
{
	struct pair pair;

	/* Names that need no escapes are compared as they stand: nothing is decoded in vain. */
	while (next_pair(&encoded, &pair))
		if (pair.name_len == strlen(name) && memcmp(pair.name, name, pair.name_len) == 0)
			return decode(pool, pair.value, pair.value_len);
	return NULL;
}
