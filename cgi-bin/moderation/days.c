/* Days that forms send. */
#include "moderation.h"

#include <string.h>

#include "base/clock.h"
#include "base/workdays.h"

bool
real_day(struct pool *pool, const char *text, int64_t *day)
{
	/* Written back, 31 February is another day. */
	return day_parse(text, day) && *day >= 0 &&
	    strncmp(clock_iso(pool, (time_t)(*day * 86400)), text, strlen("2026-11-24")) == 0;
}

bool
day_has_come(struct pool *pool, const char *text, const char *now)
{
	int64_t day;
	time_t at;

	return real_day(pool, text, &day) && clock_parse(now, &at) && day <= day_of(at);
}
