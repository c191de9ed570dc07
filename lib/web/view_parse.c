/*
 * view_parse: Mustache source to a tree, by recursive descent.
 *
 * A tag that stands alone on its line takes the line with it, its indentation and its end of line
 * (spec: "standalone"). Lambdas never do: their contents lose white space at both ends, and two of
 * them on lines of their own must not grow together.
 */
#include <stdio.h>
#include <string.h>

#include "web/view_tree.h"

enum { DELIMITER_MAX = 8, NEST_MAX = 40, NAME_PARTS_MAX = 16 };

struct tag {
	char kind; /* as it is written; 'v' for {{name}} */
	const char *name;
	size_t start, end;
};

struct parser {
	struct parse *p;
	size_t at;
	char open[DELIMITER_MAX + 1], close[DELIMITER_MAX + 1];
	int depth;
	size_t line_at; /* where line was last counted to */
	int line;
};

/* Counted on from the last answer: tags come mostly in order. */
static int
line_of(struct parser *ps, size_t at)
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

static void
fail(struct parser *ps, size_t at, const char *what, const char *name)
{
	struct parse *p = ps->p;
	if (p->error == NULL)
		p->error = str_fmt(p->pool, "%s line %d: %s%s%s%s", p->view, line_of(ps, at), what,
		    *name != '\0' ? " \"" : "", name, *name != '\0' ? "\"" : "");
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Where the white space before at begins, if nothing else stands before it on its line. */
static bool
blank_before(const struct parser *ps, size_t at, size_t *start)
{
	const char *s = ps->p->source;
	size_t i = at;
	while (i > 0 && is_blank(s[i - 1]))
		i--;
	*start = i;
	return !ps->p->words && (i == 0 || s[i - 1] == '\n');
}

/* Where the next line begins, if nothing else follows on this one. */
static bool
blank_after(const struct parser *ps, size_t at, size_t *next)
{
	const char *s = ps->p->source;
	while (is_blank(s[at]))
		at++;
	if (s[at] == '\r' && s[at + 1] == '\n')
		at++;
	*next = s[at] == '\n' ? at + 1 : at;
	return !ps->p->words && (s[at] == '\n' || at == ps->p->len);
}

static struct name
parse_name(struct parser *ps, const struct tag *tag)
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
	fail(ps, tag->start, "no name is", tag->name);
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
		fail(ps, tag->start, "no pair of delimiters is", tag->name);
		return;
	}
	memcpy(ps->open, open, n);
	ps->open[n] = '\0';
	memcpy(ps->close, close, strlen(close) + 1);
}

/* The tag that opens at start. */
static struct tag
read_tag(struct parser *ps, size_t start)
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
		fail(ps, start, "a tag is not closed", "");
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
		fail(ps, start, "no name is", *tag.name != '\0' ? tag.name : " ");
	else if (tag.kind == '=')
		set_delimiters(ps, &tag);
	return tag;
}

static struct node *
node_new(struct parser *ps, enum node_kind kind, size_t at)
{
	struct node *node = pool_alloc(ps->p->pool, sizeof *node);
	node->kind = kind;
	node->view = ps->p->view;
	node->line = line_of(ps, at);
	node->bol = at == 0 || ps->p->source[at - 1] == '\n';
	node->indent = "";
	return node;
}

static struct node *parse_nodes(struct parser *ps, const struct tag *section, bool in_parent,
    struct tag *closing);

/* What every line of a block is indented by where its opening tag stands alone: the first line's
 * spaces, or the tag's own where it is empty. */
static const char *
intrinsic_indent(struct parser *ps, size_t at, size_t end, size_t own, size_t own_len)
{
	const char *s = ps->p->source;
	while (at < end) {
		size_t n = strspn(s + at, " \t");
		if (at + n >= end)
			break;
		if (s[at + n] != '\n' && s[at + n] != '\r')
			return str_ndup(ps->p->pool, s + at, n);
		at += n + strcspn(s + at + n, "\n") + 1;
	}
	return str_ndup(ps->p->pool, s + own, own_len);
}

/* {{$name}}…{{/name}}. A block that a parent tag holds stands alone whatever else is on its lines,
 * for nothing else there is shown. */
static struct node *
parse_block(struct parser *ps, const struct tag *tag, bool in_parent)
{
	struct node *node = node_new(ps, NODE_BLOCK, tag->start);
	struct tag closing = { 0 };
	size_t before, next;
	bool first = blank_before(ps, tag->start, &before);

	node->name.text = tag->name;
	ps->at = tag->end;
	if ((first || in_parent) && blank_after(ps, tag->end, &next)) {
		node->alone = true;
		node->bol = false;
		ps->at = next;
	}
	size_t start = ps->at;
	node->children = parse_nodes(ps, tag, false, &closing);
	if (ps->p->error != NULL)
		return node;
	if (node->alone)
		node->indent = intrinsic_indent(ps, start, closing.start, before,
		    first ? tag->start - before : 0);
	else if (first)
		node->indent = str_ndup(ps->p->pool, ps->p->source + before, tag->start - before);
	view_dedent(ps->p->pool, node->children, strlen(node->indent));
	return node;
}

/* {{<view}}…{{/view}}: only the blocks in it count. */
static struct node *
parse_parent(struct parser *ps, const struct tag *tag)
{
	struct node *node = node_new(ps, NODE_PARENT, tag->start);
	struct tag closing = { 0 };
	size_t before, next;

	node->name.text = tag->name;
	ps->at = tag->end;
	node->children = parse_nodes(ps, tag, true, &closing);
	if (ps->p->error == NULL && blank_before(ps, tag->start, &before) &&
	    blank_after(ps, closing.end, &next)) {
		node->alone = true;
		node->bol = false;
		node->indent = str_ndup(ps->p->pool, ps->p->source + before, tag->start - before);
		ps->at = next;
	}
	node->unlinked = ps->p->unlinked;
	ps->p->unlinked = node;
	return node;
}

static struct node *
parse_section(struct parser *ps, const struct tag *tag, bool standalone)
{
	struct node *node = node_new(ps, tag->kind == '#' ? NODE_SECTION : NODE_INVERTED, tag->start);
	struct tag closing = { 0 };
	enum node_kind lambda;

	if (!ps->p->lambdas || !view_lambda(tag->name, &lambda)) {
		node->name = parse_name(ps, tag);
		node->bol = node->bol && !standalone;
		node->children = parse_nodes(ps, tag, false, &closing);
		return node;
	}
	if (tag->kind == '^')
		fail(ps, tag->start, "a lambda cannot be inverted:", tag->name);
	if (strcmp(ps->open, "{{") != 0 || strcmp(ps->close, "}}") != 0)
		fail(ps, tag->start, "only the usual delimiters may stand around", tag->name);
	node->kind = lambda;
	node->name.text = tag->name;
	struct node *contents = parse_nodes(ps, tag, false, &closing);
	if (ps->p->error == NULL)
		view_words(ps->p, node, ps->p->source + tag->end, closing.start - tag->end, contents);
	return node;
}

static struct node *
parse_simple(struct parser *ps, const struct tag *tag, bool standalone, size_t before)
{
	enum node_kind kind = tag->kind == 'v' ? NODE_VALUE : tag->kind == '>' ? NODE_PARTIAL : NODE_RAW;
	struct node *node = node_new(ps, kind, tag->start);

	if (kind != NODE_PARTIAL) {
		node->name = parse_name(ps, tag);
		return node;
	}
	node->name.text = tag->name;
	if (standalone) {
		node->alone = true;
		node->bol = false;
		node->indent = str_ndup(ps->p->pool, ps->p->source + before, tag->start - before);
	}
	node->unlinked = ps->p->unlinked;
	ps->p->unlinked = node;
	return node;
}

/* Whether the tag is one of those that take their line with them. */
static bool
takes_line(const struct parser *ps, const struct tag *tag, const struct tag *section)
{
	enum node_kind lambda;

	if (strchr("v{&<$", tag->kind) != NULL)
		return false;
	if (tag->kind == '/' && section != NULL && section->kind == '<')
		return false; /* parse_parent() looks at the two ends together */
	return strchr("#^/", tag->kind) == NULL || !ps->p->lambdas || !view_lambda(tag->name, &lambda);
}

/* Moves on to behind the tag, or to the next line where the tag takes its own with it. */
static bool
cut_line(struct parser *ps, const struct tag *tag, const struct tag *section, size_t *before)
{
	size_t next;
	bool first = blank_before(ps, tag->start, before);

	ps->at = tag->end;
	if (!first || !takes_line(ps, tag, section))
		return false;
	if (blank_after(ps, tag->end, &next)) {
		ps->at = next;
		return true;
	}
	return false;
}

static struct node *
parse_tag(struct parser *ps, const struct tag *tag, bool in_parent, bool standalone, size_t before)
{
	switch (tag->kind) {
	case '!':
	case '=':
		return NULL;
	case '#':
	case '^':
		return parse_section(ps, tag, standalone);
	case '<':
		return parse_parent(ps, tag);
	case '$':
		return parse_block(ps, tag, in_parent);
	default:
		return parse_simple(ps, tag, standalone, before);
	}
}

/* The nodes up to the closing tag of section (NULL: up to the end). Directly in a parent tag only
 * blocks are kept. */
static struct node *
parse_nodes(struct parser *ps, const struct tag *section, bool in_parent, struct tag *closing)
{
	struct parse *p = ps->p;
	struct node *first = NULL, **tail = &first;

	if (++ps->depth > NEST_MAX)
		fail(ps, ps->at, "sections are nested too deeply", "");
	while (p->error == NULL) {
		size_t start = ps->at, before = 0;
		const char *found = strstr(p->source + start, ps->open);
		size_t end = found != NULL ? (size_t)(found - p->source) : p->len;
		struct node *text = node_new(ps, NODE_TEXT, start), *node = NULL;
		struct tag tag = { 0 };
		bool standalone = false;

		if (found != NULL) {
			tag = read_tag(ps, end);
			if (p->error != NULL)
				break;
			standalone = cut_line(ps, &tag, section, &before);
			if (tag.kind != '/')
				node = parse_tag(ps, &tag, in_parent, standalone, before);
			/* The spaces before a block's closing tag are no part of the block. */
			if (standalone || (node != NULL && node->alone) ||
			    (tag.kind == '/' && section != NULL && section->kind == '$' &&
			        blank_before(ps, tag.start, &before)))
				end = before > start ? before : start;
		}
		if (end > start && !in_parent) {
			text->text = p->source + start;
			text->len = end - start;
			*tail = text;
			tail = &text->next;
		}
		if (found == NULL) {
			if (section != NULL)
				fail(ps, section->start, "a section is not closed:", section->name);
			break;
		}
		if (tag.kind == '/') {
			if (section == NULL || strcmp(section->name, tag.name) != 0)
				fail(ps, tag.start, "nothing is open here to close:", tag.name);
			*closing = tag;
			break;
		}
		if (node != NULL && (!in_parent || node->kind == NODE_BLOCK)) {
			*tail = node;
			tail = &node->next;
		}
	}
	ps->depth--;
	return first;
}

struct node *
view_parse(struct parse *p)
{
	struct parser ps = { .p = p, .open = "{{", .close = "}}", .line = p->line };
	struct tag closing;
	if (strlen(p->source) != p->len) {
		fail(&ps, 0, "a zero byte", "");
		return NULL;
	}
	return parse_nodes(&ps, NULL, false, &closing);
}
