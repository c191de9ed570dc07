#include "civic/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

enum { KEPT = 8 /* communities of one process; the one that waited longest makes room */ };

static struct kept {
	int64_t community, read_at; /* by clock_monotonic() */
	size_t count;
	struct name {
		int64_t id;
		char *uk, *en;
	} of[DISTRICTS_MAX];
} *kept[KEPT];

static void
forget(struct kept *k)
{
	for (size_t i = 0; k != NULL && i < k->count; i++) {
		free(k->of[i].uk);
		free(k->of[i].en);
	}
	free(k);
}

static char *
keep(json_t *row, const char *column)
{
	char *copy = strdup(json_string_value(json_object_get(row, column)));

	if (copy == NULL)
		fatal("out of memory");
	return copy;
}

/* NULL where the database failed. */
static struct kept *
read_names(struct db *db, int64_t community)
{
	SQL(district_names, "SELECT id, name, name_en FROM district WHERE community_id = ? ORDER BY name LIMIT ?");
	json_t *rows = db_rows(db, &district_names, ARGS(INT(community), INT(DISTRICTS_MAX))), *row;
	struct kept *k;
	size_t i;

	if (db_failed(db))
		return NULL;
	if ((k = calloc(1, sizeof *k)) == NULL)
		fatal("out of memory");
	*k = (struct kept){ community, clock_monotonic(), json_array_size(rows), { { 0 } } };
	json_array_foreach(rows, i, row)
		k->of[i] = (struct name){ json_integer_value(json_object_get(row, "id")), keep(row, "name"),
			keep(row, "name_en") };
	return k;
}

static struct kept **
place_of(int64_t community)
{
	struct kept **oldest = &kept[0];

	for (size_t i = 0; i < KEPT; i++) {
		if (kept[i] == NULL || kept[i]->community == community)
			return &kept[i];
		if (kept[i]->read_at < (*oldest)->read_at)
			oldest = &kept[i];
	}
	return oldest;
}

/* What is remembered where the database failed; NULL: nothing. */
static const struct kept *
names_anew(struct db *db, int64_t community)
{
	struct kept **place = place_of(community), *k = read_names(db, community);

	if (k != NULL) {
		forget(*place);
		*place = k;
	}
	return *place != NULL && (*place)->community == community ? *place : NULL;
}

static const struct kept *
names_of(struct db *db, int64_t community)
{
	const struct kept *k = *place_of(community);

	if (k != NULL && k->community == community && clock_monotonic() - k->read_at < DISTRICTS_FRESH)
		return k;
	return names_anew(db, community);
}

json_t *
district_names(struct db *db, int64_t community)
{
	const struct kept *k = names_of(db, community);
	json_t *names = json_array();

	for (size_t i = 0; k != NULL && i < k->count; i++)
		json_array_append_new(names, json_pack("{s:I, s:s, s:s}", "id", (json_int_t)k->of[i].id, "name",
		                                 k->of[i].uk, "name_en", k->of[i].en));
	return names;
}

static const struct name *
find(const struct kept *k, int64_t district)
{
	for (size_t i = 0; k != NULL && i < k->count; i++)
		if (k->of[i].id == district)
			return &k->of[i];
	return NULL;
}

json_t *
district_name_of(struct db *db, int64_t community, int64_t district)
{
	const struct kept *k = district != 0 ? names_of(db, community) : NULL;
	const struct name *name = find(k, district);

	/* One that a petition names is there: it was added in this second. */
	if (name == NULL && k != NULL && (k = names_anew(db, community)) != NULL)
		name = find(k, district);
	return name != NULL ? json_string(name->uk) : json_null();
}
