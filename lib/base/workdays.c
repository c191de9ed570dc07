#include "base/workdays.h"

#include "base/clock.h"

int64_t
day_of(time_t at)
{
	struct tm tm = clock_kyiv(at);
	struct tm midnight = { .tm_year = tm.tm_year, .tm_mon = tm.tm_mon, .tm_mday = tm.tm_mday };

	return timegm(&midnight) / 86400;
}

time_t
day_end(int64_t day)
{
	time_t noon = (time_t)day * 86400 + 43200;
	struct tm tm;

	gmtime_r(&noon, &tm);
	tm.tm_hour = 23;
	tm.tm_min = tm.tm_sec = 59;
	tm.tm_isdst = -1;
	return mktime(&tm);
}

bool
day_parse(const char *s, int64_t *day)
{
	time_t at;

	if (s == NULL || !clock_parse(s, &at))
		return false;
	*day = at / 86400;
	return true;
}

bool
workday(const struct calendar *c, int64_t day)
{
	bool weekend = (day + 4) % 7 == 0 || (day + 4) % 7 == 6; /* 1970-01-01 was a Thursday, the fourth */
	size_t low = 0, high = c->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (c->days[middle].day == day)
			return c->days[middle].works || (!weekend && !c->holidays_off);
		if (c->days[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return !weekend;
}

time_t
workdays_after(const struct calendar *c, time_t from, int n)
{
	int64_t day = day_of(from);

	/* Weekends leave five days of seven, so the loop ends unless a calendar lists years of holidays. */
	for (int64_t last = day + 7 * ((int64_t)n + CALENDAR_DAYS_MAX); n > 0 && day < last;)
		n -= workday(c, ++day);
	return day_end(day);
}

time_t
days_after(time_t from, int n)
{
	return day_end(day_of(from) + n);
}

int
workdays_between(const struct calendar *c, time_t from, time_t until)
{
	int64_t last = day_of(until);
	int n = 0;

	for (int64_t day = day_of(from) + 1; day <= last; day++)
		n += workday(c, day);
	return n;
}
