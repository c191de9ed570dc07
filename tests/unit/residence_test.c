/* Where people live, as far as it needs no database: claims of providers, answers of a register, and why a
 * process does not accept somebody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/str.h"
#include "civic/register.h"
#include "civic/residence.h"
#include "civic/residence_login.h"

static struct pool *pool;

#define HERE "UA51100370000040590"

static void
codes_name_their_hromada(void **state)
{
	assert_int_equal(claim_of_code(HERE, HERE), CLAIM_HERE);
	assert_int_equal(claim_of_code("UA51100370020012345", HERE), CLAIM_HERE); /* a village of it */
	assert_int_equal(claim_of_code("UA18040190000029215", HERE), CLAIM_ELSEWHERE);
	assert_int_equal(claim_of_code("UA51100390000040590", HERE), CLAIM_ELSEWHERE);
	static const char *const silent[] = { NULL, "", "UA", "UA51100000000099999", "UA5110037000004059", "ua51100370000040590",
		"UA5110037000004059X", "5110037000004059000" };
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		assert_int_equal(claim_of_code(silent[i], HERE), CLAIM_SILENT);
	assert_int_equal(claim_of_code(HERE, ""), CLAIM_SILENT);
}

static void
addresses_are_believed_only_where_they_are_exact(void **state)
{
	json_t *places = json_pack("[{s:s}, {s:s}, {s:s}]", "name", "м. Чорноморськ", "name", "с. Бурлача Балка", "name",
	    "сел. Олександрівка");
	static const char *const here[] = { "Одеська обл., Одеський р-н, м. Чорноморськ, просп. Миру, 33",
		"68000, ОДЕСЬКА ОБЛАСТЬ, МІСТО ЧОРНОМОРСЬК, вул. Паркова, 1", "Україна,Одеська область,с.Бурлача Балка",
		"Одеська обл., смт Олександрівка, вул. Центральна" };
	static const char *const silent[] = { NULL, "", "м. Чорноморськ", "Миколаївська обл., с. Бурлача Балка",
		"Одеська обл., вул. Чорноморськ, 1", "Одеська обл., м. Чорноморське", "Одеська обл., с. Чорноморськ",
		"Одеська обл. м. Чорноморськ", "Одеська обл., с. Олександрівка", ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,", "\xff" };

	for (size_t i = 0; i < sizeof here / sizeof *here; i++)
		if (claim_of_words(pool, here[i], "Одеська область", places) != CLAIM_HERE)
			fail_msg("%s", here[i]);
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		if (claim_of_words(pool, silent[i], "Одеська область", places) != CLAIM_SILENT)
			fail_msg("%s", silent[i]);
	assert_int_equal(claim_of_words(pool, here[0], "Одеська область", json_array()), CLAIM_SILENT);
	assert_int_equal(claim_of_words(pool, "Одеська обл., ", "", places), CLAIM_SILENT);
}

static enum register_answer
read_answer(const char *body, const char **category)
{
	return register_read(body, strlen(body), category);
}

static void
a_register_says_yes_no_or_nothing(void **state)
{
	const char *category;

	assert_int_equal(read_answer("{\"resident\": true}", &category), REGISTER_YES);
	assert_string_equal(category, "registered");
	assert_int_equal(read_answer("{\"resident\": true, \"category\": \"displaced\"}", &category), REGISTER_YES);
	assert_string_equal(category, "displaced");
	assert_int_equal(read_answer("{\"resident\": false, \"category\": \"x\"}", &category), REGISTER_NO);
	static const char *const silent[] = { "", "x", "[]", "null", "{}", "{\"resident\": 1}", "{\"resident\": \"true\"}",
		"{\"resident\": true, \"category\": \"king\"}", "{\"resident\": true, \"category\": 1}",
		"{\"resident\": true, \"resident\": false}" };
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		assert_int_equal(read_answer(silent[i], &category), REGISTER_SILENT);
}

static void
lists_hold_whole_words(void **state)
{
	assert_true(residence_listed("provider,official", "official"));
	assert_true(residence_listed("official", "official"));
	assert_false(residence_listed("provider,officials", "official"));
	assert_false(residence_listed("", "official"));
	assert_false(residence_listed(NULL, "official"));
	assert_false(residence_listed("official", ""));
	assert_false(residence_listed(",,", NULL));
}

static json_t *
rows(const char *kind, const char *category, const char *kind2, const char *category2)
{
	json_t *list = json_array();

	if (kind != NULL)
		json_array_append_new(list, json_pack("{s:s, s:s}", "kind", kind, "category", category));
	if (kind2 != NULL)
		json_array_append_new(list, json_pack("{s:s, s:s}", "kind", kind2, "category", category2));
	return list;
}

static void
the_reason_is_the_nearest_to_a_yes(void **state)
{
	static const char ways[] = "provider,official,register", grounds[] = "registered,displaced";
#define JUDGE(declined, ...) residence_judge(rows(__VA_ARGS__), declined, ways, grounds)
	assert_int_equal(JUDGE(false, NULL, NULL, NULL, NULL), RESIDENCE_NONE);
	assert_int_equal(JUDGE(true, NULL, NULL, NULL, NULL), RESIDENCE_DECLINED);
	assert_int_equal(JUDGE(false, "official", "displaced", NULL, NULL), RESIDENCE_FITS);
	assert_int_equal(JUDGE(true, "declared", "studies", "provider", "registered"), RESIDENCE_FITS);
	assert_int_equal(JUDGE(true, "declared", "registered", "official", "works"), RESIDENCE_WAITS);
	assert_int_equal(JUDGE(false, "official", "works", NULL, NULL), RESIDENCE_OTHER_CATEGORY);
	assert_int_equal(JUDGE(true, "official", "works", NULL, NULL), RESIDENCE_DECLINED);
	assert_int_equal(JUDGE(false, "declared", "works", NULL, NULL), RESIDENCE_OTHER_CATEGORY);
#undef JUDGE
	assert_int_equal(residence_judge(rows("official", "registered", NULL, NULL), false, "register", grounds),
	    RESIDENCE_OTHER_WAY);
	/* What nobody would confirm for this process does not wait. */
	assert_int_equal(residence_judge(rows("declared", "registered", NULL, NULL), false, "register", grounds), RESIDENCE_NONE);
	assert_int_equal(residence_judge(rows("declared", "registered", NULL, NULL), false, "declared", grounds), RESIDENCE_FITS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_name_their_hromada),
		cmocka_unit_test(addresses_are_believed_only_where_they_are_exact),
		cmocka_unit_test(a_register_says_yes_no_or_nothing),
		cmocka_unit_test(lists_hold_whole_words),
		cmocka_unit_test(the_reason_is_the_nearest_to_a_yes),
	};

	pool = pool_open(16 * 1024 * 1024);
	pool_enter(pool);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_leave(pool);
	pool_close(pool);
	return failed;
}
