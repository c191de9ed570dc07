/* A path has one spelling, and only that one reaches its handler. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/route.h"

static void
matches_what_it_names(void **state)
{
	static const struct {
		const char *pattern, *path;
		long long id;
	} cases[] = {
		{ "/", "/", 0 },
		{ "/petitions", "/petitions", 0 },
		{ "/petitions/new", "/petitions/new", 0 },
		{ "/petitions/{id}", "/petitions/1", 1 },
		{ "/petitions/{id}", "/petitions/0", 0 },
		{ "/petitions/{id}", "/petitions/999999999999999999", 999999999999999999 },
		{ "/petitions/{id}/sign", "/petitions/42/sign", 42 },
		{ "/petitions/{id}.pb", "/petitions/42.pb", 42 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		long long id = -1;
		assert_true(route_match(cases[i].pattern, cases[i].path, &id));
		assert_true(id == cases[i].id);
	}
}

static void
refuses_the_rest(void **state)
{
	static const char *const cases[][2] = {
		{ "/petitions", "/petitions/" },
		{ "/petitions", "/petition" },
		{ "/petitions", "/Petitions" },
		{ "/petitions", "" },
		{ "/petitions/", "/petitions" },
		{ "/petitions/{id}", "/petitions/" },
		{ "/petitions/{id}", "/petitions" },
		{ "/petitions/{id}", "/petitions/new" },
		{ "/petitions/{id}", "/petitions/007" },
		{ "/petitions/{id}", "/petitions/00" },
		{ "/petitions/{id}", "/petitions/-1" },
		{ "/petitions/{id}", "/petitions/+1" },
		{ "/petitions/{id}", "/petitions/ 1" },
		{ "/petitions/{id}", "/petitions/1 " },
		{ "/petitions/{id}", "/petitions/1x" },
		{ "/petitions/{id}", "/petitions/1/" },
		{ "/petitions/{id}", "/petitions/1/sign" },
		{ "/petitions/{id}", "/petitions/{id}" },
		{ "/petitions/{id}", "/petitions/\xd9\xa1" }, /* an Arabic digit */
		{ "/petitions/{id}", "/petitions/1000000000000000000" },
		{ "/petitions/{id}/sign", "/petitions/42" },
		{ "/petitions/{id}/sign", "/petitions/42/" },
		{ "/petitions/{id}/sign", "/petitions/42/sign/" },
		{ "/petitions/{id}/sign", "/petitions//sign" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		long long id = -1;
		assert_false(route_match(cases[i][0], cases[i][1], &id));
		assert_true(id == -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_what_it_names),
		cmocka_unit_test(refuses_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
