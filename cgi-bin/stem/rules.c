#include "rules.h"

#include <string.h>

#include "base/str.h"
#include "base/text.h"

enum {
	UK_LEFT = 3,    /* letters that must be left when a Ukrainian ending goes */
	UK_ROOT = 5,    /* …of the noun inside a verb: «парк» in «паркування» is another matter */
	EN_SHORT = 4,   /* English words up to here keep all they have */
	EN_LEFT = 3
};

struct ending {
	const char *from, *to;
};

enum rules_script
rules_script(const char *word)
{
	enum rules_script script = SCRIPT_NONE;

	/* In UTF-8 the Cyrillic letters U+0400…U+04FF begin with the bytes D0…D3. */
	for (; *word != '\0'; word++) {
		unsigned char c = (unsigned char)*word;
		if (c >= 0xd0 && c <= 0xd3)
			return SCRIPT_CYRILLIC;
		if (c >= 'a' && c <= 'z')
			script = SCRIPT_LATIN;
	}
	return script;
}

/* Forms whose lemma hunspell does not know: the plural of another root, names that look like forms of other
 * words, adjectives of what petitions are about. Sorted only for the reader. */
static const struct ending exceptions[] = {
	{ "діти", "дитина" }, { "дітей", "дитина" }, { "дітям", "дитина" }, { "дітьми", "дитина" },
	{ "дітях", "дитина" },
	{ "європи", "європа" },
	{ "київ", "київ" }, { "києва", "київ" }, { "києву", "київ" }, { "києвом", "київ" },
	{ "києві", "київ" },
	{ "люди", "людина" }, { "людей", "людина" }, { "людям", "людина" }, { "людьми", "людина" },
	{ "людях", "людина" },
	{ "мати", "мати" }, { "матері", "мати" }, { "матір", "мати" }, { "матір'ю", "мати" },
	{ "матерів", "мати" }, { "матерям", "мати" }, { "матерями", "мати" }, { "матерях", "мати" },
	{ "краще", "добрий" }, { "кращий", "добрий" }, { "кращого", "добрий" },
	{ "кращої", "добрий" }, { "кращих", "добрий" },
	{ "children", "child" }, { "men", "man" }, { "women", "woman" }, { "people", "person" },
	{ "feet", "foot" }, { "teeth", "tooth" }, { "mice", "mouse" }, { "lives", "life" },
};

/* Adjectives and kin that belong to a noun of the city; the lemma on the left is hunspell's. */
static const struct ending relatives[] = {
	{ "дорожній", "дорога" }, { "шкільний", "школа" }, { "міський", "місто" },
	{ "вуличний", "вулиця" }, { "пішохід", "пішохідний" }, { "сміттєвий", "сміття" },
	{ "водний", "вода" }, { "лікарняний", "лікарня" }, { "дитячий", "дитина" },
	{ "дитяче", "дитина" }, { "дитяча", "дитина" },
	{ "парковий", "парк" }, { "освітлювати", "освітлення" }, { "освітлений", "освітлення" },
	{ "освітити", "освітлення" }, { "будувати", "будівництво" }, { "збудувати", "будівництво" },
	{ "побудувати", "будівництво" }, { "зупиночний", "зупинка" },
	{ "вивозити", "вивезення" }, { "вивезти", "вивезення" }, { "тваринний", "тварина" },
	{ "велосипедний", "велосипед" }, { "тролейбусний", "тролейбус" },
	{ "автобусний", "автобус" }, { "трамвайний", "трамвай" }, { "ремонтний", "ремонт" },
};

static const char *
looked_up(const struct ending *table, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].from, word) == 0)
			return table[i].to;
	return NULL;
}

const char *
rules_exception(const char *word)
{
	return looked_up(exceptions, sizeof exceptions / sizeof *exceptions, word);
}

const char *
rules_choose(char *const *lemmas, size_t count)
{
	const char *best = lemmas[0];

	for (size_t i = 1; i < count; i++) {
		size_t ours = text_length(lemmas[i]), theirs = text_length(best);
		if (ours < theirs || (ours == theirs && strcmp(lemmas[i], best) < 0))
			best = lemmas[i];
	}
	return best;
}

/* The word with the first fitting ending exchanged, where at least left letters stay before it; or
 * the word itself. The table ends with an empty one. */
static const char *
exchanged(struct pool *pool, const char *word, const struct ending *table, size_t left)
{
	size_t len = strlen(word), letters = text_length(word);

	for (; table->from != NULL; table++)
		if (letters >= text_length(table->from) + left && str_ends(word, table->from))
			return str_fmt(pool, "%.*s%s", (int)(len - strlen(table->from)), word, table->to);
	return word;
}

const char *
rules_uk_cut(struct pool *pool, const char *word)
{
	/* Endings of nouns and adjectives, the longest first. */
	static const struct ending endings[] = { { "остями", "ість" }, { "остям", "ість" },
		{ "остях", "ість" }, { "остей", "ість" }, { "ості", "ість" }, { "істю", "ість" }, { "ями", "" },
		{ "ами", "" }, { "ові", "" }, { "еві", "" }, { "єві", "" }, { "ого", "" }, { "ому", "" },
		{ "ими", "" }, { "іми", "" }, { "ією", "" }, { "их", "" }, { "іх", "" }, { "ий", "" }, { "ій", "" },
		{ "ою", "" }, { "ею", "" }, { "єю", "" }, { "ів", "" }, { "їв", "" }, { "ах", "" },
		{ "ях", "" }, { "ам", "" }, { "ям", "" }, { "ом", "" }, { "ем", "" }, { "єм", "" },
		{ "им", "" }, { "ім", "" }, { "ої", "" }, { "а", "" }, { "я", "" }, { "у", "" },
		{ "ю", "" }, { "і", "" }, { "ї", "" }, { "и", "" }, { "о", "" }, { "е", "" }, { "є", "" },
		{ "й", "" }, { "ь", "" }, { NULL, NULL } };

	return exchanged(pool, word, endings, UK_LEFT);
}

const char *
rules_uk_root(struct pool *pool, const char *lemma, bool (*known)(const char *word))
{
	static const char *const prefixes[] = { "", "від", "за", "пере", "під", "об", "на", "про", "по", "ви",
		"роз", "до" };
	static const struct ending endings[] = { { "уватися", "" }, { "юватися", "" }, { "увати", "" },
		{ "ювати", "" }, { "ування", "" }, { "ювання", "" }, { "ований", "" }, { "йований", "" },
		{ "ьований", "" }, { NULL, NULL } };
	/* A town and its adjective («Чорноморськ», «чорноморський»): the dictionary has the town's cases one
	 * by one. */
	static const struct ending towns[] = { { "ський", "ськ" }, { "цький", "цьк" }, { "зький", "зьк" },
		{ "ськом", "ськ" }, { "цьком", "цьк" }, { "ська", "ськ" }, { "цька", "цьк" }, { "ську", "ськ" },
		{ "цьку", "цьк" }, { "ське", "ськ" }, { "цьке", "цьк" }, { NULL, NULL } };
	const char *relative = looked_up(relatives, sizeof relatives / sizeof *relatives, lemma);

	if (relative != NULL)
		return relative;
	const char *town = exchanged(pool, lemma, towns, 1);
	if (town != lemma)
		return town;
	const char *rest = exchanged(pool, lemma, endings, UK_ROOT);
	if (rest == lemma)
		return NULL;
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		if (!str_starts(rest, prefixes[i]))
			continue;
		const char *root = rest + strlen(prefixes[i]);
		if (text_length(root) >= UK_ROOT && known(root))
			return root;
	}
	return NULL;
}

const char *
rules_en_singular(struct pool *pool, const char *word)
{
	static const struct ending possessive[] = { { "'s", "" }, { NULL, NULL } };
	static const struct ending plural[] = { { "ies", "y" }, { "sses", "ss" }, { "shes", "sh" },
		{ "ches", "ch" }, { "xes", "x" }, { "ss", "ss" }, { "us", "us" }, { "s", "" }, { NULL, NULL } };

	word = exchanged(pool, word, possessive, 1);
	return strlen(word) < EN_SHORT ? word : exchanged(pool, word, plural, EN_LEFT - 1);
}

const char *
rules_en_key(struct pool *pool, const char *lemma)
{
	static const struct ending spelling[] = { { "isation", "iz" }, { "ization", "iz" },
		{ "ising", "iz" }, { "izing", "iz" }, { "ised", "iz" }, { "ized", "iz" }, { "iser", "iz" },
		{ "izer", "iz" }, { "ises", "iz" }, { "izes", "iz" }, { "ise", "iz" }, { "ize", "iz" },
		{ "our", "or" }, { NULL, NULL } };
	static const struct ending of_ate[] = { { "ational", "at" }, { "ation", "at" }, { "ative", "at" },
		{ "ating", "at" }, { "ated", "at" }, { "ator", "at" }, { "ates", "at" }, { "ate", "at" },
		{ "tion", "t" }, { "ting", "t" }, { "ted", "t" }, { NULL, NULL } };
	static const struct ending last[] = { { "ments", "" }, { "ment", "" }, { "ness", "" },
		{ "able", "" }, { "ible", "" }, { "ity", "" }, { "ing", "" }, { "ed", "" }, { "al", "" },
		{ "ly", "" }, { "es", "" }, { "s", "" }, { "e", "" }, { NULL, NULL } };

	if (strlen(lemma) <= EN_SHORT)
		return lemma;
	const char *key = exchanged(pool, lemma, spelling, 2);
	key = exchanged(pool, key, of_ate, 2);
	key = exchanged(pool, key, last, EN_LEFT);
	size_t len = strlen(key);
	/* «planned», «planning»: one n. */
	return len > EN_LEFT && key[len - 1] == key[len - 2] ? str_ndup(pool, key, len - 1) : key;
}
