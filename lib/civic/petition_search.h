/*
 * petition_search: what a person typed, as the database is asked for it, and the found words marked in
 * titles.
 *
 * Every word must be found: by its stem, or as the beginning of a stem, of a word of title and text, or
 * of the author's name. Left out are words that say nothing («на», «для», "the"), and of more than
 * PETITION_WORDS_MAX words the last. A single number finds the petition of that number too. While the
 * process `stem` is away, words are looked up as they were typed, in titles and texts as they stand.
 *
 * A term's petitions stand together in petition_term: 0.3 µs each to read and to gather. Checking one petition for
 * a word in its stems takes 2 µs. So the rarer words are gathered, and those that many times as many petitions
 * have are looked for in the stems of what the others find. Where thousands must have all the words, the list
 * is walked in its order: a page is full soon.
 *
 * InnoDB's full text, which did this before, takes 5 µs for each petition of each word, and twice that where its
 * rank is asked: 24 ms instead of 7 for «ремонт дороги на Корабельній» among 100,000 petitions, 65 instead of
 * 9 for the candidates of a similar petition. It remains for titles and texts as they stand.
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
	PETITION_RARE = 3000       /* petitions that may have all words before the list is walked */
};

struct petition_words {
	bool stemmed;        /* false: `stem` did not answer */
	bool walk;           /* more than PETITION_RARE have all words: PETITION_WALKED, else PETITION_FOUND */
	int64_t number;      /* of a petition, or 0 */
	const char *terms;   /* JSON: [term, bit of the word that it stands for] of the words to be gathered */
	int64_t all;         /* the bits of all these words */
	const char *plain;   /* boolean full-text over petition's title and text; "" finds nothing */
	const char *frequent[PETITION_FREQUENT_MAX]; /* patterns of LIKE; "%" where there are fewer */
	size_t count;
	struct petition_word {
		const char *stem, *folded; /* what a found word is told by */
		int64_t documents;         /* petitions that have it, roughly */
		json_t *terms;             /* for which it stands, as texts */
	} of[PETITION_WORDS_MAX];
};

/* In the pool; never NULL. */
const struct petition_words *petition_words(struct db *db, struct pool *pool, int64_t community,
    const char *typed);

/* Conditions on the table petition p, each with its arguments; words.walk says which. */
#define PETITION_STEMS "CONCAT(' ', s.title_stems, ' ', s.text_stems, ' ', s.author, ' ') "
#define PETITION_FOUND \
	"p.id IN (SELECT found.id FROM (" \
	"SELECT s.petition_id AS id FROM (" \
	"SELECT t.petition_id FROM JSON_TABLE(?, '$[*]' COLUMNS (term VARCHAR(80) CHARACTER SET utf8mb4 COLLATE " \
	"utf8mb4_bin PATH '$[0]', word INT PATH '$[1]')) g STRAIGHT_JOIN petition_term t ON t.community_id = ? AND " \
	"t.term = g.term GROUP BY t.petition_id HAVING BIT_OR(g.word) = ?) a " \
	"STRAIGHT_JOIN petition_search s ON s.petition_id = a.petition_id AND s.community_id = ? " \
	"WHERE " PETITION_STEMS "LIKE ? AND " PETITION_STEMS "LIKE ? AND " PETITION_STEMS "LIKE ? " \
	"UNION SELECT q.id FROM petition q WHERE q.community_id = ? " \
	"AND MATCH(q.title, q.text) AGAINST (? IN BOOLEAN MODE) " \
	"UNION SELECT n.id FROM petition n WHERE n.community_id = ? AND n.id = ?) AS found) "
#define PETITION_FOUND_ARGS(community, w) \
	TEXT((w)->terms), INT(community), INT((w)->all), INT(community), TEXT((w)->frequent[0]), TEXT((w)->frequent[1]), \
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
