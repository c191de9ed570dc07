/* The official Mustache suite, each of its tests a case of its own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/view.h"

#define FOLDER "../shared/data/mustache-spec/"

enum { CASES_MAX = 400, POOL = 4 * 1024 * 1024 };

static void
spec_case(void **state)
{
	json_t *test = *state;
	struct pool *pool = pool_open(POOL);
	const char *text = view_render_text(pool, json_string_value(json_object_get(test, "template")),
	    json_object_get(test, "data"), json_object_get(test, "partials"));

	assert_non_null(text);
	assert_string_equal(text, json_string_value(json_object_get(test, "expected")));
	pool_close(pool);
}

int
main(void)
{
	static const char *const files[] = { "comments", "delimiters", "interpolation", "inverted",
		"partials", "sections", "~inheritance" };
	static struct CMUnitTest cases[CASES_MAX];
	json_t *suites[sizeof files / sizeof *files] = { 0 };
	size_t count = 0;

	for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
		char path[200], name[200];
		json_t *test;
		size_t i;
		snprintf(path, sizeof path, FOLDER "%s.json", files[f]);
		if ((suites[f] = json_load_file(path, 0, NULL)) == NULL) {
			printf("SKIPPED: the Mustache suite is not at %s\n", path);
			return 0;
		}
		json_array_foreach(json_object_get(suites[f], "tests"), i, test) {
			if (count == CASES_MAX)
				return 1;
			snprintf(name, sizeof name, "%s: %s", files[f],
			    json_string_value(json_object_get(test, "name")));
			cases[count++] = (struct CMUnitTest){ .name = strdup(name),
				.test_func = spec_case, .initial_state = test };
		}
	}
	int failed = _cmocka_run_group_tests("mustache", cases, count, NULL, NULL);
	for (size_t i = 0; i < count; i++)
		free((char *)(uintptr_t)cases[i].name);
	for (size_t f = 0; f < sizeof files / sizeof *files; f++)
		json_decref(suites[f]);
	return failed;
}
