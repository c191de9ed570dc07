#include "civic/petition_counts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "civic/petition_state.h"

enum { CODE = 24, KEPT = 8 /* communities of one process; the one that waited longest makes room */ };

struct cell {
	char section[CODE], topic[CODE];
	int64_t district, year, n;
};

static struct kept {
	int64_t community, read_at; /* by clock_monotonic() */
	struct cell *cells;
	size_t count;
} kept[KEPT];

static struct cell
cell_of(const char *section, json_t *row)
{
	struct cell c = { .district = json_integer_value(json_object_get(row, "district_id")),
		.year = json_integer_value(json_object_get(row, "year")),
		.n = json_integer_value(json_object_get(row, "n")) };

	snprintf(c.section, sizeof c.section, "%s", section);
	snprintf(c.topic, sizeof c.topic, "%s", json_string_value(json_object_get(row, "topic")));
	return c;
}

static void
read_cells(struct db *db, int64_t community, struct kept *k)
{
	SQL(count_cells, "SELECT district_id, topic, year, n FROM petition_count WHERE community_id = ? AND "
	                 "section = ? AND n > 0 ORDER BY n DESC LIMIT ?");
	struct cell *cells = NULL;
	size_t count = 0, i;
	json_t *row;

	for (const char *const *section = petition_sections; *section != NULL; section++) {
		json_t *rows = db_rows(db, &count_cells, ARGS(INT(community), TEXT(*section), INT(COUNT_CELLS_MAX)));
		if (db_failed(db)) {
			free(cells);
			return;
		}
		cells = realloc(cells, (count + json_array_size(rows) + 1) * sizeof *cells);
		if (cells == NULL)
			fatal("out of memory");
		json_array_foreach(rows, i, row)
			cells[count++] = cell_of(*section, row);
	}
	free(k->cells);
	*k = (struct kept){ community, clock_monotonic(), cells, count };
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

static void
add(json_t *to, const char *key, int64_t n)
{
	json_object_set_new(to, key, json_integer(json_integer_value(json_object_get(to, key)) + n));
}

static void
add_number(json_t *to, int64_t key, int64_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, key);
	add(to, text, n);
}

json_t *
petition_facets(struct db *db, int64_t community, const struct petition_filter *f)
{
	const struct kept *k = cells_of(db, community);
	json_t *sections = json_object(), *topics = json_object(), *districts = json_object(), *years = json_object();
	int64_t total = 0;

	for (const char *const *section = petition_sections; *section != NULL; section++)
		json_object_set_new(sections, *section, json_integer(0));
	json_t *const of[] = { sections, topics, districts, years };
	for (size_t i = 0; i < 4; i++)
		json_object_set_new(of[i], i == 0 ? "all" : "", json_integer(0));
	for (const struct cell *c = k->cells; c < k->cells + k->count; c++) {
		bool section = f->section == NULL || strcmp(f->section, c->section) == 0;
		bool topic = f->topic == NULL || strcmp(f->topic, c->topic) == 0;
		bool district = f->district == 0 || f->district == c->district;
		bool year = f->year == 0 || f->year == c->year;
		if (topic && district && year) {
			add(sections, c->section, c->n);
			add(sections, "all", c->n);
		}
		if (section && district && year) {
			if (*c->topic != '\0')
				add(topics, c->topic, c->n);
			add(topics, "", c->n);
		}
		if (section && topic && year) {
			if (c->district != 0)
				add_number(districts, c->district, c->n);
			add(districts, "", c->n);
		}
		if (section && topic && district) {
			add_number(years, c->year, c->n);
			add(years, "", c->n);
		}
		if (section && topic && district && year)
			total += c->n;
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:I}", "section", sections, "topic", topics, "district",
	    districts, "year", years, "total", (json_int_t)total);
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
