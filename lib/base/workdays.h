/*
 * workdays: working days by Kyiv's calendar, in which the law counts most of its terms.
 *
 * A day is a number of days since 1970-01-01 by Kyiv's date, so that neither summer time nor
 * midnight in UTC moves it. Saturdays and Sundays are days off; a calendar lists what differs from
 * that: holidays, and Saturdays that are worked instead. While holidays_off is false (martial law:
 * Art. 6 of Law 2136-IX suspends holidays) listed holidays are working days.
 *
 * A term of n days does not count the day on which it begins and ends with the last second of its
 * last day (Art. 253-254 of the Civil Code).
 */
#ifndef VICHE_BASE_WORKDAYS_H
#define VICHE_BASE_WORKDAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum { CALENDAR_DAYS_MAX = 400 };

struct calendar {
	bool holidays_off;
	size_t count;
	struct calendar_day {
		int64_t day;
		bool works;
	} days[CALENDAR_DAYS_MAX]; /* sorted by day */
};

/* The day of an instant, and its last second. clock_open() comes first. */
int64_t day_of(time_t at);
time_t day_end(int64_t day);
/* The day of "2026-08-24"; false where s is no date. */
bool day_parse(const char *s, int64_t *day);

bool workday(const struct calendar *calendar, int64_t day);

/* The last second of the n-th working day (or calendar day) after from's. */
time_t workdays_after(const struct calendar *calendar, time_t from, int n);
time_t days_after(time_t from, int n);

/* Working days that remain after from's day up to until's, 0 where it is the same day or past. */
int workdays_between(const struct calendar *calendar, time_t from, time_t until);

#endif
