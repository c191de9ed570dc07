#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "base/workdays.h"

void
clock_open(void)
{
	/* Debian 12 names the zone both ways; older tzdata knows only Kiev, newer may only Kyiv. */
	static const char *const names[] = { "Europe/Kyiv", "Europe/Kiev" };
	const time_t summer = 1784628000; /* 2026-07-21 */

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		setenv("TZ", names[i], 1);
		tzset();
		/* An unknown zone is taken for UTC without a word. */
		if (clock_kyiv(summer).tm_gmtoff == 3 * 3600)
			return;
	}
	fatal("the time zone Europe/Kyiv is missing (Debian: tzdata)");
}

/* The number of exactly n digits at s; -1 where there are none. */
static int
digits(const char *s, int n)
{
	int value = 0;
	for (int i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		value = value * 10 + (s[i] - '0');
	}
	return value;
}

bool
clock_parse(const char *s, time_t *at)
{
	struct tm tm = { 0 };
	size_t len = strlen(s);

	if (len < 10 || s[4] != '-' || s[7] != '-')
		return false;
	int year = digits(s, 4), month = digits(s + 5, 2), day = digits(s + 8, 2);
	if (year < 0 || month < 1 || month > 12 || day < 1)
		return false;
	s += 10;
	if (*s == 'T' || *s == ' ') {
		if (len < 19 || s[3] != ':' || s[6] != ':')
			return false;
		tm.tm_hour = digits(s + 1, 2);
		tm.tm_min = digits(s + 4, 2);
		tm.tm_sec = digits(s + 7, 2);
		if (tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59 ||
		    tm.tm_sec < 0 || tm.tm_sec > 59)
			return false;
		s += 9;
		if (*s == '.')
			s += 1 + strspn(s + 1, "0123456789");
		if (*s == 'Z')
			s++;
	}
	if (*s != '\0')
		return false;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	tm.tm_mday = day;
	*at = timegm(&tm);
	return tm.tm_mday == day; /* timegm() turns 31 February into March */
}

char *
clock_iso(struct pool *pool, time_t at)
{
	struct tm tm;
	char s[40];
	gmtime_r(&at, &tm);
	strftime(s, sizeof s, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return str_dup(pool, s);
}

char *
clock_sql(struct pool *pool, time_t at)
{
	char s[CLOCK_SQL];
	clock_sql_to(s, at);
	return str_dup(pool, s);
}

void
clock_sql_to(char out[static CLOCK_SQL], time_t at)
{
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(out, CLOCK_SQL, "%Y-%m-%d %H:%M:%S", &tm);
}

struct tm
clock_kyiv(time_t at)
{
	struct tm tm;
	localtime_r(&at, &tm);
	return tm;
}

int64_t
clock_monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_days_left(time_t now, time_t at)
{
	int64_t days = day_of(at) - day_of(now);
	return days > 0 ? days : 0;
}
