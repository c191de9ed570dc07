#include "civic/community.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/str.h"

static struct community *all;
static size_t count;
static int64_t read_at; /* by clock_monotonic() */

static char *
keep(json_t *row, const char *column)
{
	const char *s = json_string_value(json_object_get(row, column));
	if (s == NULL)
		return NULL;
	char *copy = strdup(s);
	if (copy == NULL)
		fatal("out of memory");
	return copy;
}

static void
forget(struct community *list, size_t n)
{
	for (struct community *c = list; c < list + n; c++) {
		char *texts[] = { c->name, c->host, c->katottg, c->phone, c->crest, c->theme, c->pause_reason,
			c->paused_since };
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
			free(texts[i]);
		for (int l = 0; l < 2; l++) {
			free(c->title[l]);
			free(c->full_name[l]);
			free(c->council[l]);
			free(c->oblast[l]);
			free(c->offline[l]);
		}
	}
	free(list);
}

static void
read_one(struct community *c, json_t *row)
{
	c->id = json_integer_value(json_object_get(row, "id"));
	c->threshold = json_integer_value(json_object_get(row, "threshold"));
	c->term_days = json_integer_value(json_object_get(row, "term_days"));
	c->name = keep(row, "name");
	c->host = keep(row, "host");
	c->katottg = keep(row, "katottg");
	c->phone = keep(row, "phone");
	c->crest = keep(row, "crest");
	c->theme = keep(row, "theme");
	c->pause_reason = keep(row, "pause_reason");
	c->paused_since = keep(row, "paused_since");
	c->title[LANG_UK] = keep(row, "title");
	c->title[LANG_EN] = keep(row, "title_en");
	c->full_name[LANG_UK] = keep(row, "full_name");
	c->full_name[LANG_EN] = keep(row, "full_name_en");
	c->council[LANG_UK] = keep(row, "council");
	c->council[LANG_EN] = keep(row, "council_en");
	c->oblast[LANG_UK] = keep(row, "oblast");
	c->oblast[LANG_EN] = keep(row, "oblast_en");
	c->offline[LANG_UK] = keep(row, "offline");
	c->offline[LANG_EN] = keep(row, "offline_en");
}

static void
read_all(struct db *db)
{
	SQL(read_communities,
	    "SELECT c.id, c.name, h.host, c.title, c.title_en, c.full_name, c.full_name_en, c.council, "
	    "c.council_en, c.oblast, c.oblast_en, c.katottg, c.phone, c.offline, c.offline_en, c.crest, c.theme, "
	    "r.threshold, r.term_days, z.reason AS pause_reason, z.since AS paused_since FROM community_host h JOIN community c ON c.id = h.community_id "
	    "JOIN petition_rules r ON r.community_id = c.id AND r.version = "
	    "(SELECT MAX(version) FROM petition_rules WHERE community_id = c.id) "
	    "LEFT JOIN community_pause z ON z.community_id = c.id AND z.until IS NULL LIMIT ?");
	json_t *rows = db_rows(db, &read_communities, ARGS(INT(COMMUNITY_HOSTS_MAX))), *row;
	size_t i, n = json_array_size(rows);

	if (db_failed(db))
		return;
	struct community *list = calloc(n > 0 ? n : 1, sizeof *list);
	if (list == NULL)
		fatal("out of memory");
	json_array_foreach(rows, i, row)
		read_one(&list[i], row);
	forget(all, count);
	all = list;
	count = n;
	read_at = clock_monotonic();
}

const struct community *
community_of(struct db *db, const char *host)
{
	if (all == NULL || clock_monotonic() - read_at >= COMMUNITY_FRESH * 1000)
		read_all(db);
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].host, host) == 0)
			return &all[i];
	return NULL;
}

static const struct community *
by_id(int64_t id)
{
	const char *base = strstr(config_or("base_url", ""), "://");
	const struct community *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (all[i].id != id)
			continue;
		if (base != NULL && strlen(all[i].host) == strcspn(base + 3, ":/") &&
		    strncmp(all[i].host, base + 3, strlen(all[i].host)) == 0)
			return &all[i];
		if (found == NULL || strcmp(all[i].host, found->host) < 0)
			found = &all[i];
	}
	return found;
}

/* A number comes from the database itself: one that is not known is newer than what was read. */
const struct community *
community_by_id(struct db *db, int64_t id)
{
	const struct community *found = all != NULL && clock_monotonic() - read_at < COMMUNITY_FRESH * 1000 ? by_id(id) : NULL;

	if (found != NULL)
		return found;
	read_all(db);
	return by_id(id);
}

/* The crest as a picture that needs no request of its own. */
static const char *
crest_url(struct pool *pool, const char *path)
{
	if (path == NULL)
		return NULL;
	return str_fmt(pool, "data:image/svg+xml,%s",
	    str_url_encode(pool, str_fmt(pool, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\">"
	                                       "<path fill=\"#bcd5d9\" d=\"%s\"/></svg>", path)));
}

json_t *
community_model(struct pool *pool, const struct community *c, enum lang lang)
{
	char digits[64] = "tel:";
	size_t n = strlen(digits);

	for (const char *p = c->phone; *p != '\0' && n < sizeof digits - 1; p++)
		if (strchr("+0123456789", *p) != NULL)
			digits[n++] = *p;
	digits[n] = '\0';
	json_t *pause = c->pause_reason == NULL
	    ? json_null()
	    : json_pack("{s:s, s:s}", "reason", c->pause_reason, "since", c->paused_since);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s?}", "title", c->title[lang], "full_name",
	    c->full_name[lang], "council", c->council[lang], "oblast", c->oblast[lang], "phone", c->phone,
	    "phone_link", digits, "offline", c->offline[lang], "theme", c->theme, "pause", pause, "crest", crest_url(pool, c->crest));
}
