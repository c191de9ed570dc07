/*
 * stems: the stems of a text's words, by which searches and the finding of similar petitions compare
 * («ремонту доріг» and «ремонт дороги» have the same two). The process `stem` makes them, since its
 * dictionaries weigh too much for every program; it may be down, and whoever asks goes on without.
 *
 * A question is a text of lines. The answer has as many lines, each with one stem for each of its words
 * (base/words.h) in their order, with spaces between them: letters and digits, or "-" for a word that has
 * none. It stops after STEMS_WORDS_MAX words. Its status is STEMS_VERSION.
 */
#ifndef VICHE_CIVIC_STEMS_H
#define VICHE_CIVIC_STEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"

enum {
	STEMS_VERSION = 3, /* goes up with every change of rules or dictionaries: stored stems are made anew */
	STEMS_TEXT_MAX = 64 * 1024, /* bytes of a question; a petition has at most 20,000 letters */
	STEMS_WORDS_MAX = 4000,
	STEMS_WAIT_MS = 300 /* a text takes 1 to 30 ms; a page does not wait longer for it */
};

/* The answer, in the pool; NULL where the process is away, late or of another version. A text above
 * STEMS_TEXT_MAX is cut. */
const char *stems_of(struct pool *pool, const char *text);

/* The same lines with each word folded instead of stemmed: what is there while the process is not. */
const char *stems_without(struct pool *pool, const char *text);

/* Both sides' answer to a text by a function that stems one word (base/words.h), "" for none. */
const char *stems_each(struct pool *pool, const char *text,
    const char *(*stem)(struct pool *pool, const char *word, size_t len));

/* A stem that says nothing: "-", or a preposition, conjunction or the like of either language. */
bool stems_silent(const char *stem, size_t len);

/* The next stem of a line of stems, or NULL at its end; *p moves behind it. "-" is given too. */
const char *stems_next(const char **p, size_t *len);

#endif
