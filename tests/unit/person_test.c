/* What providers say of people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/str.h"
#include "base/text.h"
#include "civic/person.h"

static struct pool *pool;

static void
names_are_clean_and_bounded(void **state)
{
	struct buf longest;

	assert_string_equal(person_name(pool, "  Оксана\n"), "Оксана");
	assert_string_equal(person_name(pool, "\u202eанаскО\u200b Бе\x07рег"), "анаскО Берег");
	assert_string_equal(person_name(pool, ""), "");
	assert_string_equal(person_name(pool, "\xff\xfe"), "");
	buf_init(&longest, pool);
	for (int i = 0; i < PERSON_NAME_MAX; i++)
		buf_add(&longest, i % 2 ? "ї" : "😀");
	assert_string_equal(person_name(pool, longest.s), longest.s);
	const char *cut = person_name(pool, str_fmt(pool, "%sїї", longest.s));
	assert_string_equal(cut, longest.s);
	assert_true(strlen(longest.s) < sizeof((struct member *)0)->given_name);
}

static void
numbers_are_normalised(void **state)
{
	assert_string_equal(person_normalise(pool, " 12-34 56 7890 "), "1234567890");
	assert_string_equal(person_normalise(pool, "ab123456"), "AB123456");
	assert_string_equal(person_normalise(pool, " - "), "");
	assert_string_equal(person_normalise(pool, "№ 12\u00a034"), "1234");
	/* A passport's series, typed in either alphabet and either case, composed or not. */
	assert_string_equal(person_normalise(pool, "ае 123456"), "AE123456");
	assert_string_equal(person_normalise(pool, "АЕ123456"), person_normalise(pool, "ae 123456"));
	assert_string_equal(person_normalise(pool, "жї 123456"), "ЖЇ123456");
	assert_string_equal(person_normalise(pool, "Жї123456"), "ЖЇ123456");
	assert_string_equal(person_normalise(pool, "n/a"), "NA");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_clean_and_bounded),
		cmocka_unit_test(numbers_are_normalised),
	};

	pool = pool_open(1024 * 1024);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_close(pool);
	return failed;
}
