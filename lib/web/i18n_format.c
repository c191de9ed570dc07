/*
 * i18n_format: dates, numbers and money as the two languages write them. The words stand here and
 * not in the catalogue: they are the calendar's grammar (months in the genitive), not texts.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "web/i18n.h"

#define NO_BREAK_SPACE "\u00a0"

enum { MINUTE = 60, HOUR = 60 * MINUTE, EVENING = 6 * HOUR };

static const struct words {
	const char *months[12];
	const char *minutes[I18N_FORMS], *hours[I18N_FORMS];
	const char *ago, *just_now, *yesterday;
	const char *group;
} words[] = {
	[LANG_UK] = {
		.months = { "січня", "лютого", "березня", "квітня", "травня", "червня", "липня",
		    "серпня", "вересня", "жовтня", "листопада", "грудня" },
		.minutes = { "хвилину", "хвилини", "хвилин" },
		.hours = { "годину", "години", "годин" },
		.ago = "тому",
		.just_now = "щойно",
		.yesterday = "вчора",
		.group = NO_BREAK_SPACE,
	},
	[LANG_EN] = {
		.months = { "January", "February", "March", "April", "May", "June", "July", "August",
		    "September", "October", "November", "December" },
		.minutes = { "minute", "minutes" },
		.hours = { "hour", "hours" },
		.ago = "ago",
		.just_now = "just now",
		.yesterday = "yesterday",
		.group = ",",
	},
};

static char *
full_date(struct pool *pool, enum lang lang, const struct tm *tm)
{
	return str_fmt(pool, "%d" NO_BREAK_SPACE "%s %d", tm->tm_mday, words[lang].months[tm->tm_mon],
	    tm->tm_year + 1900);
}

char *
i18n_date(struct pool *pool, enum lang lang, const char *iso)
{
	time_t at;
	if (!clock_parse(iso, &at))
		return str_dup(pool, iso);
	struct tm tm = clock_kyiv(at);
	return full_date(pool, lang, &tm);
}

static char *
day_at(struct pool *pool, enum lang lang, time_t at)
{
	struct tm tm = clock_kyiv(at), now = clock_kyiv(time(NULL));
	if (tm.tm_year != now.tm_year)
		return full_date(pool, lang, &tm);
	return str_fmt(pool, "%d" NO_BREAK_SPACE "%s", tm.tm_mday, words[lang].months[tm.tm_mon]);
}

char *
i18n_day(struct pool *pool, enum lang lang, const char *iso)
{
	time_t at;
	return clock_parse(iso, &at) ? day_at(pool, lang, at) : str_dup(pool, iso);
}

char *
i18n_time(struct pool *pool, enum lang lang, const char *iso)
{
	time_t at;
	if (!clock_parse(iso, &at))
		return str_dup(pool, iso);
	struct tm tm = clock_kyiv(at);
	return str_fmt(pool, "%s, %02d:%02d", full_date(pool, lang, &tm), tm.tm_hour, tm.tm_min);
}

char *
i18n_ago(struct pool *pool, enum lang lang, const char *iso)
{
	const struct words *w = &words[lang];
	time_t at, now = time(NULL);

	if (!clock_parse(iso, &at))
		return str_dup(pool, iso);
	int64_t passed = now - at;
	/* Two machines' clocks differ a little: a moment ahead is still now. */
	if (passed > -MINUTE && passed < MINUTE)
		return str_dup(pool, w->just_now);
	if (passed < 0)
		return day_at(pool, lang, at);
	int64_t days = clock_days_left(at, now);
	if (passed < HOUR) {
		uint64_t n = (uint64_t)passed / MINUTE;
		return str_fmt(pool, "%" PRIu64 " %s %s", n, w->minutes[i18n_form(lang, n)], w->ago);
	}
	/* Past midnight the last evening is still "hours ago". */
	if (days == 0 || passed < EVENING) {
		uint64_t n = (uint64_t)passed / HOUR;
		return str_fmt(pool, "%" PRIu64 " %s %s", n, w->hours[i18n_form(lang, n)], w->ago);
	}
	return days == 1 ? str_dup(pool, w->yesterday) : day_at(pool, lang, at);
}

char *
i18n_number(struct pool *pool, enum lang lang, int64_t n)
{
	const char *group = words[lang].group;
	char text[64], *end = text + sizeof text - 1, *d = end;
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;
	size_t count = 0, group_len = strlen(group);

	/* From the last digit to the first; a list has some sixty, and printf took a twentieth of its time. */
	for (*end = '\0'; count == 0 || rest > 0; rest /= 10, count++) {
		if (count > 0 && count % 3 == 0)
			d = memcpy(d - group_len, group, group_len);
		*--d = (char)('0' + rest % 10);
	}
	if (n < 0)
		*--d = '-';
	return str_ndup(pool, d, (size_t)(end - d));
}

char *
i18n_money(struct pool *pool, enum lang lang, int64_t hryvnias)
{
	const char *number = i18n_number(pool, lang, hryvnias);

	if (lang == LANG_UK)
		return str_fmt(pool, "%s" NO_BREAK_SPACE "₴", number);
	return *number == '-' ? str_fmt(pool, "-₴%s", number + 1) : str_fmt(pool, "₴%s", number);
}
