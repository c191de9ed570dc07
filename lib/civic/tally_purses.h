/*
 * tally_purses: what voters have left under the Method of Equal Shares. Voters who paid for the same
 * projects have the same sum, so sums are kept once, in purses, and each group of voters has one.
 * For lib/civic/tally*.c alone.
 *
 * A sum is a rational whose denominator soon has hundreds of bits. So what is kept is where it came from
 * (another purse less a payment) and two bounds, in 2^-64 hundredths; whatever the bounds decide is
 * decided exactly. Only where they do not (equal or nearly equal sums) the rationals are reckoned, and
 * then kept. Purse 0 is the empty one.
 */
#ifndef VICHE_CIVIC_TALLY_PURSES_H
#define VICHE_CIVIC_TALLY_PURSES_H

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"

typedef __int128 tally_fixed; /* 2^-64 hundredths */

struct bounds {
	tally_fixed low, high; /* low <= the number <= high */
};

struct purse {
	struct bounds money;
	int64_t voters;          /* who have it */
	uint32_t from, payment;  /* purse `from` less that payment */
	bool known;              /* exact is there */
	mpq_t exact;
};

/* For one project: some of its voters gave all they had, the others this much each. */
struct payment {
	struct bounds each;
	int64_t cost, payers;    /* payers: those who gave this much */
	uint32_t *poor;          /* the purses that were emptied… */
	int64_t *poor_voters;    /* …and how many voters had each */
	size_t poor_n;
	bool known;
	mpq_t exact;
};

struct purses {
	struct pool *pool, *run;  /* run: since purses_begin() */
	struct purse *all;
	size_t n, cap;
	uint32_t *order, *rank;   /* those that somebody has, the poorest first; the place of each there */
	uint32_t *scratch;
	size_t order_n;
	struct payment *payments;
	size_t payments_n;
};

/* At most `payments` payments in a run. */
void purses_open(struct purses *p, struct pool *pool, size_t payments);
void purses_close(struct purses *p);

/* All voters have that much: purse 1, which need not be there when nobody has anything. */
void purses_begin(struct purses *p, const mpq_t money, int64_t voters);

/* What is in a purse. */
mpq_t *purses_money(struct purses *p, uint32_t purse);
/* What a payment was, exactly. */
mpq_t *purses_payment(struct purses *p, size_t payment);

/* The whole part of 2^64 times value, and one more. */
struct bounds bounds_of(const mpq_t value);

/* Who pays, by purse in ascending order; the first `poor` of them give all they have. */
struct payers {
	const uint32_t *purses;
	const int64_t *voters;
	size_t n, poor;
	struct bounds each;
	int64_t cost;
};

/* Takes the payment; becomes[i] is then the purse of those who had payers->purses[i]. */
void purses_pay(struct purses *p, const struct payers *payers, uint32_t *becomes);

#endif
