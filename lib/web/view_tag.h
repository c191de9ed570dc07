/*
 * view_tag: where a view's parser stands, and the tag there. Private to view_parse.c.
 */
#ifndef VICHE_WEB_VIEW_TAG_H
#define VICHE_WEB_VIEW_TAG_H

#include "web/view_tree.h"

enum { DELIMITER_MAX = 8 };

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

/* The tag that opens at start; a change of the delimiters is done already. */
struct tag tag_read(struct parser *ps, size_t start);

/* The tag's name in its parts. */
struct name tag_name(struct parser *ps, const struct tag *tag);

int tag_line(struct parser *ps, size_t at);

/* Keeps the first error: view, line of at, what, and name in quotes where it is not empty. */
void tag_fail(struct parser *ps, size_t at, const char *what, const char *name);

/* Whether only white space stands before at on its line; *start: where that begins. */
bool tag_blank_before(const struct parser *ps, size_t at, size_t *start);

/* Whether only white space follows on the line; *next: where the next one begins. */
bool tag_blank_after(const struct parser *ps, size_t at, size_t *next);

#endif
