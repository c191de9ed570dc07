/* A line of an import is a petition or says why it is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/str.h"

/* A program's own file is in no library. */
#include "../../cgi-bin/manage/import_record.c"

static const char pier[] =
    "{\"id\": 7, \"action\": \" Mend \\u202ethe\\n pier\", \"background\": \"It is "
    "closed.\\r\\n\\r\\nStill.\\n\","
    " \"additional_details\": \"Since May.\", \"state\": \"open\", \"signature_count\": 12000,"
    " \"created_at\": \"2022-01-01T10:00:00.235Z\", \"updated_at\": \"2022-03-01T10:00:00Z\","
    " \"moderation_threshold_reached_at\": null, \"opened_at\": \"2022-01-02T10:00:00Z\","
    " \"closed_at\": null, \"rejection\": null, \"government_response\": {\"summary\": \"No.\", \"details\": \"It is mended.\","
    " \"responded_on\": \"2022-02-20\"}}";

static struct import_source from;
static struct import_record r;
static const char *why;

static enum import_line
read_bytes(const char *bytes, size_t len)
{
	from.file = tmpfile();
	assert_non_null(from.file);
	fwrite(bytes, 1, len, from.file);
	rewind(from.file);
	enum import_line result = import_next(&from, &r, &why);
	if (result != IMPORT_NONE)
		assert_int_equal(import_next(&from, &r, &(const char *){ NULL }), IMPORT_NONE);
	fclose(from.file);
	return result;
}

static enum import_line
read_text(const char *line)
{
	return read_bytes(line, strlen(line));
}

/* The pier's line with one member set to a JSON text. */
static const char *
with(const char *line, const char *name, const char *value)
{
	json_t *o = json_loads(line, 0, NULL);
	json_t *v = json_loads(value, JSON_DECODE_ANY, NULL);

	assert_non_null(o);
	assert_non_null(v);
	json_object_set_new(o, name, v);
	return json_dumps(o, JSON_COMPACT);
}

static void
expect_broken(const char *line, const char *reason)
{
	assert_int_equal(read_text(line), IMPORT_BROKEN);
	if (strstr(why, reason) == NULL)
		fail_msg("\"%s\" instead of \"%s\"", why, reason);
}

static void
test_a_petition(void **state)
{
	time_t created, opened;

	assert_true(clock_parse("2022-01-01T10:00:00Z", &created));
	assert_true(clock_parse("2022-01-02T10:00:00Z", &opened));
	from.file = tmpfile();
	assert_non_null(from.file);
	fprintf(from.file, "%s\r\n \n%s", pier, pier);
	rewind(from.file);
	assert_int_equal(import_next(&from, &r, &why), IMPORT_GOOD);
	assert_int_equal(r.id, 7);
	assert_int_equal(r.state, IMPORT_OPEN);
	assert_int_equal(r.signature_count, 12000);
	assert_string_equal(r.title, "Mend the pier");
	assert_string_equal(r.text, "It is closed.\n\nStill.\n\nSince May.");
	assert_int_equal(r.created, created);
	assert_int_equal(r.submitted, created);
	assert_int_equal(r.opened, opened);
	assert_int_equal(r.closed, 0);
	assert_null(r.reason);
	assert_string_equal(r.response, "No.\n\nIt is mended.");
	assert_int_equal(r.responded, opened + 49 * 86400 + 2 * 3600);
	assert_int_equal(import_next(&from, &r, &why), IMPORT_EMPTY);
	assert_int_equal(import_next(&from, &r, &why), IMPORT_GOOD);
	assert_int_equal(import_next(&from, &r, &why), IMPORT_NONE);
	fclose(from.file);
}

static void
test_a_refusal(void **state)
{
	const char *line = with(pier, "state", "\"rejected\"");

	expect_broken(line, "no code");
	line = with(line, "rejection",
		    "{\"code\": \"no-action\", \"details\": \"What\\r\\nis asked?\"}");
	expect_broken(line, "\"rejected_at\" is missing");
	line = with(line, "rejected_at", "\"2022-01-03T10:00:00Z\"");
	assert_int_equal(read_text(line), IMPORT_GOOD);
	assert_string_equal(r.reason, "no-action");
	assert_string_equal(r.remarks, "What\nis asked?");
	assert_int_equal(r.opened, 0);
	assert_int_equal(
	    read_text(with(line, "rejection", "{\"code\": \"foi\", \"details\": \"\"}")),
	    IMPORT_GOOD);
	assert_null(r.remarks);
	expect_broken(with(line, "rejection", "{\"code\": \"<b>\"}"), "no code");
	expect_broken(with(line, "rejection", "{\"code\": \"a-code-of-many-letters\"}"), "no code");
	expect_broken(with(line, "rejected_at", "\"2021-12-31\""),
		      "rejected before it was sent in");
}

static void
test_broken_lines(void **state)
{
	static const struct {
		const char *name, *value, *why;
	} wrong[] = {
		{ "id", "\"7\"", "\"id\" is no number" },
		{ "id", "0", "\"id\" is no number" },
		{ "signature_count", "-1", "\"signature_count\" is no number" },
		{ "signature_count", "1.5", "\"signature_count\" is no number" },
		{ "signature_count", "2000000000", "\"signature_count\" is no number" },
		{ "state", "\"flagged\"", "\"state\" is none" },
		{ "action", "5", "\"action\" is no text" },
		{ "action", "\" \\u200b\"", "\"action\" is missing" },
		{ "action", "null", "\"action\" is missing" },
		{ "background", "[]", "\"background\" is no text" },
		{ "created_at", "\"2022-02-30T00:00:00Z\"", "\"created_at\" is no date" },
		{ "created_at", "1640000000", "\"created_at\" is no date" },
		{ "created_at", "\"1969-07-20\"", "before 1970" },
		{ "updated_at", "\"9999-01-01\"", "in the future" },
		{ "updated_at", "\"2021-01-01\"", "updated before it was created" },
		{ "opened_at", "null", "\"opened_at\" is missing" },
		{ "opened_at", "\"2021-01-01\"", "opened before it was sent in" },
		{ "moderation_threshold_reached_at", "\"2021-01-01\"",
		  "sent in before it was created" },
		{ "state", "\"closed\"", "\"closed_at\" is missing" },
	};

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		expect_broken(with(pier, wrong[i].name, wrong[i].value), wrong[i].why);
	expect_broken(with(with(pier, "state", "\"closed\""), "closed_at", "\"2022-01-01\""),
		      "closed before");
	expect_broken(with(with(pier, "background", "\"\""), "additional_details", "null"),
		      "both missing");
}

static void
test_what_is_no_json(void **state)
{
	expect_broken("{\"id\": 7", "not JSON");
	expect_broken("[]", "no JSON object");
	expect_broken("{\"id\": 7, \"id\": 8}", "duplicate");
	expect_broken("{\"action\": \"\\u0000\"}", "not JSON");
	expect_broken("{\"action\": \"\xc3\x28\"}", "not JSON");
	assert_int_equal(read_bytes("\0{}", 3), IMPORT_BROKEN);
	assert_int_equal(read_bytes("", 0), IMPORT_NONE);
}

static void
test_bounds(void **state)
{
	size_t most = IMPORT_LINE_MAX + 1;
	char *line = malloc(most);

	assert_non_null(line);
	memset(line, ' ', most);
	memcpy(line, pier, strlen(pier));
	assert_int_equal(read_bytes(line, most - 1), IMPORT_GOOD);
	assert_int_equal(read_bytes(line, most), IMPORT_BROKEN);
	assert_string_equal(why, "it is longer than 1 MB");
	memset(line, 'x', most);
	line[0] = line[201] = '"';
	line[202] = '\0';
	assert_int_equal(read_text(with(pier, "action", line)), IMPORT_GOOD);
	line[201] = 'x';
	line[202] = '"';
	line[203] = '\0';
	expect_broken(with(pier, "action", line), "200 characters");
	memset(line, 'x', most);
	line[0] = line[PETITION_TEXT_MAX] = '"';
	line[PETITION_TEXT_MAX + 1] = '\0';
	expect_broken(with(pier, "background", line), "20,000 characters");
	free(line);
}

static int
set_up(void **state)
{
	from.pool = pool_open(64 * 1024 * 1024);
	pool_enter(from.pool);
	clock_open();
	return clock_parse("2026-01-01", &from.now) ? 0 : 1;
}

static int
tear_down(void **state)
{
	pool_leave(from.pool);
	pool_close(from.pool);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_petition),   cmocka_unit_test(test_a_refusal),
		cmocka_unit_test(test_broken_lines), cmocka_unit_test(test_what_is_no_json),
		cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
