/* The demonstration's people are the same each time, different from each other, and nobody's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/config.h"
#include "base/str.h"
#include "civic/demo.h"

static struct pool *pool;
static json_t *people;

static const char *
member(json_t *person, const char *name)
{
	return json_string_value(json_object_get(person, name));
}

static bool
check_digit_right(const char *number)
{
	static const int weight[] = { -1, 5, 7, 9, 4, 6, 10, 5, 7 };
	int sum = 11;

	for (int i = 0; i < 9; i++)
		sum += weight[i] * (number[i] - '0');
	return strlen(number) == 10 && sum % 11 % 10 == number[9] - '0';
}

static void
has_all(json_t *person)
{
	static const char *const names[] = { "login", "sub", "given_name", "family_name",
		"middle_name", "birthdate", "tax_number", "residence_code", "gender" };

	assert_non_null(person);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_false(str_empty(member(person, names[i])));
	assert_true(json_is_array(json_object_get(person, "roles")));
	assert_int_equal(*member(person, "tax_number"), '9');
	assert_true(check_digit_right(member(person, "tax_number")));
}

static void
test_everyone_is_somebody_else(void **state)
{
	json_t *numbers = json_object(), *names = json_object(), *named;
	size_t count = 0;

	json_array_foreach(json_object_get(people, "people"), count, named) {
		json_t *person = demo_person(pool, people, member(named, "login"));
		has_all(person);
		json_object_set_new(numbers, member(person, "tax_number"), json_true());
	}
	for (int i = 1; i <= DEMO_RESIDENTS; i++) {
		json_t *person = demo_person(pool, people, str_fmt(pool, "r%d", i));
		has_all(person);
		json_object_set_new(numbers, member(person, "tax_number"), json_true());
		json_object_set_new(names, str_fmt(pool, "%s %s %s", member(person, "given_name"),
		    member(person, "middle_name"), member(person, "family_name")), json_true());
	}
	assert_int_equal(json_object_size(numbers), count + DEMO_RESIDENTS);
	assert_int_equal(json_object_size(names), DEMO_RESIDENTS);
}

static void
test_the_same_each_time(void **state)
{
	assert_true(json_equal(demo_person(pool, people, "r7"), demo_person(pool, people, "r7")));
	assert_string_equal(member(demo_person(pool, people, "hanna"), "sub"), "standin-hanna");
}

static void
test_nobody(void **state)
{
	static const char *const logins[] = { "", "r", "r0", "r01", "r2001", "r7x", "r-1", "R1",
		"r99999999999999999999", "nobody", "oksana ", "Oksana" };

	for (size_t i = 0; i < sizeof logins / sizeof *logins; i++)
		assert_null(demo_person(pool, people, logins[i]));
}

static int
read_people(void **state)
{
	char conf[] = "/tmp/viche-demo-test-XXXXXX", *here = getcwd(NULL, 0);
	FILE *f = fdopen(mkstemp(conf), "w");

	fprintf(f, "root = %s\n", here);
	fclose(f);
	free(here);
	setenv("VICHE_CONF", conf, 1);
	config_open();
	unlink(conf);
	people = demo_open();
	pool = pool_open(64 * 1024 * 1024);
	pool_enter(pool);
	return 0;
}

static int
close_people(void **state)
{
	pool_leave(pool);
	pool_close(pool);
	json_decref(people);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everyone_is_somebody_else),
		cmocka_unit_test(test_the_same_each_time),
		cmocka_unit_test(test_nobody),
	};

	return cmocka_run_group_tests(tests, read_people, close_people);
}
