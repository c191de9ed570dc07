#include "civic/petition_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/text.h"
#include "base/words.h"
#include "civic/stems.h"
#include "web/view.h"

enum {
	LETTERS_LEAST = 2,   /* innodb_ft_min_token_size */
	BEGINNING_LEAST = 3, /* letters: «на*» would be half of all words */
	NUMBER_DIGITS = 12
};

/* A condition on one word for petition_search: letters and digits alone stand in it. */
static void
add_stem(struct buf *b, const char *stem, const char *folded)
{
	bool beginning = text_length(folded) >= BEGINNING_LEAST;

	buf_add(b, b->len > 0 ? " +" : "+");
	if (!beginning)
		buf_add(b, stem);
	else if (strncmp(stem, folded, strlen(folded)) == 0)
		buf_fmt(b, "%s*", folded);
	else
		buf_fmt(b, "(%s %s*)", stem, folded);
}

/* The same for titles and texts as they stand, where InnoDB sees an apostrophe as the end of a word. */
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

/* The words of typed that count, silent ones too or not. */
static void
take_words(struct pool *pool, struct petition_words *w, const char *typed, const char *stems, bool silent)
{
	const char *word;
	size_t len, length;
	struct buf b, plain;

	buf_init(&b, pool);
	buf_init(&plain, pool);
	while ((word = words_next(&typed, &len)) != NULL && w->count < PETITION_WORDS_MAX) {
		const char *folded = words_fold(pool, word, len);
		const char *stem = w->stemmed ? stems_next(&stems, &length) : folded;
		if (stem == NULL)
			break;
		if (w->stemmed)
			stem = str_ndup(pool, stem, length);
		if (text_length(folded) < LETTERS_LEAST || text_length(stem) < LETTERS_LEAST ||
		    (!silent && stems_silent(folded, strlen(folded))))
			continue;
		w->of[w->count].stem = stem;
		w->of[w->count++].folded = folded;
		add_stem(&b, stem, folded);
		if (!w->stemmed)
			add_plain(&plain, word, len);
	}
	w->stems = b.s;
	w->plain = plain.s;
}

const struct petition_words *
petition_words(struct pool *pool, const char *typed)
{
	struct petition_words *w = pool_alloc(pool, sizeof *w);
	const char *stems = stems_of(pool, typed), *at = typed, *only;
	size_t len;

	w->stemmed = stems != NULL;
	take_words(pool, w, typed, stems, false);
	if (w->count == 0)
		take_words(pool, w, typed, stems, true);
	if ((only = words_next(&at, &len)) != NULL) {
		const char *folded = words_fold(pool, only, len);
		if (words_next(&at, &len) == NULL)
			w->number = number_alone(folded);
	}
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

void
petition_mark_words(struct pool *pool, const struct petition_words *words, json_t *rows)
{
	static const struct petition_words none;
	struct buf titles;
	const char *stems = NULL;
	json_t *row;
	size_t i;

	if (words == NULL)
		words = &none;
	if (words->stemmed) {
		buf_init(&titles, pool);
		json_array_foreach(rows, i, row)
			buf_fmt(&titles, "%s\n", json_string_value(json_object_get(row, "title")));
		stems = stems_of(pool, titles.s);
	}
	json_array_foreach(rows, i, row)
		json_object_set_new(row, "title_html",
		    view_safe(marked(pool, words, json_string_value(json_object_get(row, "title")), &stems)));
}
