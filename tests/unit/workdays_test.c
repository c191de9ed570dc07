/* Working days and terms: weekends, holidays, martial law, summer time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/pool.h"
#include "base/workdays.h"

static struct pool *pool;

static int
open_all(void **state)
{
	clock_open();
	pool = pool_open(1024 * 1024);
	return 0;
}

static int
close_all(void **state)
{
	pool_close(pool);
	return 0;
}

static time_t
at(const char *iso)
{
	time_t t;
	assert_true(clock_parse(iso, &t));
	return t;
}

static int64_t
day(const char *date)
{
	int64_t d;
	assert_true(day_parse(date, &d));
	return d;
}

static const struct calendar plain = { 0 };

static void
assert_due(const struct calendar *c, const char *from, int n, const char *due)
{
	assert_string_equal(clock_iso(pool, workdays_after(c, at(from), n)), due);
}

static void
weekends_are_days_off(void **state)
{
	const struct {
		const char *date;
		bool works;
	} week[] = { { "2026-11-23", true }, { "2026-11-24", true }, { "2026-11-27", true },
		{ "2026-11-28", false }, { "2026-11-29", false }, { "2026-11-30", true }, { "1970-01-01", true },
		{ "1970-01-03", false } };

	for (size_t i = 0; i < sizeof week / sizeof *week; i++)
		assert_int_equal(workday(&plain, day(week[i].date)), week[i].works);
}

static void
a_term_ends_with_its_last_day_in_kyiv(void **state)
{
	/* Tuesday: the second working day is Thursday. Winter: Kyiv is two hours ahead. */
	assert_due(&plain, "2026-11-24T10:00:00Z", 2, "2026-11-26T21:59:59Z");
	/* Friday evening in UTC is Saturday in Kyiv; both lead to Tuesday. */
	assert_due(&plain, "2026-11-27T10:00:00Z", 2, "2026-12-01T21:59:59Z");
	assert_due(&plain, "2026-11-27T22:30:00Z", 2, "2026-12-01T21:59:59Z");
	assert_due(&plain, "2026-11-24T10:00:00Z", 10, "2026-12-08T21:59:59Z");
	assert_due(&plain, "2026-11-24T10:00:00Z", 0, "2026-11-24T21:59:59Z");
	/* Summer time ends on 2026-10-25 and begins on 2026-03-29. */
	assert_due(&plain, "2026-10-23T10:00:00Z", 1, "2026-10-26T21:59:59Z");
	assert_due(&plain, "2026-03-27T10:00:00Z", 1, "2026-03-30T20:59:59Z");
	assert_string_equal(clock_iso(pool, days_after(at("2026-10-24T10:00:00Z"), 1)), "2026-10-25T21:59:59Z");
	assert_string_equal(clock_iso(pool, days_after(at("2026-10-23T10:00:00Z"), 1)), "2026-10-24T20:59:59Z");
}

static void
holidays_count_under_martial_law_only(void **state)
{
	struct calendar c = { .holidays_off = true, .count = 3 };

	c.days[0] = (struct calendar_day){ day("2026-08-22"), true };  /* a Saturday, worked */
	c.days[1] = (struct calendar_day){ day("2026-08-24"), false }; /* Monday, Independence Day */
	c.days[2] = (struct calendar_day){ day("2026-12-25"), false }; /* Friday, Christmas */
	assert_due(&c, "2026-08-21T10:00:00Z", 1, "2026-08-22T20:59:59Z");
	assert_due(&c, "2026-08-22T10:00:00Z", 1, "2026-08-25T20:59:59Z");
	assert_due(&c, "2026-12-24T10:00:00Z", 1, "2026-12-28T21:59:59Z");
	c.holidays_off = false;
	assert_due(&c, "2026-08-22T10:00:00Z", 1, "2026-08-24T20:59:59Z");
	assert_due(&c, "2026-12-24T10:00:00Z", 1, "2026-12-25T21:59:59Z");
	/* A Saturday that is worked instead of a holiday is worked all the same. */
	assert_due(&c, "2026-08-21T10:00:00Z", 1, "2026-08-22T20:59:59Z");
}

static void
what_remains_of_a_term(void **state)
{
	time_t due = at("2026-12-08T21:59:59Z");

	assert_int_equal(workdays_between(&plain, at("2026-11-24T10:00:00Z"), due), 10);
	assert_int_equal(workdays_between(&plain, at("2026-12-08T08:00:00Z"), due), 0);
	assert_int_equal(workdays_between(&plain, at("2026-12-05T08:00:00Z"), due), 2);
	assert_int_equal(workdays_between(&plain, at("2026-12-09T08:00:00Z"), due), 0);
}

static void
a_calendar_of_nothing_but_holidays_ends(void **state)
{
	struct calendar c = { .holidays_off = true, .count = CALENDAR_DAYS_MAX };

	for (size_t i = 0; i < CALENDAR_DAYS_MAX; i++)
		c.days[i] = (struct calendar_day){ day("2026-11-24") + (int64_t)i, false };
	assert_true(workdays_after(&c, at("2026-11-24T10:00:00Z"), 2) > at("2027-12-28T00:00:00Z"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weekends_are_days_off),
		cmocka_unit_test(a_term_ends_with_its_last_day_in_kyiv),
		cmocka_unit_test(holidays_count_under_martial_law_only),
		cmocka_unit_test(what_remains_of_a_term),
		cmocka_unit_test(a_calendar_of_nothing_but_holidays_ends),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
