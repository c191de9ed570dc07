/*
 * words: the words of a text, as a search sees them: runs of letters, marks and digits (Unicode
 * general categories L, M and N), and an apostrophe between two of them («об'їзд», "don't"), which
 * people type as ' ’ or ʼ.
 */
#ifndef VICHE_BASE_WORDS_H
#define VICHE_BASE_WORDS_H

#include <stddef.h>

#include "base/pool.h"

enum { WORD_BYTES_MAX = 80 }; /* as folded; InnoDB's full text takes 84 letters */

/* The next word of a well-formed string: its start, or NULL at the end; *p moves behind it. */
const char *words_next(const char **p, size_t *len);

/* A word in lower case with ' for its apostrophes and without marks and signs, as a dictionary has
 * it. "" where nothing is left or more than WORD_BYTES_MAX is. */
const char *words_lower(struct pool *pool, const char *word, size_t len);

/* A word as words are compared: lower case, no apostrophes, marks or signs (a stressed «за́мок» is
 * «замок»): letters and digits alone. "" as above. */
const char *words_fold(struct pool *pool, const char *word, size_t len);

#endif
