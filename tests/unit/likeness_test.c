/* Likeness: what is rare and in a title tells most, witnesses lend their words, every bound holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "civic/likeness.h"

enum { POOL = 64 * 1024 * 1024 };

static struct pool *pool;

static int
open_pool(void **state)
{
	pool = pool_open(POOL);
	return 0;
}

static int
close_pool(void **state)
{
	pool_close(pool);
	return 0;
}

static void
count(struct likeness *l, int64_t total, const char *const *stems, const int64_t *documents)
{
	likeness_total(l, total);
	for (; *stems != NULL; stems++, documents++)
		likeness_count(l, *stems, *documents);
}

static void
add(struct likeness *l, int64_t id, const char *title, const char *text, bool candidate)
{
	likeness_add(l, &(struct likeness_petition){ id, 10, title, text, candidate });
}

static const char *const stems[] = { "ремонт", "дорога", "школа", "просити", "самокат", "скутер", NULL };
static const int64_t documents[] = { 100, 80, 60, 900, 5, 5 };

static void
the_telling_stems_are_rare_ones_of_the_title(void **state)
{
	struct likeness *l = likeness_begin(pool, "ремонт дорога на", "просити школа невідоме -");
	const char *found[12];

	count(l, 1000, stems, documents);
	assert_int_equal(likeness_telling(l, 12, 20000, found), 4);
	assert_string_equal(found[0], "дорога");
	assert_string_equal(found[1], "ремонт");
	assert_string_equal(found[2], "школа");
	assert_string_equal(found[3], "просити");
	/* A dozen at most, and no more petitions than asked for, but one stem always. */
	assert_int_equal(likeness_telling(l, 2, 20000, found), 2);
	assert_int_equal(likeness_telling(l, 12, 200, found), 2);
	assert_int_equal(likeness_telling(l, 12, 1, found), 1);
}

static void
the_nearest_comes_first_and_what_has_nothing_in_common_not_at_all(void **state)
{
	struct likeness *l = likeness_begin(pool, "ремонт дорога", "просити ремонт дорога до школа");
	struct likeness_score best[5];

	count(l, 1000, stems, documents);
	add(l, 3, "школа", "просити нова школа", true);
	add(l, 2, "ремонт дорога", "просити ремонт дорога", true);
	add(l, 1, "посадити липа", "тінь", true);
	add(l, 4, "ремонт дорога", "просити ремонт дорога", false);
	assert_int_equal(likeness_best(l, 5, best), 2);
	assert_int_equal(best[0].id, 2);
	assert_int_equal(best[1].id, 3);
	assert_true(best[0].score > best[1].score);
	assert_int_equal(likeness_best(l, 1, best), 1);
	assert_int_equal(best[0].id, 2);
}

static void
a_witness_lends_its_words(void **state)
{
	/* Nobody says both, but one who was refused: «самокат» is «скутер». */
	for (int with = 0; with < 2; with++) {
		struct likeness *l = likeness_begin(pool, "самокат просити", "самокат просити дорога");
		struct likeness_score best[5];
		count(l, 1000, stems, documents);
		add(l, 1, "школа просити", "просити дорога школа", true);
		add(l, 2, "скутер просити", "просити дорога скутер", true);
		if (with)
			add(l, 3, "самокат скутер", "самокат або скутер на дорога", false);
		assert_int_equal(likeness_best(l, 5, best), 2);
		assert_int_equal(best[0].id, with ? 2 : best[0].id);
		if (with)
			assert_true(best[0].score > 1.2 * best[1].score);
	}
}

static void
empty_texts_and_uncounted_stems_do_no_harm(void **state)
{
	struct likeness *l = likeness_begin(pool, "", "");
	struct likeness_score best[5];
	const char *found[12];
	size_t at = 0;

	assert_int_equal(likeness_telling(l, 12, 20000, found), 0);
	add(l, 1, "", "", true);
	add(l, 2, "- -", "на для", true);
	assert_null(likeness_uncounted(l, &at));
	assert_int_equal(likeness_best(l, 5, best), 0);
}

static void
bounds_hold(void **state)
{
	struct likeness *l = likeness_begin(pool, "ремонт", "ремонт");
	struct likeness_score best[5];
	struct buf text;
	size_t at = 0, n = 0;

	for (int i = 0; i < LIKENESS_PETITIONS_MAX + 50; i++) {
		buf_init(&text, pool);
		for (int k = 0; k < 100; k++)
			buf_fmt(&text, "ремонт с%dс%d ", i, k);
		add(l, i + 1, "ремонт", text.s, true);
	}
	likeness_total(l, 1000);
	while (likeness_uncounted(l, &at) != NULL)
		n++;
	assert_int_equal(n, 1); /* the others stand in one petition each */
	likeness_count(l, "ремонт", 450);
	assert_int_equal(likeness_best(l, 5, best), 5);
	for (int i = 1; i < 5; i++)
		assert_true(best[i - 1].id < best[i].id); /* of equals the lower number */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_telling_stems_are_rare_ones_of_the_title),
		cmocka_unit_test(the_nearest_comes_first_and_what_has_nothing_in_common_not_at_all),
		cmocka_unit_test(a_witness_lends_its_words),
		cmocka_unit_test(empty_texts_and_uncounted_stems_do_no_harm),
		cmocka_unit_test(bounds_hold),
	};

	return cmocka_run_group_tests(tests, open_pool, close_pool);
}
