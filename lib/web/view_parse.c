/*
 * view_parse: Mustache source to a tree, by recursive descent.
 *
 * A tag that stands alone on its line takes the line with it, its indentation and its end of line
 * (spec: "standalone"). Lambdas never do: their contents lose white space at both ends, and two of
 * them on lines of their own must not grow together.
 */
#include <string.h>

#include "web/view_tag.h"

enum { NEST_MAX = 40 };

static struct node *
node_new(struct parser *ps, enum node_kind kind, size_t at)
{
	struct node *node = pool_alloc(ps->p->pool, sizeof *node);
	node->kind = kind;
	node->view = ps->p->view;
	node->line = tag_line(ps, at);
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
	bool first = tag_blank_before(ps, tag->start, &before);

	node->name.text = tag->name;
	ps->at = tag->end;
	if ((first || in_parent) && tag_blank_after(ps, tag->end, &next)) {
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
	if (ps->p->error == NULL && tag_blank_before(ps, tag->start, &before) &&
	    tag_blank_after(ps, closing.end, &next)) {
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
		node->name = tag_name(ps, tag);
		node->bol = node->bol && !standalone;
		node->children = parse_nodes(ps, tag, false, &closing);
		return node;
	}
	if (tag->kind == '^')
		tag_fail(ps, tag->start, "a lambda cannot be inverted:", tag->name);
	if (strcmp(ps->open, "{{") != 0 || strcmp(ps->close, "}}") != 0)
		tag_fail(ps, tag->start, "only the usual delimiters may stand around", tag->name);
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
		node->name = tag_name(ps, tag);
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
	bool first = tag_blank_before(ps, tag->start, before);

	ps->at = tag->end;
	if (!first || !takes_line(ps, tag, section))
		return false;
	if (tag_blank_after(ps, tag->end, &next)) {
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
		tag_fail(ps, ps->at, "sections are nested too deeply", "");
	while (p->error == NULL) {
		size_t start = ps->at, before = 0;
		const char *found = strstr(p->source + start, ps->open);
		size_t end = found != NULL ? (size_t)(found - p->source) : p->len;
		struct node *text = node_new(ps, NODE_TEXT, start), *node = NULL;
		struct tag tag = { 0 };
		bool standalone = false;

		if (found != NULL) {
			tag = tag_read(ps, end);
			if (p->error != NULL)
				break;
			standalone = cut_line(ps, &tag, section, &before);
			if (tag.kind != '/')
				node = parse_tag(ps, &tag, in_parent, standalone, before);
			/* The spaces before a block's closing tag are no part of the block. */
			if (standalone || (node != NULL && node->alone) ||
			    (tag.kind == '/' && section != NULL && section->kind == '$' &&
			        tag_blank_before(ps, tag.start, &before)))
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
				tag_fail(ps, section->start, "a section is not closed:", section->name);
			break;
		}
		if (tag.kind == '/') {
			if (section == NULL || strcmp(section->name, tag.name) != 0)
				tag_fail(ps, tag.start, "nothing is open here to close:", tag.name);
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
		tag_fail(&ps, 0, "a zero byte", "");
		return NULL;
	}
	return parse_nodes(&ps, NULL, false, &closing);
}
