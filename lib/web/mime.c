#include "web/mime.h"

#include <string.h>

#include "base/str.h"

struct cursor {
	struct pool *pool;
	const char *at, *end;
};

bool
mime_is_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static void
skip_blanks(struct cursor *c)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
}

static bool
skip_char(struct cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

/* NULL where none is there. */
static char *
read_token(struct cursor *c)
{
	const char *from = c->at;

	while (c->at < c->end && mime_is_token(*c->at))
		c->at++;
	return c->at > from ? str_ndup(c->pool, from, (size_t)(c->at - from)) : NULL;
}

static char *
lower(char *s)
{
	for (char *p = s; p != NULL && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return s;
}

/* After the opening quote. NULL where it is not closed or has a control character. */
static char *
read_quoted(struct cursor *c)
{
	struct buf value;

	buf_init(&value, c->pool);
	while (c->at < c->end && *c->at != '"') {
		if (*c->at == '\\' && ++c->at == c->end)
			return NULL;
		if (((unsigned char)*c->at < 0x20 && *c->at != '\t') || *c->at == 0x7f)
			return NULL;
		buf_add_char(&value, *c->at++);
	}
	return skip_char(c, '"') ? value.s : NULL;
}

static bool
read_param(struct cursor *c, struct mime *out)
{
	const char *name = lower(read_token(c));

	if (name == NULL || !skip_char(c, '='))
		return false;
	const char *value = skip_char(c, '"') ? read_quoted(c) : read_token(c);
	if (value == NULL || out->count == MIME_PARAMS_MAX || mime_param(out, name) != NULL)
		return false;
	out->params[out->count++] = (struct mime_param){ name, value };
	return true;
}

bool
mime_parse(struct pool *pool, const char *s, size_t len, struct mime *out)
{
	struct cursor c = { pool, s, s + len };

	*out = (struct mime){ 0 };
	skip_blanks(&c);
	const char *kind = lower(read_token(&c));
	if (kind == NULL)
		return false;
	out->type = kind;
	if (skip_char(&c, '/')) {
		const char *subtype = lower(read_token(&c));
		if (subtype == NULL)
			return false;
		out->type = str_fmt(pool, "%s/%s", kind, subtype);
	}
	for (;;) {
		skip_blanks(&c);
		if (c.at == c.end)
			return true;
		if (!skip_char(&c, ';'))
			return false;
		skip_blanks(&c);
		/* RFC 9110 lets a parameter be empty: "type; a=b;" */
		if (c.at < c.end && *c.at != ';' && !read_param(&c, out))
			return false;
	}
}

const char *
mime_param(const struct mime *mime, const char *name)
{
	for (size_t i = 0; i < mime->count; i++)
		if (str_eq(mime->params[i].name, name))
			return mime->params[i].value;
	return NULL;
}
