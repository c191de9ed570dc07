/*
 * petition_search: what a person typed, as the database is asked for it, and the found words marked in
 * titles.
 *
 * Every word must be found: by its stem, or as the beginning of a stem, of a word of title and text, or
 * of the author's name. Left out are words of one letter and those that say nothing («на», «для», "the")
 * unless nothing else is there; of more than PETITION_WORDS_MAX words the last. A single number finds the
 * petition of that number too. While the process `stem` is away, words are looked up as they were typed,
 * in titles and texts as they stand.
 */
#ifndef VICHE_CIVIC_PETITION_SEARCH_H
#define VICHE_CIVIC_PETITION_SEARCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

enum { PETITION_WORDS_MAX = 12 };

struct petition_words {
	bool stemmed;        /* false: `stem` did not answer */
	int64_t number;      /* of a petition, or 0 */
	const char *stems;   /* boolean full-text over petition_search; "" finds nothing */
	const char *plain;   /* the same over petition's title and text */
	size_t count;
	struct {
		const char *stem, *folded; /* what a found word is told by */
	} of[PETITION_WORDS_MAX];
};

/* In the pool; never NULL. */
const struct petition_words *petition_words(struct pool *pool, const char *typed);

/* A condition on the table petition p: PETITION_FOUND with PETITION_FOUND_ARGS. */
#define PETITION_FOUND \
	"p.id IN (SELECT found.id FROM (" \
	"SELECT s.petition_id AS id FROM petition_search s WHERE s.community_id = ? " \
	"AND MATCH(s.title_stems, s.text_stems, s.author) AGAINST (? IN BOOLEAN MODE) " \
	"UNION SELECT q.id FROM petition q WHERE q.community_id = ? " \
	"AND MATCH(q.title, q.text) AGAINST (? IN BOOLEAN MODE) " \
	"UNION SELECT n.id FROM petition n WHERE n.community_id = ? AND n.id = ?) AS found) "
#define PETITION_FOUND_ARGS(community, w) \
	INT(community), TEXT((w)->stems), INT(community), TEXT((w)->plain), INT(community), INT((w)->number)

/* Sets title_html of each row that has a title: safe HTML, the found words in <mark>. words may be
 * NULL: nothing is marked. */
void petition_mark_words(struct pool *pool, const struct petition_words *words, json_t *rows);

#endif
