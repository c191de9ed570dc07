#include "civic/petition_counts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "civic/petition_state.h"

enum {
	CODE = 24,
	KEPT = 8,      /* communities of one process; the one that waited longest makes room */
	KEYS_MAX = 256 /* topics, districts or years of one community; cells of others are not counted */
};

/* The values that one column has, by the numbers that cells name them by. */
struct keys {
	char of[KEYS_MAX][CODE];
	uint16_t count;
};

enum column { SECTION, TOPIC, DISTRICT, YEAR, COLUMNS };

struct cell {
	uint16_t key[COLUMNS];
	int64_t n;
};

static struct kept {
	int64_t community, read_at; /* by clock_monotonic() */
	struct keys *keys;          /* COLUMNS of them */
	struct cell *cells;
	size_t count;
} kept[KEPT];

/* KEYS_MAX where it is not there. */
static uint16_t
find_key(const struct keys *keys, const char *value)
{
	for (uint16_t i = 0; i < keys->count; i++)
		if (strcmp(keys->of[i], value) == 0)
			return i;
	return KEYS_MAX;
}

/* …and no room either. */
static uint16_t
key_of(struct keys *keys, const char *value)
{
	uint16_t at = find_key(keys, value);

	if (at == KEYS_MAX && keys->count < KEYS_MAX) {
		at = keys->count++;
		snprintf(keys->of[at], CODE, "%s", value);
	}
	return at;
}

static const char *
number(char text[static CODE], int64_t n)
{
	snprintf(text, CODE, "%" PRId64, n);
	return text;
}

/* Places without a district, or petitions without a topic, are counted under none. */
static struct cell
cell_of(struct keys *keys, const char *section, json_t *row)
{
	char text[CODE];
	int64_t district = json_integer_value(json_object_get(row, "district_id"));

	return (struct cell){ .n = json_integer_value(json_object_get(row, "n")),
		.key = { [SECTION] = key_of(&keys[SECTION], section),
		    [TOPIC] = key_of(&keys[TOPIC], json_string_value(json_object_get(row, "topic"))),
		    [DISTRICT] = key_of(&keys[DISTRICT], district != 0 ? number(text, district) : ""),
		    [YEAR] = key_of(&keys[YEAR], number(text, json_integer_value(json_object_get(row, "year")))) } };
}

static bool
has_keys(const struct cell *c)
{
	return c->key[TOPIC] < KEYS_MAX && c->key[DISTRICT] < KEYS_MAX && c->key[YEAR] < KEYS_MAX;
}

static void *
room(void *old, size_t size)
{
	void *p = realloc(old, size);

	if (p == NULL)
		fatal("out of memory");
	return p;
}

static void
read_cells(struct db *db, int64_t community, struct kept *k)
{
	SQL(count_cells, "SELECT district_id, topic, year, n FROM petition_count WHERE community_id = ? AND "
	                 "section = ? AND n > 0 ORDER BY n DESC LIMIT ?");
	struct keys *keys = room(NULL, COLUMNS * sizeof *keys);
	struct cell *cells = NULL;
	size_t count = 0, i;
	json_t *row;

	for (i = 0; i < COLUMNS; i++)
		keys[i].count = 0;
	for (const char *const *section = petition_sections; *section != NULL; section++) {
		json_t *rows = db_rows(db, &count_cells, ARGS(INT(community), TEXT(*section), INT(COUNT_CELLS_MAX)));
		if (db_failed(db)) {
			free(cells);
			free(keys);
			return;
		}
		cells = room(cells, (count + json_array_size(rows) + 1) * sizeof *cells);
		json_array_foreach(rows, i, row) {
			cells[count] = cell_of(keys, *section, row);
			count += has_keys(&cells[count]);
		}
	}
	free(k->cells);
	free(k->keys);
	*k = (struct kept){ community, clock_monotonic(), keys, cells, count };
}

static const struct kept *
cells_of(struct db *db, int64_t community)
{
	struct kept *k = &kept[0];

	for (size_t i = 0; i < KEPT; i++) {
		if (kept[i].community == community) {
			k = &kept[i];
			break;
		}
		if (kept[i].read_at < k->read_at)
			k = &kept[i];
	}
	if (k->community != community || clock_monotonic() - k->read_at >= COUNTS_FRESH * 1000)
		read_cells(db, community, k);
	static const struct kept none;
	return k->community == community ? k : &none;
}

struct sums {
	int64_t of[COLUMNS][KEYS_MAX], all[COLUMNS], total;
};

/* wanted: KEYS_MAX where a column is not narrowed. A column's sums leave its own narrowing out. */
static void
add_up(const struct kept *k, const int *wanted, struct sums *sums)
{
	for (const struct cell *c = k->cells; c < k->cells + k->count; c++) {
		int misses = 0, missed = 0;
		for (int i = 0; i < COLUMNS; i++)
			if (wanted[i] != KEYS_MAX && wanted[i] != c->key[i])
				misses++, missed = i;
		if (misses > 1)
			continue;
		for (int i = 0; i < COLUMNS; i++)
			if (misses == 0 || missed == i) {
				sums->of[i][c->key[i]] += c->n;
				sums->all[i] += c->n;
			}
		sums->total += misses == 0 ? c->n : 0;
	}
}

/* What a column has, and all of it; the petitions without one are among all alone. */
static void
show_sums(json_t *to, const struct keys *keys, const int64_t *of, const char *all_name, int64_t all)
{
	for (uint16_t i = 0; i < keys->count; i++)
		if (of[i] != 0 && *keys->of[i] != '\0')
			json_object_set_new(to, keys->of[i], json_integer(of[i]));
	json_object_set_new(to, all_name, json_integer(all));
}

/* A number that no key has where the value is unknown, so that it narrows to nothing. */
static int
wanted_key(const struct keys *keys, const char *value)
{
	uint16_t at = find_key(keys, value);

	return at != KEYS_MAX ? at : KEYS_MAX + 1;
}

json_t *
petition_facets(struct db *db, int64_t community, const struct petition_filter *f)
{
	static const struct keys none[COLUMNS];
	const struct kept *k = cells_of(db, community);
	const struct keys *keys = k->keys != NULL ? k->keys : none;
	char district[CODE], year[CODE];
	const char *const values[COLUMNS] = { f->section, f->topic,
		f->district != 0 ? number(district, f->district) : NULL, f->year != 0 ? number(year, f->year) : NULL };
	int wanted[COLUMNS];
	struct sums sums = { 0 };
	json_t *shown[COLUMNS];

	for (int i = 0; i < COLUMNS; i++)
		wanted[i] = values[i] != NULL ? wanted_key(&keys[i], values[i]) : KEYS_MAX;
	add_up(k, wanted, &sums);
	for (int i = 0; i < COLUMNS; i++)
		shown[i] = json_object();
	for (const char *const *section = petition_sections; *section != NULL; section++)
		json_object_set_new(shown[SECTION], *section, json_integer(0));
	for (int i = 0; i < COLUMNS; i++)
		show_sums(shown[i], &keys[i], sums.of[i], i == SECTION ? "all" : "", sums.all[i]);
	return json_pack("{s:o, s:o, s:o, s:o, s:I}", "section", shown[SECTION], "topic", shown[TOPIC], "district",
	    shown[DISTRICT], "year", shown[YEAR], "total", (json_int_t)sums.total);
}

json_t *
petition_counts(struct db *db, int64_t community)
{
	json_t *counts = json_object_get(petition_facets(db, community, &(struct petition_filter){ 0 }), "section");

	json_object_del(counts, "all");
	return counts;
}

int64_t
petition_signature_sum(struct db *db, int64_t community)
{
	SQL(sum_signatures, "SELECT COALESCE(SUM(signature_count), 0) AS n FROM petition_total "
	                    "WHERE community_id = ?");
	static struct {
		int64_t community, read_at, sum;
	} sums[KEPT];
	size_t at = (size_t)(community % KEPT);

	if (sums[at].community != community || clock_monotonic() - sums[at].read_at >= COUNTS_FRESH * 1000) {
		int64_t sum = db_number(db, &sum_signatures, ARGS(INT(community)), 0);
		if (db_failed(db))
			return 0;
		sums[at].community = community;
		sums[at].read_at = clock_monotonic();
		sums[at].sum = sum;
	}
	return sums[at].sum;
}
