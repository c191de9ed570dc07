#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void
clock_open(void)
{
	/* Debian 12 names the zone both ways; older tzdata knows only Kiev. */
	setenv("TZ", "Europe/Kiev", 1);
	tzset();
}

bool
clock_parse(const char *s, time_t *at)
{
	struct tm tm = { 0 };
	int used = 0;

	if (sscanf(s, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &used) != 3 || used != 10)
		return false;
	s += used;
	if (*s == 'T' || *s == ' ') {
		used = 0;
		if (sscanf(s + 1, "%2d:%2d:%2d%n", &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &used) != 3)
			return false;
		s += 1 + used;
		if (*s == '.')
			s += 1 + strspn(s + 1, "0123456789");
		if (*s == 'Z')
			s++;
	}
	if (*s != '\0')
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*at = timegm(&tm);
	return true;
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

struct tm
clock_kyiv(time_t at)
{
	struct tm tm;
	localtime_r(&at, &tm);
	return tm;
}

static int64_t
day_number(time_t at)
{
	struct tm tm = clock_kyiv(at);
	struct tm midnight = { .tm_year = tm.tm_year, .tm_mon = tm.tm_mon, .tm_mday = tm.tm_mday };
	return timegm(&midnight) / 86400;
}

int64_t
clock_days_left(time_t now, time_t at)
{
	int64_t days = day_number(at) - day_number(now);
	return days > 0 ? days : 0;
}
