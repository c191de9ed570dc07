/*
 * view_words: the lambdas' contents, made ready at start: texts with their translations, each of
 * them a small view, and the one value that the others take.
 */
#include <string.h>

#include "web/view_tree.h"

static const struct {
	const char *name;
	enum node_kind kind;
} lambdas[] = {
	{ "t", NODE_T },
	{ "plural", NODE_PLURAL },
	{ "date", NODE_DATE },
	{ "day", NODE_DAY },
	{ "time", NODE_TIME },
	{ "ago", NODE_AGO },
	{ "number", NODE_NUMBER },
	{ "money", NODE_MONEY },
};

/* One number of every plural form in every language (i18n_form()). */
static const unsigned samples[] = { 1, 2, 5 };

bool
view_lambda(const char *name, enum node_kind *kind)
{
	for (size_t i = 0; i < sizeof lambdas / sizeof *lambdas; i++)
		if (strcmp(lambdas[i].name, name) == 0) {
			*kind = lambdas[i].kind;
			return true;
		}
	return false;
}

static void
fail(struct parse *p, const struct node *node, const char *what)
{
	if (p->error == NULL)
		p->error = str_fmt(p->pool, "%s line %d: {{#%s}} %s", node->view, node->line,
		    node->name.text, what);
}

/* The msgid: runs of white space become one space, none at the ends. scripts/messages does the
 * same. */
static const char *
fold(struct pool *pool, const char *s, size_t len)
{
	struct buf out;
	bool space = false;

	buf_init(&out, pool);
	for (size_t i = 0; i < len; i++) {
		if (strchr(" \t\r\n", s[i]) != NULL) {
			space = out.len > 0;
			continue;
		}
		if (space)
			buf_add_char(&out, ' ');
		space = false;
		buf_add_char(&out, s[i]);
	}
	return out.s;
}

/* Where the first '|' stands that is in no tag and no section; len if there is none. */
static size_t
find_bar(const char *s, size_t len)
{
	int depth = 0;
	bool in_tag = false;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '{' && i + 1 < len && s[i + 1] == '{') {
			size_t kind = ++i + 1;
			while (kind < len && strchr(" \t\r\n", s[kind]) != NULL)
				kind++;
			in_tag = true;
			if (kind < len && (s[kind] == '#' || s[kind] == '^'))
				depth++;
			else if (kind < len && s[kind] == '/')
				depth--;
		} else if (s[i] == '}' && i + 1 < len && s[i + 1] == '}') {
			in_tag = false;
			i++;
		} else if (s[i] == '|' && !in_tag && depth == 0) {
			return i;
		}
	}
	return len;
}

static struct node *
parse_words(struct parse *p, const struct node *node, const char *msgid, const char *text)
{
	struct parse words = { .pool = p->pool, .view = p->view, .source = text,
		.len = strlen(text), .line = node->line, .lambdas = true, .words = true,
		.unlinked = p->unlinked };
	struct node *tree = view_parse(&words);

	p->unlinked = words.unlinked;
	if (words.error != NULL && p->error == NULL)
		p->error = str_fmt(p->pool, "%s, in the %s of \"%s\"", words.error,
		    text == msgid ? "text" : "translation", msgid);
	return tree;
}

/* The first value that stands in a tree or in the lambdas of it. */
static const struct node *
first_value(const struct node *node)
{
	for (; node != NULL; node = node->next) {
		if (node->kind == NODE_VALUE || node->kind >= NODE_DATE)
			return node;
		const struct node *inner = first_value(node->children);
		if (inner != NULL)
			return inner;
	}
	return NULL;
}

static void
fill_t(struct parse *p, struct node *node, const char *source, size_t len)
{
	const char *msgid = fold(p->pool, source, len);

	if (*msgid == '\0') {
		fail(p, node, "is empty");
		return;
	}
	for (enum lang lang = LANG_UK; lang <= LANG_EN; lang++)
		node->forms[lang][0] = parse_words(p, node, msgid, i18n_text(lang, msgid));
}

static void
fill_plural(struct parse *p, struct node *node, const char *source, size_t len)
{
	size_t bar = find_bar(source, len);

	if (bar == len) {
		fail(p, node, "wants two forms: one|many");
		return;
	}
	const char *one = fold(p->pool, source, bar);
	const char *many = fold(p->pool, source + bar + 1, len - bar - 1);
	for (enum lang lang = LANG_UK; lang <= LANG_EN; lang++)
		for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
			struct node **form = &node->forms[lang][i18n_form(lang, samples[i])];
			if (*form == NULL)
				*form = parse_words(p, node, one,
				    i18n_plural(lang, one, many, samples[i]));
		}
	const struct node *number = first_value(node->forms[LANG_EN][0]);
	if (number == NULL)
		number = first_value(node->forms[LANG_EN][1]);
	if (number != NULL)
		node->name = number->name;
	else
		fail(p, node, "names no number");
}

/* The only value among white space, or NULL. */
static const struct node *
only_value(const struct node *contents)
{
	const struct node *value = NULL;

	for (; contents != NULL; contents = contents->next) {
		if (contents->kind == NODE_TEXT) {
			for (size_t i = 0; i < contents->len; i++)
				if (strchr(" \t\r\n", contents->text[i]) == NULL)
					return NULL;
		} else if (contents->kind != NODE_VALUE || value != NULL) {
			return NULL;
		} else {
			value = contents;
		}
	}
	return value;
}

void
view_words(struct parse *p, struct node *node, const char *source, size_t len,
    const struct node *contents)
{
	if (node->kind == NODE_T || node->kind == NODE_PLURAL) {
		if (p->words)
			fail(p, node, "may not stand in another text");
		else if (node->kind == NODE_T)
			fill_t(p, node, source, len);
		else
			fill_plural(p, node, source, len);
		return;
	}
	const struct node *value = only_value(contents);
	if (value != NULL)
		node->name = value->name;
	else
		fail(p, node, "holds exactly one {{name}}");
}

/* Without up to width spaces where it begins a line, and after each line in it. */
static void
dedent_text(struct pool *pool, struct node *node, size_t width)
{
	struct buf out;
	bool line_start = node->bol;
	size_t left = width;

	buf_init(&out, pool);
	for (size_t i = 0; i < node->len; i++) {
		char c = node->text[i];
		if (line_start && left > 0 && (c == ' ' || c == '\t')) {
			left--;
			continue;
		}
		line_start = c == '\n';
		left = width;
		buf_add_char(&out, c);
	}
	node->text = out.s;
	node->len = out.len;
}

void
view_dedent(struct pool *pool, struct node *node, size_t width)
{
	if (width == 0)
		return;
	for (; node != NULL; node = node->next) {
		size_t own = strlen(node->indent), cut = own < width ? own : width;
		node->indent += cut;
		if (node->kind == NODE_TEXT)
			dedent_text(pool, node, width);
		else if (node->kind != NODE_PARENT && node->kind != NODE_PARTIAL)
			view_dedent(pool, node->children, width - cut);
	}
}
