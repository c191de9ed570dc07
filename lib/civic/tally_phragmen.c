#include "civic/tally_groups.h"
#include "civic/tally_rank.h"

enum { MEMORY_MAX = 1 << 30 };

/* Voters' money is the time since they last paid. A purchase has a number; 0 is the beginning. */
struct market {
	struct tally_groups groups;
	uint32_t *paid;     /* of a group: its last purchase */
	mpq_t *time;        /* of a purchase */
	int64_t *counted;   /* of a purchase: voters of the project at hand, zero in between */
};

/* When the project can be bought: (cost + sum of the times at which its voters last paid) / voters. */
static void
when(struct market *m, struct tally_run *run, uint32_t project, uint32_t purchases, mpq_t at)
{
	mpq_t part;

	mpq_init(part);
	for (size_t i = 0; i < m->groups.of_project_n[project]; i++) {
		uint32_t group = m->groups.of_project[project][i];
		m->counted[m->paid[group]] += m->groups.weight[group];
	}
	int64_t voters = 0;
	mpq_set_si(at, run->tally->projects[project].cost, 1);
	for (uint32_t k = 0; k <= purchases; k++) {
		if (m->counted[k] == 0)
			continue;
		mpq_set_si(part, m->counted[k], 1);
		mpq_mul(part, part, m->time[k]);
		mpq_add(at, at, part);
		voters += m->counted[k];
		m->counted[k] = 0;
	}
	mpq_set_si(part, voters, 1);
	mpq_div(at, at, part);
	mpq_clear(part);
}

/* The project that can be bought first; false where none takes part any more. */
static bool
first(struct market *m, struct tally_run *run, uint32_t purchases, uint32_t *project, mpq_t at)
{
	bool found = false;
	mpq_t mine;

	mpq_init(mine);
	for (uint32_t p = 0; p < run->tally->projects_n; p++) {
		if (run->out[p] || run->tally->projects[p].votes == 0)
			continue;
		when(m, run, p, purchases, mine);
		int c = found ? mpq_cmp(mine, at) : -1;
		if (c < 0 || (c == 0 && run->place[p] < run->place[*project])) {
			*project = p;
			mpq_set(at, mine);
		}
		found = true;
	}
	mpq_clear(mine);
	return found;
}

/* Those without votes, whose time never comes: by their place. */
static void
rest(struct tally_run *run)
{
	const struct tally *t = run->tally;
	uint32_t *at = pool_alloc(run->pool, (t->projects_n + 1) * sizeof *at);

	for (uint32_t p = 0; p < t->projects_n; p++)
		at[run->place[p]] = p;
	for (size_t i = 0; i < t->projects_n; i++) {
		if (run->out[at[i]])
			continue;
		if (t->projects[at[i]].cost > run->left) {
			tally_note(run, TALLY_STOPPED, at[i], NULL, 0);
			return;
		}
		tally_fund(run, TALLY_FUNDED, at[i], NULL);
	}
}

void
tally_phragmen(struct tally_run *run)
{
	struct pool *pool = pool_open(MEMORY_MAX);
	size_t times = run->tally->projects_n + 2;
	struct market m = { .time = pool_alloc(pool, times * sizeof(mpq_t)),
		.counted = pool_alloc(pool, times * sizeof(int64_t)) };
	uint32_t project = 0, purchases = 0;
	bool stopped = false;

	tally_group(pool, run->tally, &m.groups);
	m.paid = pool_alloc(pool, (m.groups.n + 1) * sizeof *m.paid);
	for (size_t k = 0; k < times; k++)
		mpq_init(m.time[k]);
	while (!stopped && first(&m, run, purchases, &project, m.time[purchases + 1])) {
		const char *value = tally_fraction(run->pool, m.time[purchases + 1]);
		if (run->tally->projects[project].cost > run->left) {
			tally_note(run, TALLY_STOPPED, project, value, 0);
			stopped = true;
			continue;
		}
		tally_fund(run, TALLY_FUNDED, project, value);
		purchases++;
		for (size_t i = 0; i < m.groups.of_project_n[project]; i++)
			m.paid[m.groups.of_project[project][i]] = purchases;
	}
	for (size_t k = 0; k < times; k++)
		mpq_clear(m.time[k]);
	pool_close(pool);
	if (!stopped)
		rest(run);
}
