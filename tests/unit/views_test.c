/* Every page in every state that tests/fixtures/models knows, in both languages, strictly: no name
 * is missing, and what comes out keeps the rules of every page. Run from the checkout's root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "web/view.h"

#define MODELS "tests/fixtures/models/"

enum { POOL = 4 * 1024 * 1024, NESTED_MAX = 16 };

static char root[] = "/tmp/viche-views-XXXXXX";
static struct views *views;
static json_t *common;
static glob_t models;
static json_t *shown; /* {view: true}: the views that a model names */

static json_t *
load(const char *path)
{
	json_error_t error;
	json_t *model = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

	if (model == NULL)
		fail_msg("%s line %d: %s", path, error.line, error.text);
	return model;
}

static int
open_all(void **state)
{
	char line[200];

	assert_non_null(mkdtemp(root));
	snprintf(line, sizeof line, "mkdir -p %s/viche/LC_MESSAGES && "
	    "msgfmt -o %s/viche/LC_MESSAGES/uk.mo views/locale/uk.po", root, root);
	assert_int_equal(system(line), 0);
	clock_open();
	i18n_open(root);
	views = views_open("views", true);
	common = load(MODELS "common.json");
	shown = json_object();
	assert_int_equal(glob(MODELS "*.json", 0, NULL, &models), 0);
	return 0;
}

static int
close_all(void **state)
{
	char line[200];

	snprintf(line, sizeof line, "rm -rf -- %s", root);
	views_close(views);
	json_decref(common);
	json_decref(shown);
	globfree(&models);
	return system(line);
}

/* Marks what the handlers take from a renderer: the texts under names in _html. */
static void
mark_html(json_t *value, int depth)
{
	const char *name;
	json_t *inner;
	size_t i;
	void *next;

	assert_true(depth < NESTED_MAX);
	json_array_foreach(value, i, inner)
		mark_html(inner, depth + 1);
	json_object_foreach_safe(value, next, name, inner) {
		size_t len = strlen(name);
		if (json_is_string(inner) && len > 5 && strcmp(name + len - 5, "_html") == 0)
			json_object_set_new(value, name, view_safe(json_string_value(inner)));
		else
			mark_html(inner, depth + 1);
	}
}

static size_t
count(const char *text, const char *part)
{
	size_t n = 0;

	while ((text = strstr(text, part)) != NULL) {
		text += strlen(part);
		n++;
	}
	return n;
}

/* What holds for every page: no inline style or script, one heading, no tag left over. */
static void
assert_page(const char *path, const char *view, const char *html)
{
	static const char *const never[] = { " style=", "<script", "<style", " onclick=", "{{", "}}" };

	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (strstr(html, never[i]) != NULL)
			fail_msg("%s: the page has %s", path, never[i]);
	if (count(html, "<h1") != 1)
		fail_msg("%s: the page has %zu h1", path, count(html, "<h1"));
	if (count(html, "btn is-main") > 1)
		fail_msg("%s: a second amber button", path);
	/* The stand-in provider plays another site, with requests of its own making. */
	if (strncmp(view, "standin-id/", 11) != 0 &&
	    count(html, "method=\"post\"") != count(html, "name=\"csrf\" value=\""))
		fail_msg("%s: a form that posts has no token of its own", path);
}

static void
render(const char *path, enum lang lang)
{
	struct pool *pool = pool_open(POOL);
	json_t *model = load(path), *page = json_deep_copy(json_object_get(common, "page"));
	const char *view = json_string_value(json_object_get(model, "view")), *error = "";
	struct buf out;

	assert_non_null(view);
	json_object_update(page, json_object_get(model, "page"));
	json_object_set_new(page, "lang", json_string(lang == LANG_EN ? "en" : "uk"));
	json_object_set_new(page, "lang_uk", json_boolean(lang == LANG_UK));
	json_object_set_new(page, "lang_en", json_boolean(lang == LANG_EN));
	mark_html(page, 0);
	buf_init(&out, pool);
	if (!view_render(views, view, lang, page, json_object_get(model, "data"), &out, &error))
		fail_msg("%s in %s: %s", path, lang == LANG_EN ? "en" : "uk", error);
	assert_page(path, view, out.s);
	json_object_set_new(shown, view, json_true());
	json_decref(page);
	json_decref(model);
	pool_close(pool);
}

static void
every_model_renders(void **state)
{
	assert_true(models.gl_pathc > 1);
	for (size_t i = 0; i < models.gl_pathc; i++) {
		if (strcmp(models.gl_pathv[i], MODELS "common.json") == 0)
			continue;
		render(models.gl_pathv[i], LANG_UK);
		render(models.gl_pathv[i], LANG_EN);
	}
}

/* A page is a view that begins with the layout. */
static int
find_page(const char *path, const struct stat *st, int kind)
{
	char start[11] = "", name[200];
	size_t len = strlen(path);

	if (kind != FTW_F || len < 11 || strcmp(path + len - 5, ".html") != 0)
		return 0;
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	size_t got = fread(start, 1, sizeof start - 1, f);
	fclose(f);
	snprintf(name, sizeof name, "%.*s", (int)(len - 11), path + 6);
	if (got == 10 && strcmp(start, "{{<layout}") == 0 && json_object_get(shown, name) == NULL)
		fail_msg("%s has no model in " MODELS, path);
	return 0;
}

static void
every_page_has_a_model(void **state)
{
	assert_int_equal(ftw("views", find_page, 8), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_model_renders),
		cmocka_unit_test(every_page_has_a_model),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
