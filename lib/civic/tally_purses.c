#include "civic/tally_purses.h"

#include <string.h>

enum { FIRST_CAP = 256 };

#define RUN_MEMORY_MAX ((size_t)8 << 30)

static void *
larger(struct pool *pool, const void *old, size_t n, size_t cap, size_t size)
{
	void *new = pool_alloc(pool, cap * size);

	if (n > 0)
		memcpy(new, old, n * size); /* GMP's numbers may be moved */
	return new;
}

static uint32_t
new_purse(struct purses *p)
{
	if (p->n == p->cap) {
		p->cap = p->cap > 0 ? 2 * p->cap : FIRST_CAP;
		p->all = larger(p->pool, p->all, p->n, p->cap, sizeof *p->all);
		p->rank = larger(p->pool, p->rank, p->n, p->cap, sizeof *p->rank);
		p->order = larger(p->pool, p->order, p->order_n, p->cap, sizeof *p->order);
		p->scratch = pool_alloc(p->pool, p->cap * sizeof *p->scratch);
	}
	p->all[p->n].known = false;
	return (uint32_t)p->n++;
}

void
purses_open(struct purses *p, struct pool *pool, size_t payments)
{
	*p = (struct purses){ .pool = pool, .run = pool_open(RUN_MEMORY_MAX),
		.payments = pool_alloc(pool, (payments + 1) * sizeof *p->payments) };
}

static void
forget(struct purses *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->all[i].known)
			mpq_clear(p->all[i].exact);
	for (size_t i = 0; i < p->payments_n; i++)
		if (p->payments[i].known)
			mpq_clear(p->payments[i].exact);
	p->n = p->order_n = p->payments_n = 0;
	pool_close(p->run);
}

void
purses_close(struct purses *p)
{
	forget(p);
}

struct bounds
bounds_of(const mpq_t value)
{
	uint64_t words[2] = { 0, 0 };
	mpz_t z;

	mpz_init(z);
	mpz_mul_2exp(z, mpq_numref(value), 64);
	mpz_fdiv_q(z, z, mpq_denref(value));
	mpz_export(words, NULL, -1, sizeof *words, 0, 0, z); /* fewer than 127 bits: TALLY_MONEY_MAX */
	mpz_clear(z);
	tally_fixed low = (tally_fixed)((unsigned __int128)words[1] << 64 | words[0]);
	return (struct bounds){ low, low + 1 };
}

static void
keep(struct purse *purse, const mpq_t money)
{
	mpq_init(purse->exact);
	mpq_set(purse->exact, money);
	purse->known = true;
	purse->money = bounds_of(money);
}

void
purses_begin(struct purses *p, const mpq_t money, int64_t voters)
{
	mpq_t nothing;

	forget(p);
	p->run = pool_open(RUN_MEMORY_MAX);
	mpq_init(nothing);
	for (uint32_t i = 0; i < 2; i++) {
		new_purse(p);
		p->all[i].voters = i == 0 ? 0 : voters;
		keep(&p->all[i], i == 0 ? nothing : money);
		p->order[i] = p->rank[i] = i;
	}
	p->order_n = 2;
	mpq_clear(nothing);
}

/* All earlier payments are known. */
static void
reckon_purse(struct purses *p, uint32_t purse)
{
	/* The way back to a purse that is known; `rank` of purses that nobody has is free for it. */
	struct pool *pool = pool_open(RUN_MEMORY_MAX);
	uint32_t *way = pool_alloc(pool, (p->payments_n + 1) * sizeof *way);
	size_t n = 0;

	for (uint32_t i = purse; !p->all[i].known; i = p->all[i].from)
		way[n++] = i;
	while (n-- > 0) {
		struct purse *to = &p->all[way[n]];
		mpq_init(to->exact);
		mpq_sub(to->exact, p->all[to->from].exact, p->payments[to->payment].exact);
		to->known = true;
		to->money = bounds_of(to->exact);
	}
	pool_close(pool);
}

mpq_t *
purses_payment(struct purses *p, size_t last)
{
	mpq_t part;

	mpq_init(part);
	for (size_t k = 0; k <= last; k++) {
		struct payment *payment = &p->payments[k];
		if (payment->known)
			continue;
		mpq_init(payment->exact);
		mpq_set_si(payment->exact, payment->cost, 1);
		for (size_t i = 0; i < payment->poor_n; i++) {
			if (!p->all[payment->poor[i]].known)
				reckon_purse(p, payment->poor[i]);
			mpq_set_si(part, payment->poor_voters[i], 1);
			mpq_mul(part, part, p->all[payment->poor[i]].exact);
			mpq_sub(payment->exact, payment->exact, part);
		}
		mpq_set_si(part, payment->payers, 1);
		mpq_div(payment->exact, payment->exact, part);
		payment->known = true;
	}
	mpq_clear(part);
	return &p->payments[last].exact;
}

mpq_t *
purses_money(struct purses *p, uint32_t purse)
{
	if (!p->all[purse].known) {
		purses_payment(p, p->all[purse].payment);
		reckon_purse(p, purse);
	}
	return &p->all[purse].exact;
}

static int
compare(struct purses *p, uint32_t a, uint32_t b)
{
	if (p->all[a].money.high < p->all[b].money.low)
		return -1;
	if (p->all[b].money.high < p->all[a].money.low)
		return 1;
	purses_money(p, a);
	return mpq_cmp(p->all[a].exact, *purses_money(p, b));
}

/* Merges the new purses, which are in order, into the order; equal sums become one purse. */
static void
merge(struct purses *p, const uint32_t *added, size_t added_n, uint32_t *becomes, size_t n)
{
	size_t old = 0, fresh = 0, out = 0;

	while (old < p->order_n || fresh < added_n) {
		int c = old == p->order_n ? 1 : fresh == added_n ? -1 : compare(p, p->order[old], added[fresh]);
		if (c > 0) {
			p->scratch[out++] = added[fresh++];
			continue;
		}
		uint32_t i = p->order[old++];
		if (c == 0) {
			uint32_t same = added[fresh++];
			p->all[i].voters += p->all[same].voters;
			for (size_t k = 0; k < n; k++)
				if (becomes[k] == same)
					becomes[k] = i;
		}
		if (p->all[i].voters > 0 || i == 0)
			p->scratch[out++] = i;
	}
	uint32_t *order = p->order;
	p->order = p->scratch;
	p->scratch = order;
	p->order_n = out;
	for (size_t i = 0; i < out; i++)
		p->rank[p->order[i]] = (uint32_t)i;
}

void
purses_pay(struct purses *p, const struct payers *payers, uint32_t *becomes)
{
	struct payment *payment = &p->payments[p->payments_n];
	uint32_t *added = pool_alloc(p->run, (payers->n + 1) * sizeof *added);
	size_t added_n = 0;

	*payment = (struct payment){ .each = payers->each, .cost = payers->cost, .poor_n = payers->poor,
		.poor = pool_alloc(p->run, (payers->poor + 1) * sizeof *payment->poor),
		.poor_voters = pool_alloc(p->run, (payers->poor + 1) * sizeof *payment->poor_voters) };
	for (size_t i = 0; i < payers->n; i++) {
		uint32_t from = payers->purses[i];
		p->all[from].voters -= payers->voters[i];
		if (i < payers->poor) {
			payment->poor[i] = from;
			payment->poor_voters[i] = payers->voters[i];
			becomes[i] = 0;
			continue;
		}
		uint32_t to = new_purse(p);
		struct purse *purse = &p->all[to];
		purse->money.low = p->all[from].money.low - payers->each.high;
		purse->money.high = p->all[from].money.high - payers->each.low;
		purse->voters = payers->voters[i];
		purse->from = from;
		purse->payment = (uint32_t)p->payments_n;
		payment->payers += payers->voters[i];
		added[added_n++] = to;
		becomes[i] = to;
	}
	p->payments_n++;
	merge(p, added, added_n, becomes, payers->n);
}
