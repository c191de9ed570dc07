#include "web/view_tag.h"

#include <stdio.h>
#include <string.h>

enum { NAME_PARTS_MAX = 16 };

/* Counted on from the last answer: tags come mostly in order. */
int
tag_line(struct parser *ps, size_t at)
{
	if (ps->p->words)
		return ps->p->line;
	if (at < ps->line_at) {
		ps->line_at = 0;
		ps->line = ps->p->line;
	}
	for (; ps->line_at < at; ps->line_at++)
		ps->line += ps->p->source[ps->line_at] == '\n';
	return ps->line;
}

void
tag_fail(struct parser *ps, size_t at, const char *what, const char *name)
{
	struct parse *p = ps->p;
	if (p->error == NULL)
		p->error = str_fmt(p->pool, "%s line %d: %s%s%s%s", p->view, tag_line(ps, at), what,
		    *name != '\0' ? " \"" : "", name, *name != '\0' ? "\"" : "");
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool
tag_blank_before(const struct parser *ps, size_t at, size_t *start)
{
	const char *s = ps->p->source;
	size_t i = at;
	while (i > 0 && is_blank(s[i - 1]))
		i--;
	*start = i;
	return !ps->p->words && (i == 0 || s[i - 1] == '\n');
}

bool
tag_blank_after(const struct parser *ps, size_t at, size_t *next)
{
	const char *s = ps->p->source;
	while (is_blank(s[at]))
		at++;
	if (s[at] == '\r' && s[at + 1] == '\n')
		at++;
	*next = s[at] == '\n' ? at + 1 : at;
	return !ps->p->words && (s[at] == '\n' || at == ps->p->len);
}

struct name
tag_name(struct parser *ps, const struct tag *tag)
{
	struct name name = { .text = tag->name };
	char *part = str_dup(ps->p->pool, tag->name), *dot;

	if (strcmp(part, ".") == 0)
		return name;
	name.parts = pool_alloc(ps->p->pool, NAME_PARTS_MAX * sizeof *name.parts);
	for (; name.count < NAME_PARTS_MAX; part = dot + 1) {
		if ((dot = strchr(part, '.')) != NULL)
			*dot = '\0';
		if (*part == '\0')
			break;
		name.parts[name.count++] = part;
		if (dot == NULL)
			return name;
	}
	tag_fail(ps, tag->start, "no name is", tag->name);
	return name;
}

static void
set_delimiters(struct parser *ps, const struct tag *tag)
{
	const char *open = tag->name, *close;
	size_t n = strcspn(open, " \t\r\n");

	close = open + n + strspn(open + n, " \t\r\n");
	if (n == 0 || n > DELIMITER_MAX || *close == '\0' || strlen(close) > DELIMITER_MAX ||
	    strpbrk(close, " \t\r\n=") != NULL || memchr(open, '=', n) != NULL) {
		tag_fail(ps, tag->start, "no pair of delimiters is", tag->name);
		return;
	}
	memcpy(ps->open, open, n);
	ps->open[n] = '\0';
	memcpy(ps->close, close, strlen(close) + 1);
}

struct tag
tag_read(struct parser *ps, size_t start)
{
	const char *s = ps->p->source, *end;
	struct tag tag = { .kind = 'v', .name = "", .start = start };
	size_t at = start + strlen(ps->open);
	char close[DELIMITER_MAX + 2];

	at += strspn(s + at, " \t\r\n");
	if (s[at] != '\0' && strchr("!=#^/>&<$", s[at]) != NULL)
		tag.kind = s[at++];
	else if (s[at] == '{' && strcmp(ps->open, "{{") == 0)
		tag.kind = s[at++];
	snprintf(close, sizeof close, "%s%s", tag.kind == '{' ? "}" : tag.kind == '=' ? "=" : "",
	    ps->close);
	end = strstr(s + at, close);
	if (end == NULL) {
		tag_fail(ps, start, "a tag is not closed", "");
		return tag;
	}
	tag.end = (size_t)(end - s) + strlen(close);
	if (tag.kind == '!')
		return tag;
	while (end > s + at && strchr(" \t\r\n", end[-1]) != NULL)
		end--;
	at += strspn(s + at, " \t\r\n");
	tag.name = end > s + at ? str_ndup(ps->p->pool, s + at, (size_t)(end - s) - at) : "";
	if (*tag.name == '\0' || (tag.kind != '=' && strpbrk(tag.name, " \t\r\n{}") != NULL))
		tag_fail(ps, start, "no name is", *tag.name != '\0' ? tag.name : " ");
	else if (tag.kind == '=')
		set_delimiters(ps, &tag);
	return tag;
}
