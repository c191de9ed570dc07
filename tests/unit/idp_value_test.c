/* Numbers, dates and addresses as Ukraine's identity providers write them (web/idp_value.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/str.h"
#include "web/idp_value.h"

enum { POOL = 1024 * 1024, NOW = 1800000000 /* 15 January 2027 */ };

static const char LOCALITIES[] = "Одеська/Чорноморськ = UA51100370000040590; "
                                 "Одеська/Одеський/Олександрівка = UA51100370000040590;"
                                 "Київ=UA80000000000093317; Житомир = no code";

static struct pool *pool;

static int
start(void **state)
{
	pool = pool_open(POOL);
	return 0;
}

static int
end(void **state)
{
	pool_close(pool);
	return 0;
}

static void
same(const char *what, const char *got, const char *wanted)
{
	if (!str_eq(got, wanted))
		fail_msg("%s: %s; expected %s", what, got != NULL ? got : "NULL", wanted != NULL ? wanted : "NULL");
}

static void
test_numbers(void **state)
{
	static const struct {
		const char *said, *number;
	} cases[] = {
		{ "3184710691", "3184710691" }, { " 31 847 10691 ", "3184710691" }, { "9100000020", "9100000020" },
		{ "ав123456", "АВ123456" }, { "АВ № 123456", "АВ123456" }, { "fe-123456", "FE123456" },
		{ "ї\xd1\x96 123456", "ЇІ123456" }, { "\xd0\x86\xcc\x88 1234567", "Ї1234567" }, { "001234567", "001234567" },
		{ "n/a", NULL }, { "", NULL }, { "12345", NULL }, { "0000000000", NULL }, { "9999999999", NULL },
		{ "000 000 00 00", NULL }, { "ABCDEFGH", NULL }, { "123456789012345678901", NULL },
		{ "відмова від номера", NULL }, { "\xff\xfe", NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		same(cases[i].said, idp_number(pool, cases[i].said), cases[i].number);
	assert_null(idp_number(pool, NULL));
}

static void
test_birthdates_of_numbers(void **state)
{
	static const struct {
		const char *number, *date;
	} cases[] = {
		{ "3184710691", "1987-03-12" }, { "0000100004", "1900-01-01" }, /* day 1 */
		{ "3184710692", NULL }, /* another check digit */
		{ "9100000020", NULL }, /* nobody's: after 2146 */
		{ "4700000009", NULL }, /* a date that is not yet */
		{ "0000000000", NULL }, { "АВ123456", NULL }, { "318471069", NULL }, { "31847106911", NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		same(cases[i].number, idp_number_birthdate(pool, cases[i].number, NOW), cases[i].date);
	assert_null(idp_number_birthdate(pool, NULL, NOW));
}

static void
test_dates(void **state)
{
	static const struct {
		const char *said, *date;
	} cases[] = {
		{ "17.04.1988", "1988-04-17" }, { "29.02.2000", "2000-02-29" }, { "01.01.1900", "1900-01-01" },
		{ "29.02.1999", NULL }, { "31.04.1988", NULL }, { "00.00.0000", NULL }, { "31.12.1899", NULL },
		{ "16.01.2027", NULL }, { "1988-04-17", NULL }, { "17/04/1988", NULL }, { "17.4.1988", NULL },
		{ "17.04.88", NULL }, { "17.04.19880", NULL }, { "aa.bb.cccc", NULL }, { "", NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		same(cases[i].said, idp_date(pool, cases[i].said, NOW), cases[i].date);
	assert_null(idp_date(pool, NULL, NOW));
}

static void
test_places(void **state)
{
	static const char HERE[] = "UA51100370000040590";
	static const struct {
		struct idp_place place;
		const char *code;
	} cases[] = {
		{ { "Одеська область", "Одеський район", "м. Чорноморськ" }, HERE },
		{ { "ОДЕСЬКА ОБЛ.", NULL, "ЧОРНОМОРСЬК" }, HERE },
		{ { "Одеська", "Одеський р-н", "смт Олександрівка" }, HERE },
		{ { "Одеська", "Подільський", "Олександрівка" }, NULL }, /* another one of that name */
		{ { "Кіровоградська", NULL, "Чорноморськ" }, NULL },
		{ { NULL, NULL, "Чорноморськ" }, NULL },
		{ { "Одеська", "Одеський", "Одеса" }, NULL },
		{ { "Одеська", NULL, "вул. Чорноморська" }, NULL },
		{ { "м. Київ", NULL, "м.Київ" }, "UA80000000000093317" },
		{ { NULL, NULL, "Житомир" }, NULL }, /* the list's code is none */
		{ { NULL, NULL, "м." }, NULL }, { { NULL, NULL, NULL }, NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		same(idp_place_text(pool, &cases[i].place), idp_place_code(pool, &cases[i].place, LOCALITIES), cases[i].code);
	struct idp_place kamianets = { NULL, NULL, "Кам’янець-Подільський" };
	same("an apostrophe", idp_place_code(pool, &kamianets, "Кам'янець-Подільський=UA51100370000040590"), HERE);
	same("no list", idp_place_code(pool, &cases[0].place, NULL), NULL);
	same("a broken list", idp_place_code(pool, &cases[0].place, ";;=;a/b/c/d=UA51100370000040590;/=;=="), NULL);
	same("text", idp_place_text(pool, &cases[1].place), "ОДЕСЬКА ОБЛ., ЧОРНОМОРСЬК");
	same("no text", idp_place_text(pool, &(struct idp_place){ 0 }), NULL);
}

static void
test_came_back(void **state)
{
	const char *why = NULL;
	char large[IDP_TOKEN_MAX + 2];

	memset(large, 'x', sizeof large - 1);
	large[sizeof large - 1] = '\0';
	assert_int_equal(idp_came_back(&(struct idp_answer){ .code = "abc" }, &why), IDP_DONE);
	assert_int_equal(idp_came_back(&(struct idp_answer){ .error = "access_denied" }, &why), IDP_CANCELLED);
	assert_int_equal(idp_came_back(&(struct idp_answer){ .error = "server_error" }, &why), IDP_REFUSED);
	assert_int_equal(idp_came_back(&(struct idp_answer){ .code = "abc", .error = "x" }, &why), IDP_REFUSED);
	assert_int_equal(idp_came_back(&(struct idp_answer){ 0 }, &why), IDP_REFUSED);
	assert_int_equal(idp_came_back(&(struct idp_answer){ .code = "" }, &why), IDP_REFUSED);
	assert_int_equal(idp_came_back(&(struct idp_answer){ .code = "a b" }, &why), IDP_REFUSED);
	assert_int_equal(idp_came_back(&(struct idp_answer){ .code = large }, &why), IDP_REFUSED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_birthdates_of_numbers),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_came_back),
	};
	return cmocka_run_group_tests_name("values", tests, start, end);
}
