#include "civic/cursor.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/text.h"

const char *
cursor_write(struct pool *pool, json_t *value, json_t *id)
{
	const char *s = json_is_string(value)
	    ? json_string_value(value)
	    : str_fmt(pool, "%" JSON_INTEGER_FORMAT, json_integer_value(value));

	s = str_fmt(pool, "%s|%" JSON_INTEGER_FORMAT, s, json_integer_value(id));
	return str_base64url(pool, s, strlen(s));
}

/* "2026-11-22T10:00:00.123456Z" (fraction optional) → as SQL takes it. */
static bool
sql_time(struct pool *pool, const char *iso, const char **value)
{
	size_t n = strlen(iso);

	if (n < 19 || n > 27 || strspn(iso, "0123456789-:.TZ ") != n)
		return false;
	char *s = str_dup(pool, iso);
	s[10] = ' ';
	if (s[n - 1] == 'Z')
		s[n - 1] = '\0';
	*value = s;
	return true;
}

bool
cursor_read(struct pool *pool, const char *text, bool numeric, struct cursor *c)
{
	size_t len;
	char *end;

	if (str_empty(text) || strlen(text) > 80)
		return false;
	char *s = (char *)str_unbase64url(pool, text, &len);
	if (s == NULL || !text_is_utf8(s, len))
		return false;
	char *bar = strchr(s, '|');
	if (bar == NULL)
		return false;
	*bar = '\0';
	c->id = strtoll(bar + 1, &end, 10);
	if (end == bar + 1 || *end != '\0')
		return false;
	c->value = "";
	c->number = 0;
	if (!numeric)
		return sql_time(pool, s, &c->value);
	c->number = strtoll(s, &end, 10);
	return end != s && *end == '\0';
}
