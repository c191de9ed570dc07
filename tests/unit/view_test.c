/* What the Mustache suite does not ask: strict mode, safe HTML, blocks of components, the lambdas
 * in both languages. The views and a catalogue are written to a temporary folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "web/view.h"

enum { POOL = 4 * 1024 * 1024 };

static char root[] = "/tmp/viche-view-XXXXXX";
static struct pool *pool;

static const char catalogue[] =
    "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
    "\"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
    "n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n\"\n\n"
    "msgid \"of {{threshold}} needed\"\nmsgstr \"із {{threshold}} потрібних\"\n\n"
    "msgid \"until {{#day}}{{closes_at}}{{/day}}\"\nmsgstr \"до {{#day}}{{closes_at}}{{/day}}\"\n\n"
    "msgid \"{{n}} day\"\nmsgid_plural \"{{n}} days\"\nmsgstr[0] \"{{n}} день\"\n"
    "msgstr[1] \"{{n}} дні\"\nmsgstr[2] \"{{n}} днів\"\n\n"
    "msgid \"Broken {{n}}\"\nmsgstr \"Зламано {{n\"\n";

static void
write_file(const char *name, const char *text)
{
	char path[200];
	snprintf(path, sizeof path, "%s/%s", root, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
run(const char *command)
{
	char line[400];
	snprintf(line, sizeof line, "cd %s && %s", root, command);
	assert_int_equal(system(line), 0);
}

static int
open_all(void **state)
{
	char folder[200];

	assert_non_null(mkdtemp(root));
	run("mkdir -p locale/viche/LC_MESSAGES views/parts views/locale");
	write_file("uk.po", catalogue);
	run("msgfmt -o locale/viche/LC_MESSAGES/uk.mo uk.po");
	clock_open();
	snprintf(folder, sizeof folder, "%s/locale", root);
	i18n_open(folder);
	pool = pool_open(POOL);
	return 0;
}

static int
close_all(void **state)
{
	pool_close(pool);
	run("cd / && rm -rf -- \"$OLDPWD\"");
	return 0;
}

static int
empty_views(void **state)
{
	run("rm -f views/*.* views/parts/*");
	return 0;
}

static struct views *
open_views(bool strict)
{
	char folder[200];
	snprintf(folder, sizeof folder, "%s/views", root);
	return views_open(folder, strict);
}

/* The text of view "v", or the error. The model is {page, data}. */
static const char *
show(bool strict, enum lang lang, const char *model)
{
	struct views *views = open_views(strict);
	json_t *both = json_loads(model, 0, NULL);
	struct buf out;
	const char *error = "no error";

	assert_non_null(both);
	if (json_object_get(both, "html") != NULL) {
		json_t *html = json_object_get(both, "html");
		json_object_set_new(json_object_get(both, "page"), "html",
		    view_safe(json_string_value(html)));
	}
	buf_init(&out, pool);
	bool done = view_render(views, "v", lang, json_object_get(both, "page"),
	    json_object_get(both, "data"), &out, &error);
	json_decref(both);
	views_close(views);
	return done ? out.s : error;
}

static void
page_lies_over_data(void **state)
{
	write_file("views/v.html", "{{a}} {{b}} {{deep.name}}");
	assert_string_equal(show(true, LANG_EN, "{\"page\": {\"a\": 1}, \"data\": {\"a\": 2, \"b\": 3, "
	    "\"deep\": {\"name\": \"x\"}}}"), "1 3 x");
}

static void
strict_names_what_is_missing(void **state)
{
	write_file("views/v.html", "one\ntwo\n{{#t}}of {{threshold}} needed{{/t}}");
	assert_string_equal(show(true, LANG_UK, "{\"page\": {}, \"data\": {}}"),
	    "v line 3: the model lacks \"threshold\"");
	assert_string_equal(show(false, LANG_UK, "{\"page\": {}, \"data\": {}}"),
	    "one\ntwo\nіз  потрібних");
	write_file("views/v.html", "{{>parts/p}}");
	write_file("views/parts/p.html", "\n{{^a.b}}x{{/a.b}}");
	assert_string_equal(show(true, LANG_UK, "{\"page\": {\"a\": {}}}"),
	    "parts/p line 2: the model lacks \"a.b\"");
	write_file("views/v.html", "{{a}}");
	assert_string_equal(show(true, LANG_UK, "{\"page\": {\"a\": {}}}"),
	    "v line 1: this is no text but a list or an object: \"a\"");
	assert_string_equal(show(true, LANG_UK, "{\"page\": {\"a\": null}}"), "");
}

static void
an_unknown_view_is_an_error(void **state)
{
	assert_string_equal(show(false, LANG_UK, "{\"page\": {}}"), "there is no view \"v\"");
}

static void
only_safe_html_is_raw(void **state)
{
	write_file("views/v.html", "{{{html}}}{{&html}}{{#html}}!{{/html}}");
	assert_string_equal(show(true, LANG_UK, "{\"page\": {}, \"html\": \"<p>\"}"), "<p><p>!");
	const char *forged = "{\"page\": {\"html\": \"<script>\"}}";
	assert_string_equal(show(true, LANG_UK, forged),
	    "v line 1: this is not marked as safe HTML: \"html\"");
	write_file("views/v.html", "{{{html}}}");
	assert_string_equal(show(false, LANG_UK, forged), "&lt;script&gt;");
	write_file("views/v.html", "{{html}}");
	assert_string_equal(show(true, LANG_UK, "{\"page\": {}, \"html\": \"<p>\"}"),
	    "v line 1: safe HTML wants three braces: \"html\"");
	assert_string_equal(show(false, LANG_UK, "{\"page\": {}, \"html\": \"<p>\"}"), "&lt;p&gt;");
}

static void
values_are_escaped(void **state)
{
	const char *model = "{\"page\": {\"a\": \"<b a='\\\"'>&amp;\"}}";
	write_file("views/v.html", "{{a}}|{{#date}}{{a}}{{/date}}");
	assert_string_equal(show(true, LANG_UK, model), "&lt;b a=&#39;&quot;&#39;&gt;&amp;amp;|"
	    "&lt;b a=&#39;&quot;&#39;&gt;&amp;amp;");
	run("mv views/v.html views/v.txt");
	assert_string_equal(show(true, LANG_UK, model), "<b a='\"'>&amp;|<b a='\"'>&amp;");
}

static void
texts_are_translated(void **state)
{
	const char *model = "{\"page\": {\"threshold\": 250, \"closes_at\": \"2020-07-20T21:30:00Z\"}}";
	write_file("views/v.html", "{{#t}}\n  of {{threshold}}\n\tneeded {{/t}}\n"
	    "{{#t}}until {{#day}}{{closes_at}}{{/day}}{{/t}}\n{{#t}}Not <b>translated</b>{{/t}}");
	assert_string_equal(show(true, LANG_UK, model),
	    "із 250 потрібних\nдо 21\u00a0липня 2020\nNot <b>translated</b>");
	assert_string_equal(show(true, LANG_EN, model),
	    "of 250 needed\nuntil 21\u00a0July 2020\nNot <b>translated</b>");
}

static void
plurals_follow_the_number(void **state)
{
	static const struct {
		int n;
		const char *uk, *en;
	} cases[] = {
		{ 1, "1 день", "1 day" }, { 2, "2 дні", "2 days" }, { 5, "5 днів", "5 days" },
		{ 11, "11 днів", "11 days" }, { 21, "21 день", "21 days" },
		{ 22, "22 дні", "22 days" }, { 0, "0 днів", "0 days" }, { 112, "112 днів", "112 days" },
	};
	char model[80];

	write_file("views/v.html", "{{#plural}}{{n}} day|{{n}} days{{/plural}}");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(model, sizeof model, "{\"data\": {\"n\": %d}}", cases[i].n);
		assert_string_equal(show(true, LANG_UK, model), cases[i].uk);
		assert_string_equal(show(true, LANG_EN, model), cases[i].en);
	}
	assert_string_equal(show(true, LANG_UK, "{\"data\": {\"n\": \"7\"}}"),
	    "v line 1: no whole number is \"n\"");
	write_file("views/v.html", "{{#plural}}One day{{#n}} a|b{{/n}}|"
	    "{{#number}}{{n}}{{/number}} days{{/plural}}");
	assert_string_equal(show(true, LANG_EN, "{\"data\": {\"n\": 1}}"), "One day a|b");
	assert_string_equal(show(true, LANG_EN, "{\"data\": {\"n\": 1200}}"), "1,200 days");
}

static void
numbers_and_times(void **state)
{
	const char *model = "{\"data\": {\"n\": 4569726, \"at\": \"2026-07-21T11:05:00Z\", \"no\": null}}";
	write_file("views/v.html", "{{#number}}{{n}}{{/number}} {{#money}} {{n}} {{/money}} "
	    "{{#time}}{{at}}{{/time}} {{#date}}{{at}}{{/date}}{{#date}}{{no}}{{/date}}");
	assert_string_equal(show(true, LANG_UK, model), "4\u00a0569\u00a0726 4\u00a0569\u00a0726\u00a0₴ "
	    "21\u00a0липня 2026, 14:05 21\u00a0липня 2026");
	assert_string_equal(show(true, LANG_EN, model),
	    "4,569,726 ₴4,569,726 21\u00a0July 2026, 14:05 21\u00a0July 2026");
}

static void
a_component_keeps_its_own_blocks(void **state)
{
	write_file("views/layout.html", "<title>{{$title}}Viche{{/title}}</title>\n"
	    "<main>\n  {{$main}}\n  {{/main}}\n</main>\n");
	write_file("views/box.html", "<h2>{{$title}}Box{{/title}}</h2>\n");
	write_file("views/parts/p.html", "{{<box}}{{/box}}");
	write_file("views/v.html", "{{<layout}}\n{{$title}}A page{{/title}}\n{{$main}}\n"
	    "{{<box}}{{$title}}A box{{/title}}{{/box}}\n{{>parts/p}}\n{{/main}}\n{{/layout}}\n");
	assert_string_equal(show(true, LANG_EN, "{\"page\": {}}"), "<title>A page</title>\n<main>\n"
	    "  <h2>A box</h2>\n  <h2>Box</h2>\n</main>\n");
}

static void
depth_is_bounded(void **state)
{
	write_file("views/v.html", "{{>v}}");
	assert_string_equal(show(false, LANG_UK, "{\"page\": {}}"),
	    "v line 1: too deep in each other: \"v\"");
}

/* What views_open() says of a view on its way out. */
static void
assert_refused(const char *view, const char *sentence)
{
	int ends[2], status;
	char said[400] = "";

	write_file("views/v.html", view);
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		open_views(false);
		_exit(0);
	}
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(read(ends[0], said, sizeof said - 1) >= 0);
	close(ends[0]);
	assert_string_equal(said, sentence);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

static void
malformed_views_end_the_start(void **state)
{
	assert_refused("\n{{#a}}", "view v line 2: a section is not closed: \"a\"\n");
	assert_refused("{{#a}}\n{{/b}}", "view v line 2: nothing is open here to close: \"b\"\n");
	assert_refused("{{/b}}", "view v line 1: nothing is open here to close: \"b\"\n");
	assert_refused("{{a", "view v line 1: a tag is not closed\n");
	assert_refused("{{}}", "view v line 1: no name is \" \"\n");
	assert_refused("{{a..b}}", "view v line 1: no name is \"a..b\"\n");
	assert_refused("x\n{{>no}}", "view v line 2: there is no view \"no\"\n");
	assert_refused("{{#t}} {{/t}}", "view v line 1: {{#t}} is empty\n");
	assert_refused("{{#date}}x{{/date}}",
	    "view v line 1: {{#date}} holds exactly one {{name}}\n");
	assert_refused("{{#plural}}days{{/plural}}",
	    "view v line 1: {{#plural}} wants two forms: one|many\n");
	assert_refused("{{#plural}}day|days{{/plural}}", "view v line 1: {{#plural}} names no number\n");
	assert_refused("{{^date}}{{/date}}", "view v line 1: a lambda cannot be inverted: \"date\"\n");
	assert_refused("{{#t}}a {{#t}}b{{/t}}{{/t}}", "view v line 1: {{#t}} may not stand in "
	    "another text, in the text of \"a {{#t}}b{{/t}}\"\n");
	assert_refused("\n\n{{#t}}Broken {{n}}{{/t}}", "view v line 3: a tag is not closed, in the "
	    "translation of \"Broken {{n}}\"\n");
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, empty_views)
	const struct CMUnitTest tests[] = {
		CASE(page_lies_over_data),
		CASE(strict_names_what_is_missing),
		CASE(an_unknown_view_is_an_error),
		CASE(only_safe_html_is_raw),
		CASE(values_are_escaped),
		CASE(texts_are_translated),
		CASE(plurals_follow_the_number),
		CASE(numbers_and_times),
		CASE(a_component_keeps_its_own_blocks),
		CASE(depth_is_bounded),
		CASE(malformed_views_end_the_start),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
