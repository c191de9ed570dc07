#include "civic/pabulib.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/text.h"
#include "civic/pabulib_rows.h"
#include "civic/pabulib_votes.h"

struct reading {
	struct pool *pool;
	struct rows rows;
	struct pabulib *pb;
	struct pabulib_error *error;
	const char *keys[PABULIB_META_MAX], *values[PABULIB_META_MAX];
	size_t meta_n;
};

static bool
refuse_here(struct reading *r, const char *why)
{
	return pabulib_refuse(r->error, r->rows.line, "%s", why);
}

/* The number of the column, or -1. */
static int
column(const char *const *columns, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(columns[i], name))
			return (int)i;
	return -1;
}

static const char *
meta(const struct reading *r, const char *key)
{
	for (size_t i = 0; i < r->meta_n; i++)
		if (str_eq(r->keys[i], key))
			return r->values[i];
	return NULL;
}

static bool
is_section(const struct rows *rows, const char *name)
{
	return rows->n == 1 && str_eq(rows->fields[0], name);
}

/* Reads the line of column names of a section. */
static bool
read_columns(struct reading *r, const char *section, const char **columns, size_t *n)
{
	switch (rows_next(&r->rows, r->error)) {
	case ROWS_BROKEN: return false;
	case ROWS_END: return pabulib_refuse(r->error, 0, "the section %s has no line of column names", section);
	case ROWS_ROW: break;
	}
	*n = r->rows.n;
	for (size_t i = 0; i < *n; i++) {
		columns[i] = r->rows.fields[i];
		for (size_t k = 0; k < i; k++)
			if (str_eq(columns[k], columns[i]))
				return pabulib_refuse(r->error, r->rows.line, "the column %.40s stands twice", columns[i]);
	}
	return true;
}

/* key;value lines up to the section PROJECTS. */
static bool
read_meta(struct reading *r)
{
	const char *columns[PABULIB_FIELDS_MAX];
	size_t n;

	switch (rows_next(&r->rows, r->error)) {
	case ROWS_BROKEN: return false;
	case ROWS_END: return pabulib_refuse(r->error, 0, "the file is empty");
	case ROWS_ROW: break;
	}
	if (!is_section(&r->rows, "META"))
		return refuse_here(r, "the file does not begin with the section META");
	if (!read_columns(r, "META", columns, &n))
		return false;
	if (n != 2 || !str_eq(columns[0], "key") || !str_eq(columns[1], "value"))
		return refuse_here(r, "the columns of META are key and value");
	for (;;) {
		switch (rows_next(&r->rows, r->error)) {
		case ROWS_BROKEN: return false;
		case ROWS_END: return pabulib_refuse(r->error, 0, "the section PROJECTS is missing");
		case ROWS_ROW: break;
		}
		if (is_section(&r->rows, "PROJECTS"))
			return true;
		if (r->rows.n != 2)
			return refuse_here(r, "a line of META has a key and a value");
		if (meta(r, r->rows.fields[0]) != NULL)
			return pabulib_refuse(r->error, r->rows.line, "META has %.40s twice", r->rows.fields[0]);
		if (r->meta_n == PABULIB_META_MAX)
			return refuse_here(r, "META has too many lines");
		r->keys[r->meta_n] = r->rows.fields[0];
		r->values[r->meta_n++] = r->rows.fields[1];
	}
}

static bool
is_id(const char *id)
{
	size_t len = strlen(id);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)id[i] < ' ' || id[i] == ',')
			return false;
	return len > 0 && len <= PABULIB_ID_MAX;
}

/* What a column says of a project: a number, -1 where it is empty or absent. */
static bool
said(struct reading *r, int at, int64_t *place)
{
	*place = -1;
	if (at < 0 || *r->rows.fields[at] == '\0')
		return true;
	return pabulib_number(r->rows.fields[at], 0, INT64_C(1) << 53, place) ||
	    refuse_here(r, "votes, score and selected are whole numbers");
}

/* Project lines up to the section VOTES. */
static bool
read_projects(struct reading *r)
{
	struct pabulib *pb = r->pb;
	const char *columns[PABULIB_FIELDS_MAX];
	size_t n, cap = 256;

	if (!read_columns(r, "PROJECTS", columns, &n))
		return false;
	int id = column(columns, n, "project_id"), cost = column(columns, n, "cost");
	int name = column(columns, n, "name"), votes = column(columns, n, "votes");
	int score = column(columns, n, "score"), selected = column(columns, n, "selected");
	if (id < 0 || cost < 0)
		return refuse_here(r, "PROJECTS needs the columns project_id and cost");
	size_t size = TALLY_PROJECTS_MAX * sizeof(int64_t);
	pb->said_votes = votes < 0 ? NULL : pool_alloc(r->pool, size);
	pb->said_score = score < 0 ? NULL : pool_alloc(r->pool, size);
	pb->said_selected = selected < 0 ? NULL : pool_alloc(r->pool, size);
	pb->tally.projects = pool_alloc(r->pool, cap * sizeof *pb->tally.projects);
	for (size_t i = 0;; i++) {
		int64_t none;
		switch (rows_next(&r->rows, r->error)) {
		case ROWS_BROKEN: return false;
		case ROWS_END: return pabulib_refuse(r->error, 0, "the section VOTES is missing");
		case ROWS_ROW: break;
		}
		if (is_section(&r->rows, "VOTES")) {
			pb->tally.projects_n = i;
			return i > 0 || refuse_here(r, "there are no projects");
		}
		if (r->rows.n != n)
			return pabulib_refuse(r->error, r->rows.line, "%zu fields where the columns are %zu", r->rows.n, n);
		if (i == TALLY_PROJECTS_MAX)
			return refuse_here(r, "there are too many projects");
		if (i == cap) {
			struct tally_project *more = pool_alloc(r->pool, 2 * cap * sizeof *more);
			memcpy(more, pb->tally.projects, cap * sizeof *more);
			pb->tally.projects = more;
			cap *= 2;
		}
		struct tally_project *p = &pb->tally.projects[i];
		*p = (struct tally_project){ .id = r->rows.fields[id], .name = name < 0 ? "" : r->rows.fields[name] };
		if (!is_id(p->id))
			return refuse_here(r, "a project_id is a text of up to 200 bytes without commas");
		if (!pabulib_money(r->rows.fields[cost], &p->cost))
			return refuse_here(r, "the cost is no sum above zero with at most two decimals");
		if (!said(r, votes, votes < 0 ? &none : &pb->said_votes[i]) ||
		    !said(r, score, score < 0 ? &none : &pb->said_score[i]) ||
		    !said(r, selected, selected < 0 ? &none : &pb->said_selected[i]))
			return false;
	}
}

/* The numbers of META that the file must keep. */
static bool
read_limits(struct reading *r, struct pabulib_limits *limits)
{
	static const struct {
		const char *key;
		size_t place;
		bool money;
	} numbers[] = {
		{ "min_length", offsetof(struct pabulib_limits, min_length), false },
		{ "max_length", offsetof(struct pabulib_limits, max_length), false },
		{ "min_sum_cost", offsetof(struct pabulib_limits, min_sum_cost), true },
		{ "max_sum_cost", offsetof(struct pabulib_limits, max_sum_cost), true },
		{ "min_sum_points", offsetof(struct pabulib_limits, min_sum_points), false },
		{ "max_sum_points", offsetof(struct pabulib_limits, max_sum_points), false },
		{ "min_points", offsetof(struct pabulib_limits, min_points), false },
		{ "max_points", offsetof(struct pabulib_limits, max_points), false },
	};

	*limits = (struct pabulib_limits){ .max_length = INT64_MAX, .max_sum_cost = INT64_MAX,
		.max_sum_points = INT64_MAX, .max_points = INT32_MAX };
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		const char *value = meta(r, numbers[i].key);
		int64_t *place = (int64_t *)((char *)limits + numbers[i].place);
		if (value != NULL && !(numbers[i].money ? pabulib_money(value, place)
		                                        : pabulib_number(value, 0, INT32_MAX, place)))
			return pabulib_refuse(r->error, 0, "%s of META is no number that can be", numbers[i].key);
	}
	return true;
}

static bool
understand_meta(struct reading *r)
{
	const char *budget = meta(r, "budget"), *type = meta(r, "vote_type");

	if (budget == NULL || !pabulib_money(budget, &r->pb->tally.budget))
		return pabulib_refuse(r->error, 0, "META has no budget, or it is no sum above zero");
	if (type == NULL)
		return pabulib_refuse(r->error, 0, "META has no vote_type");
	if (str_eq(type, "approval") || str_eq(type, "choose-1"))
		r->pb->vote = PABULIB_APPROVAL;
	else if (str_eq(type, "ordinal"))
		r->pb->vote = PABULIB_ORDINAL;
	else if (str_eq(type, "cumulative") || str_eq(type, "scoring"))
		r->pb->vote = PABULIB_CUMULATIVE;
	else
		return pabulib_refuse(r->error, 0, "the vote_type %.40s is not known: approval, ordinal, cumulative", type);
	return true;
}

/* A number that META tells must be the number that is there: a file cut short is not counted. */
static bool
complete(struct reading *r, const char *key, size_t n)
{
	const char *value = meta(r, key);
	int64_t told;

	if (value == NULL)
		return true;
	if (!pabulib_number(value, 0, INT32_MAX, &told))
		return pabulib_refuse(r->error, 0, "%s of META is no number", key);
	return (size_t)told == n ||
	    pabulib_refuse(r->error, 0, "META says %s %.20s, but there are %zu: the file is not whole", key, value, n);
}

static bool
read_votes(struct reading *r)
{
	const char *columns[PABULIB_FIELDS_MAX];
	struct pabulib_limits limits;
	size_t n;

	if (!read_columns(r, "VOTES", columns, &n))
		return false;
	int voter = column(columns, n, "voter_id"), vote = column(columns, n, "vote");
	int points = column(columns, n, "points");
	if (voter < 0 || vote < 0)
		return refuse_here(r, "VOTES needs the columns voter_id and vote");
	if (r->pb->vote == PABULIB_CUMULATIVE && points < 0)
		return refuse_here(r, "VOTES of this vote_type needs the column points");
	if (!read_limits(r, &limits))
		return false;
	struct pabulib_votes *votes = pabulib_votes_open(r->pool, r->pb, &limits);
	for (;;) {
		enum rows_result row = rows_next(&r->rows, r->error);
		if (row == ROWS_BROKEN)
			return false;
		if (row == ROWS_END)
			break;
		if (r->rows.n != n)
			return pabulib_refuse(r->error, r->rows.line, "%zu fields where the columns are %zu", r->rows.n, n);
		if (!pabulib_vote(votes, r->rows.line, r->rows.fields[voter], r->rows.fields[vote],
		        points < 0 ? NULL : r->rows.fields[points]))
			return refuse_here(r, "there are too many votes");
	}
	size_t rows = pabulib_votes_close(votes);
	return complete(r, "num_projects", r->pb->tally.projects_n) && complete(r, "num_votes", rows);
}

static int
by_id(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static bool
ids_differ(struct reading *r)
{
	size_t n = r->pb->tally.projects_n;
	const char **ids = pool_alloc(r->pool, n * sizeof *ids);

	for (size_t i = 0; i < n; i++)
		ids[i] = r->pb->tally.projects[i].id;
	qsort(ids, n, sizeof *ids, by_id);
	for (size_t i = 1; i < n; i++)
		if (str_eq(ids[i - 1], ids[i]))
			return pabulib_refuse(r->error, 0, "the project %.60s stands twice", ids[i]);
	return true;
}

bool
pabulib_read(struct pool *pool, char *text, size_t len, struct pabulib *pb, struct pabulib_error *error)
{
	struct reading *r = pool_alloc(pool, sizeof *r);

	*pb = (struct pabulib){ 0 };
	if (len > PABULIB_BYTES_MAX)
		return pabulib_refuse(error, 0, "the file is larger than %d MB", PABULIB_BYTES_MAX >> 20);
	if (!text_is_utf8(text, len))
		return pabulib_refuse(error, 0, "the file is no text in UTF-8");
	*r = (struct reading){ .pool = pool, .rows = { .at = text, .next = 1 }, .pb = pb, .error = error };
	if (str_starts(text, "\xef\xbb\xbf"))
		r->rows.at += 3;
	if (!read_meta(r) || !understand_meta(r) || !read_projects(r) || !ids_differ(r) || !read_votes(r))
		return false;
	tally_count(&pb->tally);
	return true;
}
