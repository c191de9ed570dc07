#include "civic/petition_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/text.h"
#include "base/words.h"
#include "civic/stems.h"
#include "web/view.h"

#define LAST_LETTER "\xf4\x8f\xbf\xbf" /* U+10FFFF: behind every word that begins so */

enum {
	BEGINNING_LEAST = 3, /* letters: «на*» would be half of all words */
	BEGUN_MAX = 200,     /* terms that begin so; of more, those that most petitions have */
	GATHERED = 1000,     /* a word of so few petitions is gathered, whatever the others */
	MANY_TIMES = 6,      /* …and one of more, unless so many times as many have it as are left to be checked */
	NUMBER_DIGITS = 12
};

/* Of a frequent word, the stem and its beginnings are enough. */
static const char *
pattern(struct pool *pool, const struct petition_word *w)
{
	if (text_length(w->folded) >= BEGINNING_LEAST && str_starts(w->stem, w->folded))
		return str_fmt(pool, "%% %s%%", w->folded);
	return str_fmt(pool, "%% %s %%", w->stem);
}

/* For titles and texts as they stand, where InnoDB sees an apostrophe as the end of a word. */
static void
add_plain(struct buf *b, const char *word, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t piece = 0;
		while (i + piece < len && word[i + piece] != '\'' && strncmp(word + i + piece, "’", 3) != 0)
			piece++;
		if (piece > 1)
			buf_fmt(b, "%s+%.*s*", b->len > 0 ? " " : "", (int)piece, word + i);
		i += piece + (i + piece < len && word[i + piece] == '\'' ? 1 : 3);
	}
}

static int64_t
number_alone(const char *folded)
{
	size_t digits = strspn(folded, "0123456789");

	return digits > 0 && digits <= NUMBER_DIGITS && folded[digits] == '\0' ? strtoll(folded, NULL, 10) : 0;
}

/* The terms that a word stands for. Names of authors are among the counted with 0. */
static void
add_terms(struct db *db, int64_t community, struct petition_word *w)
{
	SQL(word_terms, "SELECT stem, documents FROM stem_count WHERE community_id = ? AND "
	                "(stem = ? OR (stem >= ? AND stem < CONCAT(?, ?))) ORDER BY documents DESC LIMIT ?");
	bool beginning = text_length(w->folded) >= BEGINNING_LEAST;
	const char *from = beginning ? w->folded : w->stem;
	json_t *rows = db_rows(db, &word_terms,
	    ARGS(INT(community), TEXT(w->stem), TEXT(from), TEXT(from), TEXT(beginning ? LAST_LETTER : " "),
	        INT(BEGUN_MAX))), *row;
	size_t i;

	w->terms = json_array();
	json_array_foreach(rows, i, row) {
		w->documents += json_integer_value(json_object_get(row, "documents"));
		json_array_append(w->terms, json_object_get(row, "stem"));
	}
}

static int64_t
all_documents(struct db *db, int64_t community)
{
	SQL(all_documents, "SELECT documents FROM stem_count WHERE community_id = ? AND stem = ''");

	return db_number(db, &all_documents, ARGS(INT(community)), 0);
}

static int
rarest_first(const void *a, const void *b)
{
	const struct petition_word *x = a, *y = b;
	return (x->documents > y->documents) - (x->documents < y->documents);
}

/* [term, bit] of the rarest words. */
static const char *
gathered(struct petition_words *w, size_t count)
{
	json_t *list = json_array(), *term;
	size_t i;

	for (size_t word = 0; word < count; word++) {
		w->all |= (int64_t)1 << word;
		json_array_foreach(w->of[word].terms, i, term)
			json_array_append_new(list, json_pack("[O, i]", term, 1 << word));
	}
	return json_dumps(list, JSON_COMPACT);
}

/* Which words are gathered, and which are looked for in the stems. total: petitions. */
static void
plan(struct pool *pool, struct petition_words *w, int64_t total)
{
	size_t asked = 0, frequent = 0;
	int64_t least = total, left = 0; /* petitions that probably have the words so far */

	qsort(w->of, w->count, sizeof *w->of, rarest_first);
	/* So many have all the words, whichever they are: each word is missing in but total - documents. */
	for (size_t i = 0; i < w->count; i++)
		least -= total - w->of[i].documents;
	w->walk = w->count > 0 && w->count <= PETITION_FREQUENT_MAX && least > PETITION_RARE;
	while (!w->walk && asked < w->count &&
	    (asked == 0 || w->of[asked].documents <= GATHERED || w->of[asked].documents <= MANY_TIMES * left)) {
		left = asked == 0 ? w->of[0].documents : left * w->of[asked].documents / (total + 1);
		asked++;
	}
	/* More frequent ones than there is room for: the rarer of them are gathered. */
	if (w->count - asked > PETITION_FREQUENT_MAX)
		asked = w->count - PETITION_FREQUENT_MAX;
	w->terms = gathered(w, asked);
	for (size_t i = asked; i < w->count; i++)
		w->frequent[frequent++] = pattern(pool, &w->of[i]);
	while (frequent < PETITION_FREQUENT_MAX)
		w->frequent[frequent++] = "%";
}

const struct petition_words *
petition_words(struct db *db, struct pool *pool, int64_t community, const char *typed)
{
	struct petition_words *w = pool_alloc(pool, sizeof *w);
	const char *stems = stems_of(pool, typed), *word, *first = NULL;
	size_t len, length, words = 0;
	struct buf plain;

	w->stemmed = stems != NULL;
	buf_init(&plain, pool);
	while ((word = words_next(&typed, &len)) != NULL && w->count < PETITION_WORDS_MAX) {
		const char *folded = words_fold(pool, word, len), *stem = folded;
		if (w->stemmed && ((stem = stems_next(&stems, &length)) == NULL ||
		                      (stem = str_ndup(pool, stem, length)) == NULL))
			break;
		if (words++ == 0)
			first = folded;
		if (*folded == '\0' || stems_silent(folded, strlen(folded)) || stems_silent(stem, strlen(stem)))
			continue;
		struct petition_word *own = &w->of[w->count++];
		*own = (struct petition_word){ .stem = stem, .folded = folded };
		if (w->stemmed)
			add_terms(db, community, own);
		else
			add_plain(&plain, word, len);
	}
	w->plain = plain.s;
	w->number = words == 1 ? number_alone(first) : 0;
	plan(pool, w, w->stemmed ? all_documents(db, community) : 0);
	return w;
}

static bool
is_found(const struct petition_words *w, const char *folded, const char *stem, size_t len)
{
	for (size_t i = 0; i < w->count; i++) {
		const char *typed = w->of[i].folded, *wanted = w->of[i].stem;
		if (strcmp(typed, folded) == 0 ||
		    (text_length(typed) >= BEGINNING_LEAST && str_starts(folded, typed)))
			return true;
		if (stem != NULL && strlen(wanted) == len && memcmp(wanted, stem, len) == 0)
			return true;
	}
	return false;
}

/* stems: the title's, or NULL; moves on to those of the next line. */
static const char *
marked(struct pool *pool, const struct petition_words *w, const char *title, const char **stems)
{
	const char *at = title, *written = title, *word, *stem = NULL;
	size_t len, length = 0;
	struct buf b;

	buf_init(&b, pool);
	while ((word = words_next(&at, &len)) != NULL) {
		if (*stems != NULL)
			stem = stems_next(stems, &length);
		if (!is_found(w, words_fold(pool, word, len), stem, length))
			continue;
		buf_add_html(&b, written, (size_t)(word - written));
		buf_add(&b, "<mark>");
		buf_add_html(&b, word, len);
		buf_add(&b, "</mark>");
		written = word + len;
	}
	buf_add_html(&b, written, strlen(written));
	if (*stems != NULL && **stems == '\n')
		++*stems;
	return b.s;
}

static const char *
escaped(struct pool *pool, const char *title)
{
	struct buf b;

	buf_init(&b, pool);
	buf_add_html(&b, title, strlen(title));
	return b.s;
}

void
petition_mark_words(struct pool *pool, const struct petition_words *words, json_t *rows)
{
	struct buf titles;
	const char *stems = NULL, *title;
	json_t *row;
	size_t i;

	if (words != NULL && words->stemmed) {
		buf_init(&titles, pool);
		json_array_foreach(rows, i, row)
			buf_fmt(&titles, "%s\n", json_string_value(json_object_get(row, "title")));
		stems = stems_of(pool, titles.s);
	}
	json_array_foreach(rows, i, row) {
		title = json_string_value(json_object_get(row, "title"));
		json_object_set_new(row, "title_html",
		    view_safe(words != NULL ? marked(pool, words, title, &stems) : escaped(pool, title)));
	}
}
