/*
 * dictionary: one word's stem by hunspell's Ukrainian and English dictionaries and by rules.h. The
 * dictionaries weigh some 45 MB and take a third of a second to read.
 *
 * hunspell is only asked for stems (it never suggests, which may take seconds); that takes at most
 * some 0.1 ms whatever the word (CPU of 2020), a word that was asked lately far less: answers are kept in a
 * table of fixed size, where a new one takes the place of another.
 */
#ifndef VICHE_STEM_DICTIONARY_H
#define VICHE_STEM_DICTIONARY_H

#include <stddef.h>

#include "base/pool.h"

/* Reads the dictionaries; fatal where one is missing. Process lifetime. */
void dictionary_open(void);

/* The stem of a word of words_next(): letters and digits in lower case, never longer than
 * WORD_BYTES_MAX; "" where the word has neither. */
const char *dictionary_stem(struct pool *pool, const char *word, size_t len);

#endif
