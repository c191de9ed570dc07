/*
 * words: the words of a text, as a search sees them: runs of letters, marks and digits (Unicode
 * general categories L, M and N).
 */
#ifndef VICHE_BASE_WORDS_H
#define VICHE_BASE_WORDS_H

#include <stddef.h>

/* The next word of a well-formed string: its start, or NULL at the end; *p moves behind it. */
const char *words_next(const char **p, size_t *len);

#endif
