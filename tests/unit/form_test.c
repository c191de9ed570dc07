/* Forms: what is read, what is cleaned, which message each wrong entry gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pool.h"
#include "fake_request.h"
#include "web/form.h"
#include "web/i18n.h"
#include "web/pattern.h"

#define URLENCODED "application/x-www-form-urlencoded"
#define JSON "application/json"

static const char *const colours[] = { "blue", "yellow", NULL };
static const struct field fields[] = {
	{ .name = "title", .kind = FIELD_LINE, .min = 3, .max = 10, .label = "Title" },
	{ .name = "text", .kind = FIELD_LINES, .max = 20, .label = "Text" },
	{ .name = "age", .kind = FIELD_NUMBER, .max = 150, .label = "Age" },
	{ .name = "year", .kind = FIELD_NUMBER, .min = 1991, .max = 2100 },
	{ .name = "colour", .kind = FIELD_CHOICE, .choices = colours, .label = "Colour" },
	{ .name = "must", .kind = FIELD_CHOICE, .min = 1, .choices = colours },
	{ .name = "code", .kind = FIELD_LINE, .max = 100, .pattern = "[a-z]{2}|\\p{Lu}\\d" },
	{ 0 }
};

static struct pool *pool;
static struct request rq;

static bool
read_n(enum method method, bool json, const char *type, const char *body, size_t len)
{
	pool_leave(pool);
	pool_enter(pool);
	fake_type = type;
	rq = (struct request){
		.pool = pool,
		.method = method,
		.json = json,
		.lang = LANG_EN,
		.query = method == GET ? body : "",
		.body = method == GET ? "" : body,
		.body_len = method == GET ? 0 : len,
		.page = json_object(),
	};
	return form_read(&rq, fields);
}

static bool
read_form(const char *body)
{
	return read_n(POST, false, URLENCODED, body, strlen(body));
}

static bool
read_json(const char *body)
{
	return read_n(POST, true, JSON, body, strlen(body));
}

static const char *
error(const char *name)
{
	return json_string_value(json_object_get(rq.errors, name));
}

static void
refused(bool read, int status)
{
	assert_false(read);
	assert_int_equal(rq.reply.status, status);
	assert_null(rq.form);
	assert_null(rq.errors);
}

#define GOOD "title=Bridge&year=2026&must=blue"

static void
reads_a_right_form(void **state)
{
	assert_true(read_form(GOOD "&text=a%0D%0Ab&age=41&colour=yellow&code=%D0%962&csrf=x"
	    "&other=y"));
	assert_true(form_right(&rq));
	assert_string_equal(form_text(&rq, "title"), "Bridge");
	assert_string_equal(form_text(&rq, "text"), "a\nb");
	assert_string_equal(form_text(&rq, "colour"), "yellow");
	assert_string_equal(form_text(&rq, "code"), "Ж2");
	assert_int_equal(form_number(&rq, "age"), 41);
	assert_string_equal(form_text(&rq, "age"), "41");
	assert_int_equal(form_number(&rq, "year"), 2026);
	assert_string_equal(form_text(&rq, "other"), "");
	assert_null(json_object_get(rq.form, "other"));
	assert_int_equal(rq.reply.status, 0);

	assert_true(read_form(GOOD));
	assert_true(form_right(&rq));
	assert_string_equal(form_text(&rq, "text"), "");
	assert_string_equal(form_text(&rq, "age"), "");
	assert_int_equal(form_number(&rq, "age"), 0);
	assert_int_equal(json_object_size(rq.form), 7);
}

static void
reads_a_query(void **state)
{
	assert_true(read_n(GET, true, "", GOOD "&lang=en", 0));
	assert_true(form_right(&rq));
	assert_string_equal(form_text(&rq, "title"), "Bridge");
	refused(read_n(GET, false, "", "title=%FF", 0), 400);
}

static void
reads_multipart(void **state)
{
#define PART(name, value) \
	"--X\r\nContent-Disposition: form-data; name=" name "\r\n\r\n" value "\r\n"
	static const char body[] = PART("title", "Міст") PART("year", "2026") PART("must", "blue")
	    PART("photo; filename=a.jpg", "\xff") PART("other", "y") "--X--\r\n";
	static const char nul[] = PART("title", "a\0b") "--X--\r\n";

	assert_true(read_n(POST, false, "multipart/form-data; boundary=X", body, sizeof body - 1));
	assert_true(form_right(&rq));
	assert_string_equal(form_text(&rq, "title"), "Міст");
	assert_string_equal(form_sent(&rq, "other"), "y");
	assert_null(form_sent(&rq, "photo"));
	assert_null(form_sent(&rq, "nothing"));
	refused(read_n(POST, false, "multipart/form-data", body, sizeof body - 1), 400);
	refused(read_n(POST, false, "multipart/form-data; boundary=X", body, sizeof body - 5), 400);
	refused(read_n(POST, false, "multipart/form-data; boundary=X", nul, sizeof nul - 1), 400);
	assert_null(form_sent(&rq, "title"));
}

static void
reads_json(void **state)
{
	assert_true(read_json("{\"title\": \"Bridge\", \"year\": 2026, \"must\": \"blue\", "
	    "\"age\": \"7\", \"csrf\": \"x\"}"));
	assert_true(form_right(&rq));
	assert_int_equal(form_number(&rq, "year"), 2026);
	assert_int_equal(form_number(&rq, "age"), 7);

	assert_true(read_json("{\"title\": true, \"text\": false, \"year\": 1.5, \"must\": null, "
	    "\"colour\": [], \"age\": {}, \"titel\": \"x\"}"));
	assert_string_equal(form_text(&rq, "title"), "1");
	assert_string_equal(form_text(&rq, "text"), "");
	assert_null(error("text"));
	assert_string_equal(error("titel"), "There is no such field.");
	const char *const wrong[] = { "year", "must", "colour", "age" };
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(error(wrong[i]),
		    "Send text, a whole number, or true or false in this field.");
	assert_int_equal(json_object_size(rq.errors), 6); /* and the title is too short */

	/* Urlencoded may be sent there too, and what is not declared is named. */
	assert_true(read_n(POST, true, URLENCODED "; charset=utf-8", GOOD "&titel=x&csrf=y",
	    strlen(GOOD "&titel=x&csrf=y")));
	assert_int_equal(json_object_size(rq.errors), 1);
	assert_non_null(error("titel"));
}

static void
refuses_broken_json(void **state)
{
	static const char *const bodies[] = {
		"{", "[]", "\"x\"", "7", "null", "{\"title\": \"a\",}", "{\"title\": \"a\"} x",
		"{\"title\": \"a\", \"title\": \"b\"}", "{\"title\": \"a\\u0000b\"}",
		"{\"title\": \"\xc0\xaf\"}", "{\"title\": \"\\ud800\"}", "{\"ti\\u0000tle\": 1}",
		"{\"year\": 99999999999999999999}", "{'title': 'a'}", " ", "{\"a\": \"\\", "\"",
	};
	char deep[1000], *wide = calloc(1, 2100000);

	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		refused(read_json(bodies[i]), 400);
	memset(deep, '[', sizeof deep);
	deep[sizeof deep - 1] = '\0';
	refused(read_json(deep), 400);

	strcpy(wide, "{\"a\":[0");
	for (size_t i = 0; i < 500000; i++)
		strcpy(wide + 7 + 2 * i, ",0");
	refused(read_json(wide), 400);
	assert_true(pool_used(pool) < 100000);
	refused(read_n(POST, true, JSON, "{}\0{}", 5), 400);
	free(wide);
	assert_true(read_json("{\"title\": \"[{,\\\"[{,\", \"year\": 2026, \"must\": \"blue\"}"));
	assert_true(form_right(&rq));
}

static void
refuses_other_types(void **state)
{
	static const char *const types[] = { "", "text/plain", "application/xml", "junk junk",
		"application/json", URLENCODED "; charset=windows-1251", URLENCODED "x" };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		refused(read_n(POST, false, types[i], GOOD, strlen(GOOD)), 415);
	refused(read_n(POST, true, "text/plain", GOOD, strlen(GOOD)), 415);
	/* Nothing needs no type. */
	assert_true(read_n(POST, false, "", "", 0));
	assert_string_equal(error("title"), "Fill in this field.");
	assert_null(error("text"));
}

static void
refuses_broken_bodies(void **state)
{
	static const char *const bodies[] = {
		"title=%", "title=%4", "title=%G0", "title=%0G", "%=a", "title=a%00b", "a%00=b",
		"title=%C0%AF", "title=\xff", "title=%ED%A0%80", "title=%D0", "other=%FF",
		"title=\xf4\x90\x80\x80",
	};
	char many[1000], *large = malloc(FORM_TEXT_MAX + 100);

	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		refused(read_form(bodies[i]), 400);
	refused(read_n(POST, false, URLENCODED, GOOD "\0x", strlen(GOOD) + 2), 400);

	strcpy(many, GOOD);
	for (size_t i = 3; i < FORM_PAIRS_MAX; i++)
		strcat(many, "&a=");
	assert_true(read_form(many));
	assert_true(form_right(&rq));
	strcat(many, "&a=");
	refused(read_form(many), 400);

	memset(large, 'a', FORM_TEXT_MAX + 1);
	large[FORM_TEXT_MAX + 1] = '\0';
	refused(read_form(large), 413);
	large[FORM_TEXT_MAX] = '\0';
	assert_true(read_form(large));
	free(large);
}

static void
cleans_before_it_counts(void **state)
{
	/* и + U+0306 is one letter й: ten characters in eleven code points, spaces folded. */
	assert_true(read_form("title=+%D0%B8%CC%86123++567+90%0A&year=2026&must=blue"));
	assert_string_equal(error("title"), "Write at most 10 characters; now there are 11.");
	assert_true(read_form("title=+%D0%B8%CC%86123++567+9%0A&year=2026&must=blue"));
	assert_true(form_right(&rq));
	assert_string_equal(form_text(&rq, "title"), "й123 567 9");
}

static void
counts_characters(void **state)
{
	assert_true(read_form("title=їжак&text=їїїїїїїїїїїїїїїїїїїї"));
	assert_null(error("title"));
	assert_null(error("text"));
	assert_true(read_form("title=її&text=їїїїїїїїїїїїїїїїїїїїї"));
	assert_string_equal(error("title"), "Write at least 3 characters; now there are 2.");
	assert_string_equal(error("text"), "Write at most 20 characters; now there are 21.");
	assert_string_equal(form_text(&rq, "title"), "її");
	/* A line end is one character, whatever the browser sends. */
	assert_true(read_form("text=1234567890%0D%0A123456789"));
	assert_null(error("text"));
	assert_true(read_form("title=%E2%80%8B+%E2%80%AE"));
	assert_string_equal(error("title"), "Fill in this field.");
}

static void
bounds_marks(void **state)
{
	char body[200] = "text=a";

	for (size_t i = 0; i < FORM_MARKS_MAX; i++)
		strcat(body, "\xcc\x81");
	assert_true(read_form(body));
	strcat(body, "\xcc\x96");
	refused(read_form(body), 400);
	strcpy(body, "other=a&text=");
	for (size_t i = 0; i < FORM_MARKS_MAX / 2 + 1; i++)
		strcat(body, "\xe0\xbd\xb3"); /* U+0F73 starts nothing, but is made of two marks */
	refused(read_form(body), 400);
}

static void
reads_numbers(void **state)
{
	static const struct {
		const char *sent, *message;
		int64_t n;
	} cases[] = {
		{ "2026", NULL, 2026 }, { "+2026+", NULL, 2026 }, { "2+026", NULL, 2026 },
		{ "002026", NULL, 2026 },
		{ "2%C2%A0026", NULL, 2026 }, { "2%E2%80%AF026", NULL, 2026 },
		{ "", "Fill in this field.", 0 },
		{ "1990", "Write a number from 1,991 to 2,100.", 0 },
		{ "2101", "Write a number from 1,991 to 2,100.", 0 },
		{ "999999999999999999", "Write a number from 1,991 to 2,100.", 0 },
		{ "9999999999999999999", "Write a whole number.", 0 },
		{ "-2026", "Write a number from 1,991 to 2,100.", 0 },
		{ "%2B2026", "Write a whole number.", 0 }, { "-", "Write a whole number.", 0 },
		{ "20x", "Write a whole number.", 0 }, { "2026.0", "Write a whole number.", 0 },
		{ "20+26", "Write a whole number.", 0 }, { "2+0260", "Write a whole number.", 0 },
		{ "0x7ea", "Write a whole number.", 0 }, { "%D9%A2", "Write a whole number.", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char body[100];
		snprintf(body, sizeof body, "year=%s", cases[i].sent);
		assert_true(read_form(body));
		if (cases[i].message != NULL)
			assert_string_equal(error("year"), cases[i].message);
		else
			assert_null(error("year"));
		assert_int_equal(form_number(&rq, "year"), cases[i].n);
	}
	assert_true(read_form("year=20x"));
	assert_string_equal(form_text(&rq, "year"), "20x"); /* it is shown again */
	assert_true(read_form("age=-1"));
	assert_non_null(error("age"));
}

static void
checks_choices_and_patterns(void **state)
{
	assert_true(read_form("colour=red&must=&code=abc"));
	assert_string_equal(error("colour"), "Choose one of the options.");
	assert_string_equal(error("must"), "Choose one of the options.");
	assert_string_equal(error("code"), "This does not look right. Please check it.");
	assert_true(read_form("code=ab"));
	assert_null(error("code"));
	assert_null(error("colour"));
	assert_true(read_form("code=ab%0A")); /* cleaned first */
	assert_null(error("code"));
	assert_true(pattern_matches("a|ab", "ab"));
	assert_false(pattern_matches("a", "ab"));
	assert_false(pattern_matches("b", "ab"));
	assert_false(pattern_matches("a", "a\n"));
	assert_true(pattern_matches("..", "їж"));
	/* What would run for ages ends at the limit, and a long plain text is no problem. */
	assert_false(pattern_matches("(a+)+b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
	char *text = malloc(50001);
	memset(text, 'a', 50000);
	text[50000] = '\0';
	assert_true(pattern_matches("[a-z ]*", text));
	free(text);
}

static void
refuses_a_field_sent_twice(void **state)
{
	assert_true(read_form(GOOD "&title=Other&other=a&other=b"));
	assert_int_equal(json_object_size(rq.errors), 1);
	assert_string_equal(error("title"), "This field was sent twice. Send it once.");
	assert_string_equal(form_text(&rq, "title"), "Bridge");
}

static void
shows_the_form(void **state)
{
	assert_true(read_form("title=a&year=20x&must=yellow"));
	form_error(&rq, "title", "Another.");
	form_error(&rq, "text", "Not so.");
	form_error(&rq, "", "Too late.");
	form_show(&rq, fields, NULL);

	json_t *want = json_pack("{s{sssssb} s{sssssb} s{sssnsb} s{sssssb} s{sssnsbs{sbsb}} "
	    "s{sssnsbs{sbsb}} s{sssnsb}}",
	    "title", "value", "a", "error", "Write at least 3 characters; now there are 1.",
	    "invalid", 1,
	    "text", "value", "", "error", "Not so.", "invalid", 1,
	    "age", "value", "", "error", "invalid", 0,
	    "year", "value", "20x", "error", "Write a whole number.", "invalid", 1,
	    "colour", "value", "", "error", "invalid", 0, "chosen", "blue", 0, "yellow", 0,
	    "must", "value", "yellow", "error", "invalid", 0, "chosen", "blue", 0, "yellow", 1,
	    "code", "value", "", "error", "invalid", 0);
	assert_non_null(want);
	assert_true(json_equal(json_object_get(rq.page, "form"), want));
	json_t *list = json_pack("[{ssssss}{ssssss}{sssnss}{sssnss}]",
	    "name", "title", "label", "Title", "message",
	    "Write at least 3 characters; now there are 1.",
	    "name", "text", "label", "Text", "message", "Not so.",
	    "name", "year", "label", "message", "Write a whole number.",
	    "name", "", "label", "message", "Too late.");
	assert_true(json_equal(json_object_get(rq.page, "form_errors"), list));
	assert_int_equal(json_integer_value(json_object_get(rq.page, "form_error_count")), 4);
	assert_true(json_is_true(json_object_get(rq.page, "has_errors")));
}

static void
shows_a_form_not_yet_sent(void **state)
{
	pool_leave(pool);
	pool_enter(pool);
	rq = (struct request){ .pool = pool, .lang = LANG_EN, .page = json_object() };
	form_show(&rq, fields, json_pack("{sssi}", "title", "Draft", "year", 2026));
	json_t *form = json_object_get(rq.page, "form");
	const char *value;
	assert_int_equal(json_unpack(form, "{s{ss}}", "title", "value", &value), 0);
	assert_string_equal(value, "Draft");
	assert_int_equal(json_unpack(form, "{s{ss}}", "year", "value", &value), 0);
	assert_string_equal(value, "2026");
	assert_int_equal(json_integer_value(json_object_get(rq.page, "form_error_count")), 0);
	assert_true(json_is_false(json_object_get(rq.page, "has_errors")));
	assert_int_equal(json_array_size(json_object_get(rq.page, "form_errors")), 0);
	form_show(&rq, fields, NULL);
	assert_int_equal(json_object_size(json_object_get(rq.page, "form")), 7);
	assert_true(form_right(&rq));
	form_error(&rq, "title", "Wrong.");
	assert_false(form_right(&rq));
}

static void
decodes(void **state)
{
	json_t *pairs = form_decode(pool, "&a=1&&b&=c&d=e=f+g%2B%d1%97&", 10);

	assert_true(json_equal(pairs, json_pack("[[ss][ss][ss][ss]]", "a", "1", "b", "", "", "c",
	    "d", "e=f g+ї")));
	assert_int_equal(json_array_size(form_decode(pool, "", 10)), 0);
	assert_non_null(form_decode(pool, "a=1&b=2", 2));
	assert_null(form_decode(pool, "a=1&b=2", 1));
	assert_string_equal(form_raw(pool, "ab=0&a=1+2&a=3", "a"), "1 2");
	assert_string_equal(form_raw(pool, "a", "a"), "");
	assert_null(form_raw(pool, "ab=0&b=a", "a"));
	assert_null(form_raw(pool, "", "a"));
	assert_null(form_raw(pool, "a=%FF", "a"));
	assert_string_equal(form_raw(pool, "b=%FF&a=1", "a"), "1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_right_form),
		cmocka_unit_test(reads_a_query),
		cmocka_unit_test(reads_multipart),
		cmocka_unit_test(reads_json),
		cmocka_unit_test(refuses_broken_json),
		cmocka_unit_test(refuses_other_types),
		cmocka_unit_test(refuses_broken_bodies),
		cmocka_unit_test(cleans_before_it_counts),
		cmocka_unit_test(counts_characters),
		cmocka_unit_test(bounds_marks),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(checks_choices_and_patterns),
		cmocka_unit_test(refuses_a_field_sent_twice),
		cmocka_unit_test(shows_the_form),
		cmocka_unit_test(shows_a_form_not_yet_sent),
		cmocka_unit_test(decodes),
	};

	i18n_use(LANG_EN);
	pool = pool_open(16 * 1024 * 1024);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_leave(pool);
	pool_close(pool);
	return failed;
}
