#include "civic/tally_groups.h"

#include <stdlib.h>
#include <string.h>

/* A ballot's projects in ascending order. */
struct chosen {
	const uint32_t *projects;
	uint32_t n;
};

static int
by_number(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static int
by_choice(const void *left, const void *right)
{
	const struct chosen *a = left, *b = right;

	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (uint32_t i = 0; i < a->n; i++)
		if (a->projects[i] != b->projects[i])
			return a->projects[i] < b->projects[i] ? -1 : 1;
	return 0;
}

static struct chosen *
sorted(struct pool *pool, const struct tally *t)
{
	struct chosen *all = pool_alloc(pool, (t->ballots_n + 1) * sizeof *all);

	for (size_t b = 0; b < t->ballots_n; b++) {
		uint32_t *projects = pool_alloc(pool, (t->ballots[b].n + 1) * sizeof *projects);
		for (uint32_t i = 0; i < t->ballots[b].n; i++)
			projects[i] = t->ballots[b].choices[i].project;
		qsort(projects, t->ballots[b].n, sizeof *projects, by_number);
		uint32_t n = 0;
		for (uint32_t i = 0; i < t->ballots[b].n; i++)
			if (n == 0 || projects[n - 1] != projects[i])
				projects[n++] = projects[i];
		all[b] = (struct chosen){ projects, n };
	}
	qsort(all, t->ballots_n, sizeof *all, by_choice);
	return all;
}

void
tally_group(struct pool *pool, const struct tally *t, struct tally_groups *g)
{
	struct chosen *all = sorted(pool, t);
	size_t *filled = pool_alloc(pool, (t->projects_n + 1) * sizeof *filled);

	g->n = 0;
	g->weight = pool_alloc(pool, (t->ballots_n + 1) * sizeof *g->weight);
	g->of_project = pool_alloc(pool, (t->projects_n + 1) * sizeof *g->of_project);
	g->of_project_n = pool_alloc(pool, (t->projects_n + 1) * sizeof *g->of_project_n);
	for (size_t b = 0; b < t->ballots_n; b++) {
		if (g->n == 0 || by_choice(&all[g->n - 1], &all[b]) != 0)
			all[g->n++] = all[b];
		g->weight[g->n - 1]++;
	}
	for (size_t i = 0; i < g->n; i++)
		for (uint32_t k = 0; k < all[i].n; k++)
			g->of_project_n[all[i].projects[k]]++;
	for (size_t p = 0; p < t->projects_n; p++)
		g->of_project[p] = pool_alloc(pool, (g->of_project_n[p] + 1) * sizeof **g->of_project);
	for (size_t i = 0; i < g->n; i++)
		for (uint32_t k = 0; k < all[i].n; k++) {
			uint32_t p = all[i].projects[k];
			g->of_project[p][filled[p]++] = (uint32_t)i;
		}
}
