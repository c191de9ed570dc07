#include "civic/pabulib_votes.h"

#include <sodium.h>
#include <string.h>

#include "civic/pabulib_rows.h"

/* A hash table of texts (open addressing, a power of two, never more than half full). The hash has a
 * random key: nobody can write a file whose names all collide. */
struct names {
	struct pool *pool;
	unsigned char key[crypto_shorthash_KEYBYTES];
	const char **text;
	uint32_t *value;
	size_t cap, n;
};

struct pabulib_votes {
	struct pool *pool;
	struct pabulib *pb;
	struct pabulib_limits limits;
	struct names projects, voters;
	struct tally_ballot *ballots;
	size_t n, cap, rows;
	struct tally_choice *choices; /* of the ballot at hand */
	size_t *row_of;               /* of a project: the last row that named it */
};

static size_t
slot(const struct names *names, const char *text)
{
	uint64_t h;

	crypto_shorthash((unsigned char *)&h, (const unsigned char *)text, strlen(text), names->key);
	size_t i = (size_t)h & (names->cap - 1);
	while (names->text[i] != NULL && strcmp(names->text[i], text) != 0)
		i = (i + 1) & (names->cap - 1);
	return i;
}

static void
names_open(struct names *names, struct pool *pool, size_t cap)
{
	*names = (struct names){ .pool = pool, .cap = cap, .text = pool_alloc(pool, cap * sizeof *names->text),
		.value = pool_alloc(pool, cap * sizeof *names->value) };
	randombytes_buf(names->key, sizeof names->key);
}

/* False where the text is there already. */
static bool
names_add(struct names *names, const char *text, uint32_t value)
{
	if (2 * names->n >= names->cap) {
		struct names bigger;
		names_open(&bigger, names->pool, 4 * names->cap);
		for (size_t i = 0; i < names->cap; i++)
			if (names->text[i] != NULL)
				names_add(&bigger, names->text[i], names->value[i]);
		*names = bigger;
	}
	size_t i = slot(names, text);
	if (names->text[i] != NULL)
		return false;
	names->text[i] = text;
	names->value[i] = value;
	names->n++;
	return true;
}

struct pabulib_votes *
pabulib_votes_open(struct pool *pool, struct pabulib *pb, const struct pabulib_limits *limits)
{
	struct pabulib_votes *v = pool_alloc(pool, sizeof *v);

	*v = (struct pabulib_votes){ .pool = pool, .pb = pb, .limits = *limits, .cap = 1024 };
	v->ballots = pool_alloc(pool, v->cap * sizeof *v->ballots);
	v->choices = pool_alloc(pool, (pb->tally.projects_n + 1) * sizeof *v->choices);
	v->row_of = pool_alloc(pool, (pb->tally.projects_n + 1) * sizeof *v->row_of);
	names_open(&v->projects, pool, 1024);
	names_open(&v->voters, pool, 1024);
	for (uint32_t i = 0; i < pb->tally.projects_n; i++)
		names_add(&v->projects, pb->tally.projects[i].id, i);
	return v;
}

/* The next part of a list with commas, cut out; NULL at its end. */
static char *
part(char **list)
{
	char *s = *list;

	if (s == NULL)
		return NULL;
	size_t len = strcspn(s, ",");
	*list = s[len] == ',' ? s + len + 1 : NULL;
	s[len] = '\0';
	return s;
}

/* Fills v->choices; *n of them. False where the ballot names what is not there, or more than there is. */
static bool
read_choices(struct pabulib_votes *v, char *vote, char *points, size_t *n)
{
	bool given = v->pb->vote == PABULIB_CUMULATIVE;
	char *id;

	*n = 0;
	if (*vote == '\0')
		return !given || points == NULL || *points == '\0';
	while ((id = part(&vote)) != NULL) {
		size_t i = slot(&v->projects, id);
		int64_t each = 1;
		if (v->projects.text[i] == NULL || *n == v->pb->tally.projects_n)
			return false;
		uint32_t project = v->projects.value[i];
		if (given) {
			const char *number = part(&points);
			if (number == NULL || !pabulib_number(number, v->limits.min_points, v->limits.max_points, &each))
				return false;
		} else if (v->row_of[project] == v->rows) {
			return false;
		}
		v->row_of[project] = v->rows;
		v->choices[(*n)++] = (struct tally_choice){ project, (int32_t)each };
	}
	return !given || points == NULL;
}

/* The first choice gets as many points as there may be choices, each next one less. */
static void
rank_points(struct pabulib_votes *v, size_t n)
{
	int64_t top = v->limits.max_length != INT64_MAX ? v->limits.max_length
	                                                : (int64_t)v->pb->tally.projects_n;

	for (size_t i = 0; i < n; i++)
		v->choices[i].points = (int32_t)(top - (int64_t)i);
}

static bool
within(const struct pabulib_votes *v, size_t n)
{
	const struct pabulib_limits *l = &v->limits;
	int64_t cost = 0, points = 0;

	for (size_t i = 0; i < n; i++) {
		cost += v->pb->tally.projects[v->choices[i].project].cost;
		points += v->choices[i].points;
	}
	if ((int64_t)n < l->min_length || (int64_t)n > l->max_length || cost < l->min_sum_cost || cost > l->max_sum_cost)
		return false;
	return v->pb->vote != PABULIB_CUMULATIVE || (points >= l->min_sum_points && points <= l->max_sum_points);
}

static void
keep(struct pabulib_votes *v, size_t n)
{
	if (v->n == v->cap) {
		struct tally_ballot *more = pool_alloc(v->pool, 2 * v->cap * sizeof *more);
		memcpy(more, v->ballots, v->n * sizeof *more);
		v->ballots = more;
		v->cap *= 2;
	}
	struct tally_choice *choices = pool_alloc(v->pool, (n + 1) * sizeof *choices);
	memcpy(choices, v->choices, n * sizeof *choices);
	v->ballots[v->n++] = (struct tally_ballot){ choices, (uint32_t)n };
}

bool
pabulib_vote(struct pabulib_votes *v, size_t line, const char *voter, char *vote, char *points)
{
	size_t n = 0;

	if (v->rows++ == TALLY_BALLOTS_MAX)
		return false;
	bool valid = *voter != '\0' && names_add(&v->voters, voter, 0) && read_choices(v, vote, points, &n);
	if (valid && v->pb->vote == PABULIB_ORDINAL) {
		valid = (int64_t)n <= v->limits.max_length;
		if (valid)
			rank_points(v, n);
	}
	if (valid && within(v, n)) {
		keep(v, n);
		return true;
	}
	if (v->pb->invalid < PABULIB_SHOWN_INVALID)
		v->pb->invalid_lines[v->pb->invalid] = line;
	v->pb->invalid++;
	return true;
}

size_t
pabulib_votes_close(struct pabulib_votes *v)
{
	v->pb->tally.ballots = v->ballots;
	v->pb->tally.ballots_n = v->n;
	return v->rows;
}
