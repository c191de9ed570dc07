#include "civic/tally_price.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t *rank_of;

static int
by_rank(const void *left, const void *right)
{
	uint32_t a = rank_of[*(const uint32_t *)left], b = rank_of[*(const uint32_t *)right];

	return (a > b) - (a < b);
}

static void
make_room(struct price_sheet *s)
{
	if (s->cap >= s->purses.cap)
		return;
	s->cap = s->purses.cap;
	s->voters = pool_alloc(s->pool, s->cap * sizeof *s->voters);
	s->next = pool_alloc(s->pool, s->cap * sizeof *s->next);
	s->touched = pool_alloc(s->pool, s->cap * sizeof *s->touched);
	s->weights = pool_alloc(s->pool, s->cap * sizeof *s->weights);
}

/* Puts the purses touched in order: by sorting, or where they are many by walking along all. */
static void
put_in_order(struct price_sheet *s)
{
	if (s->touched_n * 8 < s->purses.order_n) {
		rank_of = s->purses.rank;
		qsort(s->touched, s->touched_n, sizeof *s->touched, by_rank);
	} else {
		size_t n = 0;
		for (size_t i = 0; i < s->purses.order_n; i++)
			if (s->voters[s->purses.order[i]] > 0)
				s->touched[n++] = s->purses.order[i];
	}
	for (size_t i = 0; i < s->touched_n; i++) {
		s->weights[i] = s->voters[s->touched[i]];
		s->voters[s->touched[i]] = 0;
	}
}

void
price_list(struct price_sheet *s, uint32_t project)
{
	uint32_t *groups = s->groups->of_project[project];

	make_room(s);
	s->touched_n = 0;
	for (size_t i = 0; i < s->live[project];) {
		uint32_t purse = s->purse_of[groups[i]];
		if (purse == 0) {
			uint32_t empty = groups[i];
			groups[i] = groups[--s->live[project]];
			groups[s->live[project]] = empty;
			continue;
		}
		if (s->voters[purse] == 0)
			s->touched[s->touched_n++] = purse;
		s->voters[purse] += s->groups->weight[groups[i++]];
	}
	put_in_order(s);
}

static int64_t
voters_from(const struct price_sheet *s, size_t first)
{
	int64_t voters = 0;

	for (size_t i = first; i < s->touched_n; i++)
		voters += s->weights[i];
	return voters;
}

/* What remains of the cost after the first `poor` purses have been emptied. */
static void
remains(struct price_sheet *s, int64_t cost, size_t poor, mpq_t left)
{
	mpq_t part;

	mpq_init(part);
	mpq_set_si(left, cost, 1);
	for (size_t i = 0; i < poor; i++) {
		mpq_set_si(part, s->weights[i], 1);
		mpq_mul(part, part, *purses_money(&s->purses, s->touched[i]));
		mpq_sub(left, left, part);
	}
	mpq_clear(part);
}

/* Whether purse number i of the list holds at least an equal share of what remains, exactly. */
static bool
can_share(struct price_sheet *s, int64_t cost, size_t i, int64_t voters)
{
	mpq_t left, all;

	mpq_inits(left, all, NULL);
	remains(s, cost, i, left);
	mpq_set_si(all, voters, 1);
	mpq_mul(all, all, *purses_money(&s->purses, s->touched[i]));
	bool can = mpq_cmp(all, left) >= 0;
	mpq_clears(left, all, NULL);
	return can;
}

/* The poorest pay all they have as long as that is less than an equal share of what remains; the others
 * share the rest. */
bool
price_find(struct price_sheet *s, int64_t cost, struct bounds *q, size_t *poor)
{
	struct bounds left = { (tally_fixed)cost << 64, (tally_fixed)cost << 64 };
	int64_t voters = voters_from(s, 0);

	for (size_t i = 0; i < s->touched_n; i++) {
		struct bounds money = s->purses.all[s->touched[i]].money;
		if (money.low * voters >= left.high ||
		    (money.high * voters >= left.low && can_share(s, cost, i, voters))) {
			*q = (struct bounds){ left.low / voters - 1, left.high / voters + 1 };
			*poor = i;
			return true;
		}
		left.low -= money.high * s->weights[i];
		left.high -= money.low * s->weights[i];
		voters -= s->weights[i];
	}
	return false;
}

void
price_exact(struct price_sheet *s, int64_t cost, size_t poor, mpq_t q)
{
	mpq_t voters;

	mpq_init(voters);
	remains(s, cost, poor, q);
	mpq_set_si(voters, voters_from(s, poor), 1);
	mpq_div(q, q, voters);
	mpq_clear(voters);
}

int64_t
price_together(struct price_sheet *s)
{
	int64_t together;
	mpq_t sum;
	mpz_t whole;

	mpq_init(sum);
	mpz_init(whole);
	remains(s, 0, s->touched_n, sum);
	mpq_neg(sum, sum);
	mpz_fdiv_q(whole, mpq_numref(sum), mpq_denref(sum));
	together = mpz_get_si(whole);
	mpq_clear(sum);
	mpz_clear(whole);
	return together;
}
