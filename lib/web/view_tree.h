/*
 * view_tree: a parsed view. Private to view*.c.
 *
 * Invariants: a tree lives in the pool it was parsed into and is never changed after linking, so
 * that a request only reads it. Texts point into the view's source, which lives as long.
 */
#ifndef VICHE_WEB_VIEW_TREE_H
#define VICHE_WEB_VIEW_TREE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"
#include "base/str.h"
#include "web/i18n.h"

enum { LANGS = LANG_EN + 1 };

enum node_kind {
	NODE_TEXT,
	NODE_VALUE,    /* {{name}} */
	NODE_RAW,      /* {{{name}}}, {{&name}} */
	NODE_SECTION,  /* {{#name}} */
	NODE_INVERTED, /* {{^name}} */
	NODE_PARTIAL,  /* {{>view}} */
	NODE_PARENT,   /* {{<view}}: children are the blocks that it fills */
	NODE_BLOCK,    /* {{$name}} */
	NODE_T,
	NODE_PLURAL,
	NODE_DATE,     /* the rest of the lambdas: the value's name is the node's */
	NODE_DAY,
	NODE_TIME,
	NODE_AGO,
	NODE_NUMBER,
	NODE_MONEY
};

/* A dotted name; no part at all is {{.}}. */
struct name {
	const char *text;
	const char **parts;
	size_t count;
};

struct template;

struct node {
	struct node *next, *children;
	const struct template *target; /* of PARTIAL and PARENT; NULL where the view is missing */
	struct node *unlinked;         /* the parser's list of nodes that want a target */
	const char *view;
	const char *text; /* of TEXT: len bytes */
	size_t len;
	struct name name;
	/* PARTIAL, PARENT, BLOCK: what every line of the contents is indented by. */
	const char *indent;
	/* T has one form, PLURAL as many as the language. */
	struct node *forms[LANGS][I18N_FORMS];
	int line;
	enum node_kind kind;
	bool bol;   /* begins a line of its source, so the indentation around it goes before it */
	bool alone; /* PARTIAL, PARENT: the only one on its line; BLOCK: its opening tag is */
};

struct template {
	const char *name;
	struct node *nodes;
	bool plain; /* *.txt: nothing is escaped */
};

/* What is parsed, and what came of it. */
struct parse {
	struct pool *pool;
	const char *view;
	const char *source; /* len bytes and a NUL; outlives the tree */
	size_t len;
	int line;      /* of the first byte */
	bool lambdas;  /* the named lambdas are sections of that kind */
	bool words;    /* a msgid or its translation: one line, no rule of standalone tags, no t in it */
	struct node *unlinked; /* nodes that want a target are added in front */
	const char *error;     /* one sentence with view and line; NULL: none */
};

/* The tree of p->source; p->error where it is malformed. */
struct node *view_parse(struct parse *p);

/* Whether a section of this name is a lambda, and which. */
bool view_lambda(const char *name, enum node_kind *kind);

/* Fills a lambda's node from its contents: the source between its tags, and their tree. */
void view_words(struct parse *p, struct node *node, const char *source, size_t len,
    const struct node *contents);

/* Takes up to width leading spaces from every line of a tree. */
void view_dedent(struct pool *pool, struct node *nodes, size_t width);

struct render {
	struct buf *out;
	json_t *contexts[2]; /* the bottom of the stack, the lower one first; NULL is left out */
	enum lang lang;
	bool strict, trusting; /* trusting: {{{…}}} takes anything */
	const char *error;     /* one line; NULL: none */
};

void view_render_nodes(struct render *r, const struct template *template);

#endif
