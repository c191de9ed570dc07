/*
 * view_render: a tree and a model to text.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "web/view.h"
#include "web/view_tree.h"

/* Sections, views and blocks in each other; a view that includes itself ends here at the latest. */
enum { DEPTH_MAX = 100 };

/* The blocks that one {{<parent}} fills. */
struct frame {
	const struct node *blocks;
	const struct frame *outer;
};

struct state {
	struct render *r;
	json_t *stack[DEPTH_MAX + 2];
	size_t top;
	const struct frame *frame;
	const char *indent;
	size_t indent_len;
	bool midline; /* the indentation of this line is out already */
	bool plain;
	int depth;
};

static void render_list(struct state *st, const struct node *node);

static void
fail(struct state *st, const struct node *node, const char *what, const char *name)
{
	if (st->r->error == NULL)
		st->r->error = str_fmt(st->r->out->pool, "%s line %d: %s \"%s\"", node->view,
		    node->line, what, name);
}

static void
add_indent(struct state *st)
{
	if (!st->midline)
		buf_add_n(st->r->out, st->indent, st->indent_len);
	st->midline = false;
}

static void
add_text(struct state *st, const char *s, size_t len)
{
	st->midline = false;
	while (st->indent_len > 0 && len > 0) {
		const char *end = memchr(s, '\n', len);
		if (end == NULL || end + 1 == s + len)
			break;
		size_t n = (size_t)(end + 1 - s);
		buf_add_n(st->r->out, s, n);
		buf_add_n(st->r->out, st->indent, st->indent_len);
		s += n;
		len -= n;
	}
	buf_add_n(st->r->out, s, len);
}

static void
add_escaped(struct state *st, const char *s, size_t len)
{
	if (st->plain)
		buf_add_n(st->r->out, s, len);
	else
		buf_add_html(st->r->out, s, len);
}

/* The value, or NULL where the model lacks the name (an error in strict mode). */
static json_t *
look_up(struct state *st, const struct node *node)
{
	const struct name *name = &node->name;
	json_t *value = NULL;

	if (name->count == 0)
		return st->top > 0 ? st->stack[st->top - 1] : NULL;
	for (size_t i = st->top; i > 0 && value == NULL; i--)
		value = json_object_get(st->stack[i - 1], name->parts[0]);
	for (size_t i = 1; i < name->count && value != NULL; i++)
		value = json_object_get(value, name->parts[i]);
	if (value == NULL && st->r->strict)
		fail(st, node, "the model lacks", name->text);
	return value;
}

static bool
truthy(const json_t *v)
{
	return v != NULL && !json_is_null(v) && !json_is_false(v) &&
	    !(json_is_array(v) && json_array_size(v) == 0);
}

static void
render_value(struct state *st, const struct node *node)
{
	const json_t *v = look_up(st, node);
	const char *html;
	char digits[40];

	if (v == NULL || st->r->error != NULL)
		return;
	st->midline = false;
	switch (json_typeof(v)) {
	case JSON_NULL:
		return;
	case JSON_TRUE:
		buf_add(st->r->out, "true");
		return;
	case JSON_FALSE:
		buf_add(st->r->out, "false");
		return;
	case JSON_INTEGER:
		snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		buf_add(st->r->out, digits);
		return;
	case JSON_REAL:
		snprintf(digits, sizeof digits, "%.15g", json_real_value(v));
		buf_add(st->r->out, digits);
		return;
	case JSON_STRING:
		if (node->kind == NODE_RAW && st->r->trusting)
			buf_add_n(st->r->out, json_string_value(v), json_string_length(v));
		else if (node->kind == NODE_RAW && st->r->strict)
			fail(st, node, "this is not marked as safe HTML:", node->name.text);
		else
			add_escaped(st, json_string_value(v), json_string_length(v));
		return;
	case JSON_OBJECT:
	case JSON_ARRAY:
		html = view_safe_html(v);
		if (html != NULL && node->kind == NODE_RAW)
			buf_add(st->r->out, html);
		else if (st->r->strict)
			fail(st, node, html != NULL ? "safe HTML wants three braces:" :
			    "this is no text but a list or an object:", node->name.text);
		else if (html != NULL)
			add_escaped(st, html, strlen(html));
		return;
	}
}

static void
render_in(struct state *st, json_t *context, const struct node *nodes)
{
	st->stack[st->top++] = context;
	render_list(st, nodes);
	st->top--;
}

static void
render_section(struct state *st, const struct node *node)
{
	json_t *v = look_up(st, node), *item;
	size_t i;

	if (st->r->error != NULL)
		return;
	if (node->kind == NODE_INVERTED) {
		if (!truthy(v))
			render_list(st, node->children);
	} else if (!truthy(v)) {
		return;
	} else if (json_is_array(v)) {
		json_array_foreach(v, i, item)
			render_in(st, item, node->children);
	} else {
		render_in(st, v, node->children);
	}
}

/* Runs the list under a longer indentation. */
static void
render_indented(struct state *st, const char *indent, const struct node *nodes)
{
	const char *indent_before = st->indent;
	size_t len_before = st->indent_len;

	if (*indent != '\0') {
		st->indent = str_fmt(st->r->out->pool, "%s%s", indent_before, indent);
		st->indent_len = strlen(st->indent);
	}
	render_list(st, nodes);
	st->indent = indent_before;
	st->indent_len = len_before;
}

/* Another view, alone on its line or in the middle of one; then its lines get no indentation. */
static void
render_view(struct state *st, const struct node *node, const struct frame *frame)
{
	const struct frame *frame_before = st->frame;
	const char *indent_before = st->indent;
	size_t len_before = st->indent_len;

	if (node->target == NULL)
		return;
	st->frame = frame;
	if (!node->alone) {
		st->indent = "";
		st->indent_len = 0;
	}
	render_indented(st, node->indent, node->target->nodes);
	st->indent = indent_before;
	st->indent_len = len_before;
	st->frame = frame_before;
}

/* The outermost filling of the block wins (spec: multi-level inheritance); it is rendered among the
 * blocks of the view that it was written in, so that a component used in it keeps its own. */
static void
render_block(struct state *st, const struct node *site)
{
	const struct frame *frame_before = st->frame;
	const struct node *filling = site;

	for (const struct frame *f = frame_before; f != NULL; f = f->outer)
		for (const struct node *b = f->blocks; b != NULL; b = b->next)
			if (strcmp(b->name.text, site->name.text) == 0) {
				filling = b;
				st->frame = f->outer;
				break;
			}
	if (!site->alone) {
		st->midline = true;
		render_indented(st, site->indent, filling->children);
		st->midline = false;
	} else {
		if (!filling->alone && filling->children != NULL) {
			add_indent(st);
			buf_add(st->r->out, site->indent);
		}
		render_indented(st, site->indent, filling->children);
	}
	st->frame = frame_before;
}

static void
render_plural(struct state *st, const struct node *node)
{
	const json_t *v = look_up(st, node);

	if (st->r->error != NULL)
		return;
	if (st->r->strict && !json_is_integer(v)) {
		fail(st, node, "no whole number is", node->name.text);
		return;
	}
	json_int_t n = json_integer_value(v);
	uint64_t count = n < 0 ? -(uint64_t)n : (uint64_t)n;
	render_list(st, node->forms[st->r->lang][i18n_form(st->r->lang, count)]);
}

static void
render_time(struct state *st, const struct node *node)
{
	const json_t *v = look_up(st, node);
	struct pool *pool = st->r->out->pool;
	enum lang lang = st->r->lang;
	const char *iso = json_string_value(v), *s = iso;

	if (st->r->error != NULL || v == NULL || json_is_null(v))
		return;
	if (iso == NULL) {
		if (st->r->strict)
			fail(st, node, "no time is", node->name.text);
		return;
	}
	if (node->kind == NODE_DATE)
		s = i18n_date(pool, lang, iso);
	else if (node->kind == NODE_DAY)
		s = i18n_day(pool, lang, iso);
	else if (node->kind == NODE_TIME)
		s = i18n_time(pool, lang, iso);
	else
		s = i18n_ago(pool, lang, iso);
	add_escaped(st, s, strlen(s));
}

static void
render_number(struct state *st, const struct node *node)
{
	const json_t *v = look_up(st, node);
	struct pool *pool = st->r->out->pool;

	if (st->r->error != NULL || v == NULL || json_is_null(v))
		return;
	if (!json_is_integer(v)) {
		if (st->r->strict)
			fail(st, node, "no whole number is", node->name.text);
		return;
	}
	json_int_t n = json_integer_value(v);
	buf_add(st->r->out, node->kind == NODE_MONEY ? i18n_money(pool, st->r->lang, n) :
	    i18n_number(pool, st->r->lang, n));
}

static void
render_node(struct state *st, const struct node *node)
{
	struct frame frame = { .blocks = node->children, .outer = st->frame };

	if (node->bol)
		add_indent(st);
	switch (node->kind) {
	case NODE_TEXT: add_text(st, node->text, node->len); return;
	case NODE_VALUE:
	case NODE_RAW: render_value(st, node); return;
	case NODE_SECTION:
	case NODE_INVERTED: render_section(st, node); return;
	case NODE_PARTIAL: render_view(st, node, NULL); return;
	case NODE_PARENT: render_view(st, node, &frame); return;
	case NODE_BLOCK: render_block(st, node); return;
	case NODE_T: render_list(st, node->forms[st->r->lang][0]); return;
	case NODE_PLURAL: render_plural(st, node); return;
	case NODE_DATE:
	case NODE_DAY:
	case NODE_TIME:
	case NODE_AGO: render_time(st, node); return;
	case NODE_NUMBER:
	case NODE_MONEY: render_number(st, node); return;
	}
}

static void
render_list(struct state *st, const struct node *node)
{
	if (node != NULL && ++st->depth > DEPTH_MAX)
		fail(st, node, "too deep in each other:", node->view);
	else if (node == NULL)
		return;
	for (; node != NULL && st->r->error == NULL; node = node->next)
		render_node(st, node);
	st->depth--;
}

void
view_render_nodes(struct render *r, const struct template *template)
{
	struct state st = { .r = r, .indent = "", .plain = template->plain };

	for (size_t i = 0; i < sizeof r->contexts / sizeof *r->contexts; i++)
		if (r->contexts[i] != NULL)
			st.stack[st.top++] = r->contexts[i];
	render_list(&st, template->nodes);
}
