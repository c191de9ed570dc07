/* The Method of Equal Shares. Prices only rise while money is spent, so a price found earlier is a lower
 * bound: of all projects, only those that could still be the cheapest are reckoned anew. */
#include <stdlib.h>
#include <string.h>

#include "civic/tally_price.h"
#include "civic/tally_rank.h"

/* What a run may take: some 200 bytes for each different ballot, 100 for each purse. */
#define MEMORY_MAX ((size_t)8 << 30)

struct offer {
	uint32_t project;
	struct bounds payment; /* low is a lower bound later, too */
	size_t poor;           /* purses that it empties */
};

struct shares {
	struct tally_run *run;
	struct price_sheet sheet;
	struct tally_groups groups;
	struct offer *offers;
	size_t offers_n, live; /* the first `live` are affordable as far as is known */
	struct offer **queue;
	bool cardinality;
	uint32_t *bought;
	size_t bought_n;
	int64_t cost;
};

static int64_t
utility(const struct shares *s, uint32_t project)
{
	return s->cardinality ? 1 : s->run->tally->projects[project].cost;
}

/* a / b against c / d, for numbers below 2^127 and 2^47. */
static int
compare_ratios(tally_fixed a, int64_t b, tally_fixed c, int64_t d)
{
	unsigned __int128 mask = ~UINT64_C(0);
	unsigned __int128 low_x = ((unsigned __int128)a & mask) * (unsigned __int128)d;
	unsigned __int128 high_x = ((unsigned __int128)a >> 64) * (unsigned __int128)d + (low_x >> 64);
	unsigned __int128 low_y = ((unsigned __int128)c & mask) * (unsigned __int128)b;
	unsigned __int128 high_y = ((unsigned __int128)c >> 64) * (unsigned __int128)b + (low_y >> 64);

	if (high_x != high_y)
		return high_x < high_y ? -1 : 1;
	low_x &= mask;
	low_y &= mask;
	return (low_x > low_y) - (low_x < low_y);
}

static const struct shares *sorting;

static int
by_low(const void *left, const void *right)
{
	const struct offer *a = *(struct offer *const *)left, *b = *(struct offer *const *)right;
	int c = compare_ratios(a->payment.low, utility(sorting, a->project), b->payment.low,
	    utility(sorting, b->project));

	return c != 0 ? c : a->project < b->project ? -1 : 1;
}

/* Reckons the offer anew; false where the project is too dear for its voters. */
static bool
reckon(struct shares *s, struct offer *o)
{
	price_list(&s->sheet, o->project);
	return price_find(&s->sheet, s->run->tally->projects[o->project].cost, &o->payment, &o->poor);
}

/* rho, exactly. */
static void
exactly(struct shares *s, const struct offer *o, mpq_t rho)
{
	mpq_t u;

	mpq_init(u);
	price_list(&s->sheet, o->project);
	price_exact(&s->sheet, s->run->tally->projects[o->project].cost, o->poor, rho);
	mpq_set_si(u, utility(s, o->project), 1);
	mpq_div(rho, rho, u);
	mpq_clear(u);
}

/* Whether a goes before b: by rho, equal ones by their place. */
static bool
before(struct shares *s, struct offer *a, struct offer *b)
{
	int64_t u_a = utility(s, a->project), u_b = utility(s, b->project);
	mpq_t x, y;

	if (compare_ratios(a->payment.high, u_a, b->payment.low, u_b) < 0)
		return true;
	if (compare_ratios(b->payment.high, u_b, a->payment.low, u_a) < 0)
		return false;
	mpq_inits(x, y, NULL);
	exactly(s, a, x);
	exactly(s, b, y);
	int c = mpq_cmp(x, y);
	mpq_clears(x, y, NULL);
	return c != 0 ? c < 0 : s->run->place[a->project] < s->run->place[b->project];
}

/* The next project, or NULL. Offers that have become too dear are taken out. */
static struct offer *
cheapest(struct shares *s)
{
	struct offer *best = NULL;
	size_t n = s->live, kept = 0;

	sorting = s;
	qsort(s->queue, n, sizeof *s->queue, by_low);
	for (size_t i = 0; i < n; i++) {
		struct offer *o = s->queue[i];
		bool hopeless = best != NULL && compare_ratios(best->payment.high, utility(s, best->project),
		    o->payment.low, utility(s, o->project)) < 0;
		if (hopeless || reckon(s, o)) {
			s->queue[kept++] = o;
			if (!hopeless && (best == NULL || before(s, o, best)))
				best = o;
		}
	}
	s->live = kept;
	return best;
}

/* The project's voters pay for it. */
static void
buy(struct shares *s, struct offer *o)
{
	struct price_sheet *sheet = &s->sheet;

	price_list(sheet, o->project);
	uint32_t *becomes = pool_alloc(sheet->purses.run, (sheet->touched_n + 1) * sizeof *becomes);
	purses_pay(&sheet->purses, &(struct payers){ sheet->touched, sheet->weights, sheet->touched_n, o->poor,
	    o->payment, s->run->tally->projects[o->project].cost }, becomes);
	for (size_t i = 0; i < sheet->touched_n; i++)
		sheet->next[sheet->touched[i]] = becomes[i];
	for (size_t i = 0; i < sheet->live[o->project]; i++) {
		uint32_t *purse = &sheet->purse_of[s->groups.of_project[o->project][i]];
		*purse = sheet->next[*purse];
	}
	for (size_t i = 0; i < s->live; i++)
		if (s->queue[i] == o) {
			s->queue[i] = s->queue[--s->live];
			break;
		}
	s->bought[s->bought_n++] = o->project;
	s->cost += s->run->tally->projects[o->project].cost;
}

/* One whole run with `extra` hundredths more for every voter. It stops early once more than most is
 * spent. */
static void
spend(struct shares *s, int64_t extra, int64_t most)
{
	const struct tally *t = s->run->tally;
	struct offer *o;
	mpq_t each, more;

	mpq_inits(each, more, NULL);
	mpz_set_si(mpq_numref(each), t->budget);
	mpz_set_ui(mpq_denref(each), t->ballots_n);
	mpq_canonicalize(each);
	mpq_set_si(more, extra, 1);
	mpq_add(each, each, more);
	purses_begin(&s->sheet.purses, each, (int64_t)t->ballots_n);
	mpq_clears(each, more, NULL);
	for (size_t i = 0; i < s->groups.n; i++)
		s->sheet.purse_of[i] = 1;
	memcpy(s->sheet.live, s->groups.of_project_n, t->projects_n * sizeof *s->sheet.live);
	s->cost = 0;
	s->bought_n = 0;
	s->live = s->offers_n;
	for (size_t i = 0; i < s->offers_n; i++) {
		s->queue[i] = &s->offers[i];
		s->offers[i].payment.low = 0;
	}
	while (s->cost <= most && (o = cheapest(s)) != NULL)
		buy(s, o);
}

/* How many steps may be added: the last for which what is funded costs no more than the budget. */
static int64_t
steps_that_fit(struct shares *s)
{
	const struct tally *t = s->run->tally;
	int64_t all = 0, k = 0;

	for (size_t i = 0; i < s->offers_n; i++)
		all += t->projects[s->offers[i].project].cost;
	if (all <= t->budget)
		return 0;
	while (k < TALLY_ADD1_MAX) {
		spend(s, (k + 1) * s->run->settings->step, t->budget);
		if (s->cost > t->budget)
			break;
		k++;
	}
	return k;
}

static void
open_shares(struct shares *s, struct tally_run *run, struct pool *pool)
{
	const struct tally *t = run->tally;
	size_t n = t->projects_n + 1;

	*s = (struct shares){ .run = run, .cardinality = run->settings->cardinality,
		.offers = pool_alloc(pool, n * sizeof *s->offers), .queue = pool_alloc(pool, n * sizeof *s->queue),
		.bought = pool_alloc(pool, n * sizeof *s->bought) };
	tally_group(pool, t, &s->groups);
	s->sheet = (struct price_sheet){ .pool = pool, .groups = &s->groups,
		.purse_of = pool_alloc(pool, (s->groups.n + 1) * sizeof(uint32_t)),
		.live = pool_alloc(pool, n * sizeof(size_t)) };
	purses_open(&s->sheet.purses, pool, n);
	for (uint32_t i = 0; i < t->projects_n; i++)
		if (!run->out[i] && t->projects[i].votes > 0)
			s->offers[s->offers_n++].project = i;
}

/* Writes the last run into the outcome: what it funded, and how far its voters were from the others. */
static void
report(struct shares *s)
{
	struct tally_run *run = s->run;

	for (size_t i = 0; i < s->bought_n; i++)
		tally_fund(run, TALLY_FUNDED, s->bought[i],
		    tally_fraction(run->pool, *purses_payment(&s->sheet.purses, i)));
	for (uint32_t i = 0; i < run->tally->projects_n; i++)
		if (!run->out[i]) {
			price_list(&s->sheet, i);
			tally_note(run, TALLY_POOR, i, NULL, price_together(&s->sheet));
		}
}

void
tally_shares(struct tally_run *run)
{
	struct pool *pool = pool_open(MEMORY_MAX);
	struct shares s;
	int64_t steps = 0;

	open_shares(&s, run, pool);
	if (s.offers_n > 0) {
		if (run->settings->add1)
			steps = steps_that_fit(&s);
		spend(&s, steps * run->settings->step, INT64_MAX);
		if (run->settings->add1)
			tally_note(run, TALLY_RAISED, (uint32_t)steps, NULL, 0);
		report(&s);
	}
	purses_close(&s.sheet.purses);
	pool_close(pool);
	if (run->settings->fill)
		tally_greedy(run);
}
