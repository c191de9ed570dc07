/*
 * petition_search: what a person typed, as the database is asked for it, and the found words marked in
 * titles.
 *
 * Every word must be found: by its stem, or as the beginning of a stem, of a word of title and text, or
 * of the author's name. Left out are words that say nothing («на», «для», "the"), and of more than
 * PETITION_WORDS_MAX words the last. A single number finds the petition of that number too. While the
 * process `stem` is away, words are looked up as they were typed, in titles and texts as they stand.
 *
 * InnoDB's full text takes some 10 µs for each petition that it finds, wanted on this page or not. Words
 * that stand in more than half of all petitions are therefore looked for in the stems of what the others
 * find. Where thousands must have all the words, the list is walked in its order: a page is full soon.
 */
#ifndef VICHE_CIVIC_PETITION_SEARCH_H
#define VICHE_CIVIC_PETITION_SEARCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"

enum {
	PETITION_WORDS_MAX = 12,
	PETITION_FREQUENT_MAX = 3, /* words looked for without the full text */
	PETITION_RARE = 3000       /* petitions that the full text may find for one word */
};

struct petition_words {
	bool stemmed;        /* false: `stem` did not answer */
	bool walk;           /* more than PETITION_RARE have all words: PETITION_WALKED, else PETITION_FOUND */
	int64_t number;      /* of a petition, or 0 */
	const char *terms;   /* boolean full-text over petition_search; "" finds nothing */
	const char *plain;   /* the same over petition's title and text */
	const char *frequent[PETITION_FREQUENT_MAX]; /* patterns of LIKE; "%" where there are fewer */
	size_t count;
	struct petition_word {
		const char *stem, *folded; /* what a found word is told by */
		int64_t documents;         /* petitions that have it */
	} of[PETITION_WORDS_MAX];
};

/* In the pool; never NULL. */
const struct petition_words *petition_words(struct db *db, struct pool *pool, int64_t community,
    const char *typed);

/* Conditions on the table petition p, each with its arguments; words.walk says which. */
#define PETITION_STEMS "CONCAT(' ', s.title_stems, ' ', s.text_stems, ' ', s.author, ' ') "
#define PETITION_FOUND \
	"p.id IN (SELECT found.id FROM (" \
	"SELECT s.petition_id AS id FROM petition_search s WHERE s.community_id = ? " \
	"AND MATCH(s.terms) AGAINST (? IN BOOLEAN MODE) " \
	"AND " PETITION_STEMS "LIKE ? AND " PETITION_STEMS "LIKE ? AND " PETITION_STEMS "LIKE ? " \
	"UNION SELECT q.id FROM petition q WHERE q.community_id = ? " \
	"AND MATCH(q.title, q.text) AGAINST (? IN BOOLEAN MODE) " \
	"UNION SELECT n.id FROM petition n WHERE n.community_id = ? AND n.id = ?) AS found) "
#define PETITION_FOUND_ARGS(community, w) \
	INT(community), TEXT((w)->terms), TEXT((w)->frequent[0]), TEXT((w)->frequent[1]), \
	    TEXT((w)->frequent[2]), INT(community), TEXT((w)->plain), INT(community), INT((w)->number)
#define PETITION_WALKED \
	"(p.id = ? OR (SELECT " PETITION_STEMS "LIKE ? AND " PETITION_STEMS "LIKE ? AND " PETITION_STEMS \
	"LIKE ? FROM petition_search s WHERE s.petition_id = p.id AND s.community_id = p.community_id)) "
#define PETITION_WALKED_ARGS(w) \
	INT((w)->number), TEXT((w)->frequent[0]), TEXT((w)->frequent[1]), TEXT((w)->frequent[2])

/* Sets title_html of each row that has a title: safe HTML, the found words in <mark>. words may be
 * NULL: nothing is marked. */
void petition_mark_words(struct pool *pool, const struct petition_words *words, json_t *rows);

#endif
