/*
 * clock: time as ISO 8601 UTC strings ("2026-07-21T10:22:33Z"), the form in which it leaves the
 * database and travels in JSON, and Kyiv's calendar (Europe/Kyiv) in which people read it.
 */
#ifndef VICHE_BASE_CLOCK_H
#define VICHE_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/pool.h"

/* Must be called once before the others: fixes the process's time zone to Europe/Kyiv. */
void clock_open(void);

/* Seconds since 1970 of an ISO 8601 UTC string (also "YYYY-MM-DD" and with fractions);
 * false where s is none. */
bool clock_parse(const char *s, time_t *at);

char *clock_iso(struct pool *pool, time_t at);
/* "2026-07-21 10:22:33": the same, as SQL takes it. */
char *clock_sql(struct pool *pool, time_t at);
enum { CLOCK_SQL = 32 }; /* bytes for clock_sql_to() */
void clock_sql_to(char out[static CLOCK_SQL], time_t at);

/* at in Kyiv's calendar. */
struct tm clock_kyiv(time_t at);

/* Milliseconds of a clock that nobody sets: for ages, pauses and limits within the process. */
int64_t clock_monotonic(void);

/* Whole days from now until at as people count them, by Kyiv's dates: 0 today, 1 tomorrow. */
int64_t clock_days_left(time_t now, time_t at);

#endif
