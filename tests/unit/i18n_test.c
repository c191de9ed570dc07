/* Dates, numbers and plurals as the two languages write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "web/i18n.h"

enum { POOL = 1024 * 1024 };

static struct pool *pool;

static int
open_all(void **state)
{
	clock_open();
	pool = pool_open(POOL);
	return 0;
}

static int
close_all(void **state)
{
	pool_close(pool);
	return 0;
}

static void
dates_are_kyivs(void **state)
{
	/* 21:30 UTC is past midnight in Kyiv, in summer (+3) as in winter after 22:00 (+2). */
	assert_string_equal(i18n_date(pool, LANG_UK, "2026-07-20T21:30:00Z"), "21\u00a0липня 2026");
	assert_string_equal(i18n_date(pool, LANG_EN, "2026-07-20T21:30:00Z"), "21\u00a0July 2026");
	assert_string_equal(i18n_date(pool, LANG_UK, "2026-01-20T21:30:00Z"), "20\u00a0січня 2026");
	assert_string_equal(i18n_date(pool, LANG_UK, "2026-07-21"), "21\u00a0липня 2026");
	assert_string_equal(i18n_time(pool, LANG_UK, "2026-07-21T11:05:09.25Z"),
	    "21\u00a0липня 2026, 14:05");
	assert_string_equal(i18n_time(pool, LANG_EN, "2026-12-01T07:00:00Z"),
	    "1\u00a0December 2026, 09:00");
	assert_string_equal(i18n_day(pool, LANG_UK, "2001-02-03"), "3\u00a0лютого 2001");
	assert_string_equal(i18n_date(pool, LANG_UK, "soon"), "soon");
	assert_string_equal(i18n_ago(pool, LANG_UK, ""), "");
}

static void
this_years_day_has_no_year(void **state)
{
	struct tm now = clock_kyiv(time(NULL));
	char iso[60];
	snprintf(iso, sizeof iso, "%04d-03-04T12:00:00Z", now.tm_year + 1900);
	assert_string_equal(i18n_day(pool, LANG_UK, iso), "4\u00a0березня");
	assert_string_equal(i18n_day(pool, LANG_EN, iso), "4\u00a0March");
}

static const char *
ago(enum lang lang, time_t seconds)
{
	return i18n_ago(pool, lang, clock_iso(pool, time(NULL) - seconds));
}

static void
the_past_in_words(void **state)
{
	assert_string_equal(ago(LANG_UK, 0), "щойно");
	assert_string_equal(ago(LANG_UK, -30), "щойно");
	assert_string_equal(ago(LANG_EN, 30), "just now");
	assert_string_equal(ago(LANG_UK, 62), "1 хвилину тому");
	assert_string_equal(ago(LANG_UK, 3 * 60 + 2), "3 хвилини тому");
	assert_string_equal(ago(LANG_UK, 5 * 60 + 2), "5 хвилин тому");
	assert_string_equal(ago(LANG_UK, 11 * 60 + 2), "11 хвилин тому");
	assert_string_equal(ago(LANG_EN, 62), "1 minute ago");
	assert_string_equal(ago(LANG_EN, 5 * 60 + 2), "5 minutes ago");
	assert_string_equal(ago(LANG_UK, 2 * 3600 + 60), "2 години тому");
	assert_string_equal(ago(LANG_EN, 3600 + 60), "1 hour ago");
	const char *three_days = clock_iso(pool, time(NULL) - 3 * 86400);
	assert_string_equal(i18n_ago(pool, LANG_UK, three_days), i18n_day(pool, LANG_UK, three_days));
}

static void
yesterday(void **state)
{
	/* Yesterday's Kyiv noon, less than six hours ago at no time of the day. */
	struct tm tm = clock_kyiv(time(NULL));
	tm.tm_mday--;
	tm.tm_hour = 12;
	tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	const char *iso = clock_iso(pool, mktime(&tm));
	assert_string_equal(i18n_ago(pool, LANG_UK, iso), "вчора");
	assert_string_equal(i18n_ago(pool, LANG_EN, iso), "yesterday");
}

static void
numbers_in_groups(void **state)
{
	assert_string_equal(i18n_number(pool, LANG_UK, 0), "0");
	assert_string_equal(i18n_number(pool, LANG_UK, 999), "999");
	assert_string_equal(i18n_number(pool, LANG_UK, 1000), "1\u00a0000");
	assert_string_equal(i18n_number(pool, LANG_UK, 4569726), "4\u00a0569\u00a0726");
	assert_string_equal(i18n_number(pool, LANG_EN, -123456), "-123,456");
	assert_string_equal(i18n_number(pool, LANG_EN, INT64_MIN), "-9,223,372,036,854,775,808");
	assert_string_equal(i18n_money(pool, LANG_UK, 6000000), "6\u00a0000\u00a0000\u00a0₴");
	assert_string_equal(i18n_money(pool, LANG_EN, 6000000), "₴6,000,000");
	assert_string_equal(i18n_money(pool, LANG_EN, -5), "-₴5");
}

static void
plural_forms(void **state)
{
	static const struct {
		unsigned n, uk, en;
	} cases[] = { { 0, 2, 1 }, { 1, 0, 0 }, { 2, 1, 1 }, { 4, 1, 1 }, { 5, 2, 1 }, { 11, 2, 1 },
		{ 12, 2, 1 }, { 14, 2, 1 }, { 21, 0, 1 }, { 22, 1, 1 }, { 101, 0, 1 }, { 111, 2, 1 } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(i18n_form(LANG_UK, cases[i].n), cases[i].uk);
		assert_int_equal(i18n_form(LANG_EN, cases[i].n), cases[i].en);
	}
}

static void
texts_without_a_catalogue_are_english(void **state)
{
	i18n_use(LANG_EN);
	assert_int_equal(i18n_now(), LANG_EN);
	assert_string_equal(_("Thank you."), "Thank you.");
	assert_string_equal(i18n_text(LANG_UK, "Nobody says this."), "Nobody says this.");
	assert_string_equal(i18n_text(LANG_UK, ""), "");
	assert_string_equal(i18n_plural(LANG_EN, "a day", "days", 1), "a day");
	assert_string_equal(i18n_plural(LANG_EN, "a day", "days", 0), "days");
}

/* A process of its own: the catalogue stays with the process that opened it. */
static void
a_catalogue_is_opened(void **state)
{
	char folder[] = "/tmp/viche-i18n-XXXXXX", line[1000];

	assert_non_null(mkdtemp(folder));
	snprintf(line, sizeof line, "mkdir -p %s/viche/LC_MESSAGES && printf '%%s\\n' "
	    "'msgid \"\"' 'msgstr \"\"' '\"Content-Type: text/plain; charset=UTF-8\\n\"' "
	    "'\"Plural-Forms: nplurals=3; plural=(n%%10==1 ? 0 : n%%10<5 ? 1 : 2);\\n\"' '' "
	    "'msgid \"Yes\"' 'msgstr \"Так\"' '' 'msgid \"%%d day\"' 'msgid_plural \"%%d days\"' "
	    "'msgstr[0] \"%%d день\"' 'msgstr[1] \"%%d дні\"' 'msgstr[2] \"%%d днів\"' | "
	    "msgfmt -o %s/viche/LC_MESSAGES/uk.mo -", folder, folder);
	assert_int_equal(system(line), 0);
	i18n_open(folder);
	assert_string_equal(i18n_text(LANG_UK, "Yes"), "Так");
	assert_string_equal(i18n_text(LANG_EN, "Yes"), "Yes");
	assert_string_equal(i18n_text(LANG_UK, ""), "");
	assert_string_equal(i18n_plural(LANG_UK, "%d day", "%d days", 22), "%d дні");
	i18n_use(LANG_UK);
	assert_string_equal(_("Yes"), "Так");
	snprintf(line, sizeof line, "%.1f", 1.5);
	assert_string_equal(line, "1.5");
	snprintf(line, sizeof line, "rm -rf %s", folder);
	assert_int_equal(system(line), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_kyivs),
		cmocka_unit_test(this_years_day_has_no_year),
		cmocka_unit_test(the_past_in_words),
		cmocka_unit_test(yesterday),
		cmocka_unit_test(numbers_in_groups),
		cmocka_unit_test(plural_forms),
		cmocka_unit_test(texts_without_a_catalogue_are_english),
		cmocka_unit_test(a_catalogue_is_opened),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
