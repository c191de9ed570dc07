/* The counting rules: worked by hand, and against a plain and slow implementation of the definitions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gmp.h>
#include <sodium.h>
#include <string.h>

#include "base/str.h"
#include "civic/tally.h"

enum { PROJECTS = 9, VOTERS = 40 };

static struct pool *pool;

static int
open_all(void **state)
{
	pool = pool_open((size_t)1 << 30);
	return sodium_init() < 0;
}

static int
close_all(void **state)
{
	pool_close(pool);
	return 0;
}

struct election {
	struct tally tally;
	struct tally_project projects[PROJECTS];
	struct tally_ballot ballots[VOTERS];
	struct tally_choice choices[VOTERS][PROJECTS];
};

/* costs of the currency, ballots as "abc": project a is the first. */
static void
make(struct election *e, int64_t budget, const int64_t *costs, size_t projects, const char *const *ballots,
    size_t voters)
{
	static const char *const ids[PROJECTS] = { "a", "b", "c", "d", "e", "f", "g", "h", "i" };

	memset(e, 0, sizeof *e);
	for (size_t i = 0; i < projects; i++)
		e->projects[i] = (struct tally_project){ .id = ids[i], .name = "", .cost = costs[i] * TALLY_UNIT };
	for (size_t v = 0; v < voters; v++) {
		for (const char *c = ballots[v]; *c != '\0'; c++)
			e->choices[v][e->ballots[v].n++] = (struct tally_choice){ (uint32_t)(*c - 'a'), 1 };
		e->ballots[v].choices = e->choices[v];
	}
	e->tally = (struct tally){ budget * TALLY_UNIT, e->projects, projects, e->ballots, voters };
	tally_count(&e->tally);
}

static struct tally_settings
settings(const char *rule)
{
	struct tally_settings s = { .step = TALLY_UNIT };

	assert_true(tally_rule_named(rule, &s));
	assert_true(tally_order_named("votes,cost,lot", &s.order));
	s.order.seed = "seed";
	return s;
}

/* The ids in the order of funding. */
static const char *
funded(struct election *e, const struct tally_settings *s)
{
	struct tally_outcome outcome;
	struct buf b;
	int64_t cost = 0;

	tally_run(pool, &e->tally, s, &outcome);
	buf_init(&b, pool);
	for (size_t i = 0; i < outcome.selected_n; i++) {
		buf_add(&b, e->projects[outcome.selected[i]].id);
		cost += e->projects[outcome.selected[i]].cost;
	}
	assert_int_equal(outcome.cost, cost);
	assert_true(outcome.cost <= e->tally.budget);
	return b.s;
}

static const char *
by_rule(struct election *e, const char *rule)
{
	struct tally_settings s = settings(rule);

	return funded(e, &s);
}

static void
greedy_passes_over_or_stops(void **state)
{
	struct election e;

	make(&e, 100, (int64_t[]){ 60, 50, 40 }, 3, (const char *const[]){ "ab", "ab", "a", "c" }, 4);
	assert_string_equal(by_rule(&e, "greedy-skip"), "ac");
	assert_string_equal(by_rule(&e, "greedy-stop"), "a");
	/* Votes per cost: a 3/60, b 2/50, c 1/40. */
	assert_string_equal(by_rule(&e, "votes-per-cost"), "ac");
}

static void
a_minimum_of_votes_leaves_out(void **state)
{
	struct tally_settings s = settings("greedy-skip");
	struct election e;

	make(&e, 100, (int64_t[]){ 60, 50, 40 }, 3, (const char *const[]){ "ab", "ab", "a", "c" }, 4);
	s.min_score = 2;
	assert_string_equal(funded(&e, &s), "a");
	s.min_score = 4;
	assert_string_equal(funded(&e, &s), "");
}

/* Six voters of 10 each; the larger group may not take everything. */
static void
equal_shares_leaves_the_minority_its_share(void **state)
{
	struct election e;

	make(&e, 60, (int64_t[]){ 20, 20, 20, 20 }, 4,
	    (const char *const[]){ "abc", "abc", "abc", "abc", "d", "d" }, 6);
	assert_string_equal(by_rule(&e, "greedy-skip"), (const char *)by_rule(&e, "greedy-stop"));
	assert_null(strchr(by_rule(&e, "greedy-skip"), 'd'));
	assert_non_null(strchr(by_rule(&e, "mes"), 'd'));
}

/* One voter with 5 and one with exactly the rest: equality must be seen as affordable. */
static void
exactly_enough_is_enough(void **state)
{
	struct election e;

	make(&e, 3, (int64_t[]){ 1, 2 }, 2, (const char *const[]){ "a", "b", "b" }, 3);
	assert_string_equal(by_rule(&e, "mes"), "ba");
	make(&e, 2, (int64_t[]){ 1, 1 }, 2, (const char *const[]){ "a", "ab", "b" }, 3);
	/* 2/3 each: a takes 1/2 of two voters; b then finds 1/6 + 2/3 and is a sixth short. */
	assert_string_equal(by_rule(&e, "mes-cardinality"), strcmp(by_rule(&e, "greedy-skip"), "ab") == 0 ? "a" : "b");
	assert_int_equal(strlen(by_rule(&e, "mes-fill")), 2);
}

/* Voters earn evenly: a is bought at 30/3 = 10, then b at (30 + 10)/2 = 20 against c at 15. */
static void
phragmen_buys_who_waited(void **state)
{
	struct election e;

	make(&e, 60, (int64_t[]){ 30, 30, 15 }, 3, (const char *const[]){ "ab", "ab", "a", "c" }, 4);
	assert_string_equal(by_rule(&e, "phragmen"), "ac");
}

static void
ties_go_by_the_order(void **state)
{
	struct tally_settings s = settings("greedy-skip");
	struct election e;

	make(&e, 10, (int64_t[]){ 10, 9, 10 }, 3, (const char *const[]){ "abc" }, 1);
	assert_string_equal(funded(&e, &s), "b");
	assert_true(tally_order_named("listed", &s.order));
	assert_string_equal(funded(&e, &s), "a");
	assert_true(tally_order_named("lot", &s.order));
	s.order.seed = "1"; /* sha256 of 1a, 1b, 1c: the lowest is c's or another's, but always the same */
	const char *first = funded(&e, &s);
	bool other = false;
	assert_string_equal(funded(&e, &s), first);
	for (int seed = 2; seed < 40 && !other; seed++) {
		s.order.seed = str_fmt(pool, "%d", seed);
		other = strcmp(funded(&e, &s), first) != 0;
	}
	assert_true(other);
	assert_false(tally_order_named("votes,votes", &s.order));
	assert_false(tally_order_named("", &s.order));
	assert_false(tally_order_named("votes,", &s.order));
}

static void
every_name_is_its_own(void **state)
{
	static const char *const names[] = { "greedy-skip", "greedy-stop", "votes-per-cost", "mes", "mes-fill",
		"mes-add1", "mes-add1-fill", "mes-cardinality", "mes-fill-cardinality", "mes-add1-cardinality",
		"mes-add1-fill-cardinality", "phragmen" };
	struct tally_settings s = { 0 };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_true(tally_rule_named(names[i], &s));
		assert_string_equal(tally_rule_name(pool, &s), names[i]);
	}
	assert_false(tally_rule_named("greedy", &s));
	assert_false(tally_rule_named("mes-add2", &s));
	assert_false(tally_rule_named("greedy-skip-cardinality", &s));
}

/* ---- the definition of equal shares, with rationals throughout and no thought of speed ---- */

static void
plain_price(const struct election *e, mpq_t *money, uint32_t project, mpq_t price, bool *affordable)
{
	mpq_t sum, share, rest;
	bool gives_all[VOTERS] = { false };

	mpq_inits(sum, share, rest, NULL);
	for (;;) { /* who has less than an equal share of the rest gives all; until nobody more does */
		int64_t payers = 0;
		bool changed = false;
		mpq_set_si(rest, e->projects[project].cost, 1);
		for (size_t v = 0; v < e->tally.ballots_n; v++)
			for (uint32_t i = 0; i < e->ballots[v].n; i++)
				if (e->choices[v][i].project == project) {
					if (gives_all[v])
						mpq_sub(rest, rest, money[v]);
					else
						payers++;
				}
		*affordable = payers > 0;
		if (payers == 0)
			break;
		mpq_set_si(share, payers, 1);
		mpq_div(share, rest, share);
		for (size_t v = 0; v < e->tally.ballots_n; v++)
			for (uint32_t i = 0; i < e->ballots[v].n; i++)
				if (e->choices[v][i].project == project && !gives_all[v] && mpq_cmp(money[v], share) < 0)
					gives_all[v] = changed = true;
		if (!changed)
			break;
	}
	mpq_set(price, share);
	mpq_clears(sum, share, rest, NULL);
}

static const char *
plain_shares(const struct election *e, bool cardinality)
{
	mpq_t money[VOTERS], price, rho, best_rho, best_price, u;
	bool out[PROJECTS] = { false };
	struct buf b;

	buf_init(&b, pool);
	mpq_inits(price, rho, best_rho, best_price, u, NULL);
	for (size_t v = 0; v < e->tally.ballots_n; v++) {
		mpq_init(money[v]);
		mpz_set_si(mpq_numref(money[v]), e->tally.budget);
		mpz_set_ui(mpq_denref(money[v]), e->tally.ballots_n);
		mpq_canonicalize(money[v]);
	}
	for (;;) {
		int best = -1;
		for (uint32_t p = 0; p < e->tally.projects_n; p++) {
			bool affordable = false;
			if (out[p])
				continue;
			plain_price(e, money, p, price, &affordable);
			if (!affordable)
				continue;
			mpq_set_si(u, cardinality ? 1 : e->projects[p].cost, 1);
			mpq_div(rho, price, u);
			int c = best < 0 ? -1 : mpq_cmp(rho, best_rho);
			const struct tally_project *mine = &e->projects[p], *its = best < 0 ? mine : &e->projects[best];
			if (c < 0 || (c == 0 && (mine->votes > its->votes ||
			    (mine->votes == its->votes && mine->cost < its->cost)))) {
				best = (int)p;
				mpq_set(best_rho, rho);
				mpq_set(best_price, price);
			}
		}
		if (best < 0)
			break;
		out[best] = true;
		buf_add(&b, e->projects[best].id);
		for (size_t v = 0; v < e->tally.ballots_n; v++)
			for (uint32_t i = 0; i < e->ballots[v].n; i++)
				if (e->choices[v][i].project == (uint32_t)best) {
					if (mpq_cmp(money[v], best_price) < 0)
						mpq_set_ui(money[v], 0, 1);
					else
						mpq_sub(money[v], money[v], best_price);
				}
	}
	for (size_t v = 0; v < e->tally.ballots_n; v++)
		mpq_clear(money[v]);
	mpq_clears(price, rho, best_rho, best_price, u, NULL);
	return b.s;
}

static uint32_t
chance(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

/* Small numbers, so that equal sums and equal prices happen often; ties left go as listed. */
static void
equal_shares_is_what_its_definition_says(void **state)
{
	uint32_t seed = 20261124;

	for (int round = 0; round < 3000; round++) {
		char text[VOTERS][PROJECTS + 1];
		const char *ballots[VOTERS];
		int64_t costs[PROJECTS];
		struct election e;
		size_t projects = 1 + chance(&seed, PROJECTS), voters = 1 + chance(&seed, VOTERS);
		for (size_t p = 0; p < projects; p++)
			costs[p] = 1 + chance(&seed, round % 3 == 0 ? 3 : 60);
		for (size_t v = 0; v < voters; v++) {
			size_t n = 0;
			for (size_t p = 0; p < projects; p++)
				if (chance(&seed, 3) == 0)
					text[v][n++] = (char)('a' + p);
			text[v][n] = '\0';
			ballots[v] = text[v];
		}
		make(&e, 1 + chance(&seed, 120), costs, projects, ballots, voters);
		for (int cardinality = 0; cardinality < 2; cardinality++) {
			struct tally_settings s = settings(cardinality ? "mes-cardinality" : "mes");
			assert_true(tally_order_named("votes,cost,listed", &s.order));
			assert_string_equal(funded(&e, &s), plain_shares(&e, cardinality));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(greedy_passes_over_or_stops),
		cmocka_unit_test(a_minimum_of_votes_leaves_out),
		cmocka_unit_test(equal_shares_leaves_the_minority_its_share),
		cmocka_unit_test(exactly_enough_is_enough),
		cmocka_unit_test(phragmen_buys_who_waited),
		cmocka_unit_test(ties_go_by_the_order),
		cmocka_unit_test(every_name_is_its_own),
		cmocka_unit_test(equal_shares_is_what_its_definition_says),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
