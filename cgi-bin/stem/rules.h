/*
 * rules: what a dictionary does not know: which of its answers to take, endings of words that it
 * lacks, and words that belong together though it keeps them apart.
 *
 * Every word here is lower case with ' for apostrophes (words_lower()); results are such, too, and
 * live in the pool or for ever. The rules look at the word alone, never at its neighbours: so each form of a
 * word always has the same stem, and all forms of a word meet in one wherever that can be told.
 */
#ifndef VICHE_STEM_RULES_H
#define VICHE_STEM_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"

/* Ukrainian: written in Cyrillic. What has neither script nor a letter is its own stem. */
enum rules_script { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_CYRILLIC };
enum rules_script rules_script(const char *word);

/* The lemma that the table gives for a form which the dictionary leads astray or leaves alone
 * («київ», «людей»), or NULL. */
const char *rules_exception(const char *word);

/* Of a Ukrainian word's possible lemmas, at least one: the shortest, then the first in the order of
 * bytes: a noun rather than the verb or adjective that shares a form with it («води»: «вода», not «водити»). */
const char *rules_choose(char *const *lemmas, size_t count);

/* A Ukrainian word without its ending, for one that the dictionary lacks. */
const char *rules_uk_cut(struct pool *pool, const char *word);

/* The noun inside a Ukrainian verb, verbal noun or participle («відремонтувати», «асфальтування»:
 * «ремонт», «асфальт»), or NULL. known: whether the dictionary has it. */
const char *rules_uk_root(struct pool *pool, const char *lemma, bool (*known)(const char *word));

/* An English word without 's and the plural's ending, for one that the dictionary lacks. */
const char *rules_en_singular(struct pool *pool, const char *word);

/* The key in which an English word's relatives meet, in American and British spelling («legalise»,
 * «legalization»). */
const char *rules_en_key(struct pool *pool, const char *lemma);

#endif
