#include <stdlib.h>

#include "civic/tally_rank.h"

struct candidate {
	uint32_t project, place;
	int64_t score, cost;
	bool per_cost;
};

/* s_a / c_a against s_b / c_b without dividing: 2^53 times 2^47 fits in 128 bits. */
static int
by_merit(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;
	__int128 x = a->per_cost ? (__int128)a->score * b->cost : a->score;
	__int128 y = a->per_cost ? (__int128)b->score * a->cost : b->score;

	if (x != y)
		return x > y ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

static const char *
per_cost(struct tally_run *run, const struct candidate *c)
{
	mpq_t value;

	if (!c->per_cost)
		return NULL;
	mpq_init(value);
	mpz_set_si(mpq_numref(value), c->score);
	mpz_set_si(mpq_denref(value), c->cost);
	mpq_canonicalize(value);
	const char *text = tally_fraction(run->pool, value);
	mpq_clear(value);
	return text;
}

void
tally_greedy(struct tally_run *run)
{
	const struct tally *t = run->tally;
	struct candidate *all = pool_alloc(run->pool, (t->projects_n + 1) * sizeof *all);
	bool fill = run->settings->rule == TALLY_MES;
	size_t n = 0;

	for (uint32_t i = 0; i < t->projects_n; i++)
		if (!run->out[i])
			all[n++] = (struct candidate){ i, run->place[i],
				/* Equal shares looks at votes, and so does what fills it up. */
				fill ? t->projects[i].votes : t->projects[i].score, t->projects[i].cost,
				run->settings->rule == TALLY_VOTES_PER_COST };
	qsort(all, n, sizeof *all, by_merit);
	for (size_t i = 0; i < n; i++) {
		if (all[i].cost <= run->left) {
			tally_fund(run, fill ? TALLY_FILLED : TALLY_FUNDED, all[i].project, per_cost(run, &all[i]));
		} else if (run->settings->rule == TALLY_GREEDY_STOP) {
			tally_note(run, TALLY_STOPPED, all[i].project, NULL, 0);
			return;
		} else {
			tally_note(run, TALLY_PASSED, all[i].project, per_cost(run, &all[i]), 0);
		}
	}
}
