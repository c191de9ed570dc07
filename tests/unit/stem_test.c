/* Words and their stems: forms of a word meet, different words stay apart, in Ukrainian and English. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/words.h"
#include "civic/stems.h"

/* A program's own files are in no library. */
#include "../../cgi-bin/stem/dictionary.c"
#include "../../cgi-bin/stem/rules.c"

enum { POOL = 64 * 1024 * 1024 };

static struct pool *pool;

static int
open_all(void **state)
{
	pool = pool_open(POOL);
	dictionary_open();
	return 0;
}

static int
close_all(void **state)
{
	pool_close(pool);
	return 0;
}

static const char *
stem(const char *text)
{
	return stems_each(pool, text, dictionary_stem);
}

/* The words of a line, as words_next() sees them, with | between. */
static const char *
words_in(const char *text)
{
	struct buf b;
	const char *word;
	size_t len;

	buf_init(&b, pool);
	while ((word = words_next(&text, &len)) != NULL)
		buf_fmt(&b, "%s%.*s", b.len > 0 ? "|" : "", (int)len, word);
	return b.s;
}

static void
words_hold_their_apostrophes(void **state)
{
	assert_string_equal(words_in("Об'їзд, об’їзд; обʼїзд"), "Об'їзд|об’їзд|обʼїзд");
	assert_string_equal(words_in("'цитата' “it’s” don't'"), "цитата|it’s|don't");
	assert_string_equal(words_in("д''Артаньян '' ' ʼ"), "д|Артаньян");
	assert_string_equal(words_in("№ 7, e-scooter, 5G — 2026!"), "7|e|scooter|5G|2026");
	assert_string_equal(words_in(" \n.,"), "");
	assert_string_equal(words_fold(pool, "Об’ЇЗД", strlen("Об’ЇЗД")), "обїзд");
	assert_string_equal(words_lower(pool, "Об’ЇЗД", strlen("Об’ЇЗД")), "об'їзд");
	/* A stress mark is no letter. */
	assert_string_equal(words_fold(pool, "за\u0301мок", strlen("за\u0301мок")), "замок");
	const char *longest = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяабвгґдеєжзиіїйклмнопрстуфхцчшщьюя";
	assert_string_equal(words_fold(pool, longest, strlen(longest)), "");
}

/* Each line: forms of one word, which must meet in one stem. */
static const char *const meet[] = {
	"ремонт ремонту ремонтом ремонті ремонти ремонтів ремонтам ремонтами ремонтах РЕМОНТ Ремонту "
	"відремонтувати відремонтований ремонтувати ремонтування ремонтний ремонтних",
	"дорога дороги дорозі дорогу дорогою доріг дорогам дорогами дорогах дорожній дорожнього дорожніх",
	"школа школи школі школу школою шкіл школам школами школах шкільний шкільного шкільних",
	"парк парку парком парки парків паркам парками парках",
	"вулиця вулиці вулицю вулицею вулиць вулицям вулицями вулицях",
	"вода води воді воду водою вод водам водами водах водний",
	"зупинка зупинки зупинці зупинку зупинкою зупинок зупинкам зупинками",
	"перехід переходу переходом переході переходи переходів",
	"пішохідний пішохідного пішохідна пішохідні пішохідних пішохід пішоходи пішоходів",
	"собака собаки собаку собак собакам собаками",
	"укриття укриттів укриттям укриттями укриттях",
	"тролейбус тролейбуса тролейбусу тролейбуси тролейбусів тролейбусний",
	"автобус автобуса автобуси автобусів автобусний автобусні",
	"лікарня лікарні лікарню лікарнею лікарень лікарняний",
	"міст мосту мости мостів мостом",
	"місто міста місту містом міський міського міській",
	"сміття сміттям сміттєвий сміттєві",
	"освітлення освітленням освітлювати освітлений",
	"асфальт асфальту асфальтування заасфальтувати асфальтувати",
	"київ києва києву києвом києві Київ КИЄВА",
	"дитина дитини дитині діти дітей дітям дітьми дитячий дитячого",
	"людина людини люди людей людям людьми",
	"мати матері матерів",
	"об'їзд об’їзду обʼїзди ОБ'ЇЗД",
	"комп'ютер комп’ютера комп'ютери",
	"їжа їжі їжу їжею",
	"ґанок ґанку ґанки",
	"європа європи європу Європі",
	"безбар'єрність безбар’єрності",
	"велосипед велосипеда велосипеди велосипедів велосипедний",
	"тариф тарифу тарифи тарифів тарифами",
	"маршрут маршруту маршрути маршрутів",
	"тополя тополі тополь тополями",
	"бюджет бюджету бюджеті бюджети",
	"депутат депутати депутатів депутата",
	"чорноморськ чорноморська чорноморську чорноморськом чорноморський чорноморської",
	"мутябр мутябра мутябру мутябром мутябри мутябрів", /* in no dictionary */
	"ковід ковіду ковідом",
	"petition petitions Petition PETITIONS petition's",
	"school schools school's",
	"vaccinate vaccinated vaccinates vaccinating vaccination",
	"legalise legalised legalising legalize legalized legalizing legalisation legalization",
	"ban bans",
	"fund funds funding",
	"child children",
	"city cities",
	"tax taxes taxed taxing",
	"behaviour behavior behaviours",
	"government governments government's",
	"dog dogs",
	"scooter scooters",
	"lockdown lockdowns",
	"news",
	"житомир житомира житомиру житомирі",
	"луцьк луцька луцьку луцький луцької",
	"одеса одеси одесі одесу Одесою",
	"самокат самоката самокати самокатів самокатам",
	"дерево дерева дерев деревам деревами",
	"стоянка стоянки стоянок стоянці",
	"перевезення перевезенням перевезень",
	"квартира квартири квартир квартирами",
	"тротуар тротуару тротуари тротуарів",
	"майданчик майданчика майданчики майданчиків майданчику",
};

static void
forms_of_a_word_meet(void **state)
{
	size_t words = 0, astray = 0;

	for (size_t i = 0; i < sizeof meet / sizeof *meet; i++) {
		const char *stems = stem(meet[i]), *first = stems, *one;
		size_t length = strcspn(first, " "), len;
		while ((one = stems_next(&stems, &len)) != NULL) {
			words++;
			if (len == length && strncmp(one, first, len) == 0)
				continue;
			astray++;
			print_message("%.*s is not %.*s (%s)\n", (int)len, one, (int)length, first, meet[i]);
		}
	}
	print_message("%zu of %zu forms meet\n", words - astray, words);
	assert_true(words > 280);
	assert_int_equal(astray, 0);
}

static void
different_words_stay_apart(void **state)
{
	static const char *const apart[][2] = { { "місто", "мосту" }, { "парк", "паркування" },
		{ "дорога", "дорогий" }, { "вода", "водій" }, { "замок", "заміна" }, { "гори", "город" },
		{ "ґрати", "грати" }, { "їжак", "іжак" }, { "party", "part" }, { "water", "wat" },
		{ "report", "port" }, { "paper", "pap" }, { "lives", "live" }, { "5", "5g" } };

	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
		if (strcmp(stem(apart[i][0]), stem(apart[i][1])) == 0)
			fail_msg("%s and %s are both %s", apart[i][0], apart[i][1], stem(apart[i][0]));
}

static void
a_text_keeps_its_lines_and_the_number_of_its_words(void **state)
{
	assert_string_equal(stem("Ремонт доріг № 7\n\nпросимо: ½ (О’Коннор)"), "ремонт дорога 7\n\nпросити - оконнор");
	assert_string_equal(stem(""), "");
	assert_string_equal(stem("\n\nдоріг"), "\n\nдорога");
	assert_string_equal(stems_without(pool, "Ремонту ДОРІГ\nоб’їзд"), "ремонту доріг\nобїзд");
	/* Mixed alphabets, emoji, other scripts: whatever comes, a word or nothing. */
	assert_string_equal(stem("covіd 🚲 東京 ẞ"), stem("covіd 🚲 東京 ẞ"));
}

static void
a_stem_is_letters_and_digits_alone(void **state)
{
	const char *stems = stem("д'Артаньян об'їзд rock'n'roll co2 5G <b> \"+-*()~@% _x_ 1½ x²");

	for (; *stems != '\0'; stems++)
		if (strchr("'\"+*()~@%<>_", *stems) != NULL)
			fail_msg("a sign in %s", stems);
}

static void
a_word_has_one_stem_however_often_and_after_whatever(void **state)
{
	const char *first = stem("води школі legalisation дороги");

	/* Enough words to take every place of the table. */
	for (int i = 0; i < 3 * KEPT; i++)
		dictionary_stem(pool, str_fmt(pool, "слово%d", i), strlen("слово") + 1);
	for (int i = 0; i < 3 * KEPT; i++) {
		const char *word = str_fmt(pool, "%dx", i);
		dictionary_stem(pool, word, strlen(word));
	}
	assert_string_equal(stem("води школі legalisation дороги"), first);
}

static void
the_number_of_words_is_bounded(void **state)
{
	struct buf b;
	const char *stems;
	size_t len, n = 0;

	buf_init(&b, pool);
	for (int i = 0; i < 2 * STEMS_WORDS_MAX; i++)
		buf_add(&b, "дім ");
	stems = stem(b.s);
	while (stems_next(&stems, &len) != NULL)
		n++;
	assert_int_equal(n, STEMS_WORDS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_hold_their_apostrophes),
		cmocka_unit_test(forms_of_a_word_meet),
		cmocka_unit_test(different_words_stay_apart),
		cmocka_unit_test(a_text_keeps_its_lines_and_the_number_of_its_words),
		cmocka_unit_test(a_stem_is_letters_and_digits_alone),
		cmocka_unit_test(a_word_has_one_stem_however_often_and_after_whatever),
		cmocka_unit_test(the_number_of_words_is_bounded),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
