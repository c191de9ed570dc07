#include "dictionary.h"

#include <hunspell.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#include "base/log.h"
#include "base/str.h"
#include "base/words.h"
#include "rules.h"

#define FOLDER "/usr/share/hunspell/"

enum {
	LEMMAS_MAX = 8,
	KEPT = 1 << 14, /* words whose stems are kept: 2.6 MB */
};

static Hunhandle *uk, *en;
static struct kept {
	char word[WORD_BYTES_MAX + 1], stem[WORD_BYTES_MAX + 1];
} kept[KEPT];

static Hunhandle *
read_dictionary(const char *affixes, const char *words)
{
	if (access(affixes, R_OK) != 0 || access(words, R_OK) != 0)
		fatal("stem: no dictionary at %s (Debian: hunspell-uk, hunspell-en-us)", words);
	return Hunspell_create(affixes, words);
}

void
dictionary_open(void)
{
	uk = read_dictionary(FOLDER "uk_UA.aff", FOLDER "uk_UA.dic");
	en = read_dictionary(FOLDER "en_US.aff", FOLDER "en_US.dic");
}

/* At most LEMMAS_MAX lemmas in the pool, each once folded; their number. */
static size_t
lemmas_of(struct pool *pool, Hunhandle *h, const char *word, char *lemmas[static LEMMAS_MAX])
{
	char **found;
	int n = Hunspell_stem(h, &found, word);
	size_t count = 0;

	for (int i = 0; i < n && count < LEMMAS_MAX; i++)
		if (*found[i] != '\0' && strlen(found[i]) <= (size_t)WORD_BYTES_MAX)
			lemmas[count++] = (char *)words_lower(pool, found[i], strlen(found[i]));
	Hunspell_free_list(h, &found, n);
	return count;
}

/* A name stands in the dictionary with a capital letter and is unknown without. */
static const char *
capital(struct pool *pool, const char *word)
{
	char *out = pool_alloc(pool, strlen(word) + 8);
	utf8proc_int32_t c;
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)word, -1, &c);

	if (n <= 0)
		return word;
	utf8proc_ssize_t m = utf8proc_encode_char(utf8proc_toupper(c), (utf8proc_uint8_t *)out);
	memcpy(out + m, word + n, strlen(word + n));
	return out;
}

static bool
is_ukrainian(const char *word)
{
	return Hunspell_spell(uk, word) != 0;
}

static const char *
ukrainian(struct pool *pool, const char *word)
{
	char *lemmas[LEMMAS_MAX];
	size_t count = lemmas_of(pool, uk, word, lemmas);

	if (count == 0)
		count = lemmas_of(pool, uk, capital(pool, word), lemmas);
	if (count == 0)
		return rules_uk_cut(pool, word);
	const char *lemma = rules_choose(lemmas, count);
	const char *root = rules_uk_root(pool, lemma, is_ukrainian);
	return root != NULL ? root : lemma;
}

/* hunspell names the word itself first where it is a lemma, and then what it might come from, rightly
 * («calling»: «call») or not («report»: «port»). A plural it may take for something else («scooters»:
 * «scoot»), so its singular is asked first. */
static const char *
english(struct pool *pool, const char *word)
{
	char *lemmas[LEMMAS_MAX], *singulars[LEMMAS_MAX];
	const char *singular = rules_en_singular(pool, word);
	size_t count = lemmas_of(pool, en, word, lemmas);

	if (count > 0 && strcmp(lemmas[0], word) == 0)
		return rules_en_key(pool, word);
	if (lemmas_of(pool, en, singular, singulars) > 0)
		return rules_en_key(pool, singulars[0]);
	return rules_en_key(pool, count > 0 ? lemmas[0] : singular);
}

static const char *
stem_of(struct pool *pool, const char *word)
{
	const char *exception = rules_exception(word);

	if (exception != NULL)
		return exception;
	switch (rules_script(word)) {
	case SCRIPT_CYRILLIC: return ukrainian(pool, word);
	case SCRIPT_LATIN: return english(pool, word);
	case SCRIPT_NONE: return word;
	}
	return word;
}

/* FNV-1a, which spreads short words well; who fills one place of the table gains nothing. */
static struct kept *
place_of(const char *word)
{
	uint32_t hash = 2166136261u;

	for (; *word != '\0'; word++)
		hash = (hash ^ (unsigned char)*word) * 16777619u;
	return &kept[(hash ^ hash >> 16) % KEPT];
}

const char *
dictionary_stem(struct pool *pool, const char *word, size_t len)
{
	const char *lower = words_lower(pool, word, len);
	struct kept *place = place_of(lower);

	if (*lower == '\0' || strcmp(place->word, lower) == 0)
		return *lower == '\0' ? "" : place->stem;
	const char *stem = stem_of(pool, lower);
	stem = words_fold(pool, stem, strlen(stem));
	if (*stem == '\0')
		stem = words_fold(pool, lower, strlen(lower));
	memcpy(place->word, lower, strlen(lower) + 1);
	memcpy(place->stem, stem, strlen(stem) + 1);
	return place->stem;
}
