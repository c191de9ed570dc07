/*
 * tally: the counting rules of a participatory budget, one pot at a time. No input or output, no
 * database, no floating point: whoever has the ballots gets the same outcome, to the last step.
 *
 * A struct tally is an election: projects with costs, ballots, the budget. Money is in hundredths of
 * the currency (kopiykas), as int64_t, at most TALLY_MONEY_MAX. tally_count() fills votes and scores;
 * tally_run() then funds by a rule and records every step. Both are deterministic.
 *
 * Rules (v: votes of a project, s: its score, c: its cost, B: the budget, n: the ballots that count):
 *   greedy-skip     by score, highest first; what does not fit in what is left is passed over
 *   greedy-stop     the same, but the first that does not fit ends it
 *   votes-per-cost  by score over cost, highest first (s_a * c_b > s_b * c_a); passes over
 *   mes…            the Method of Equal Shares: D. Peters, G. Pierczyński, P. Skowron, "Proportional
 *                   Participatory Budgeting with Additive Utilities", NeurIPS 2021. Every voter starts
 *                   with B/n. Funded next is the affordable project with the lowest rho for which the
 *                   sum of min(b_i, rho * u) over its voters is c; they pay that. u is c ("cost
 *                   utility") or 1 ("cardinality"). It ends when no project is affordable.
 *     mes-add1      again with one step (of the currency) more for each voter, as long as what is
 *                   funded costs no more than B; the last outcome that fits counts (equalshares.net).
 *     …-fill        what is left afterwards goes by greedy-skip
 *   phragmen        sequential Phragmén: every voter earns at the same speed; a project is bought when its
 *                   voters together have its cost, and they keep nothing; the first that does not fit in
 *                   B ends it (M. Los, Z. Christoff, D. Grossi, IJCAI 2022, §3)
 * The last two families look at who voted for what, not at points. A project whose score is below the
 * minimum does not take part; with a minimum of 0 even one without votes is funded where the rule comes
 * to it (mes never does, the fill and phragmen at the very end), as the definitions have it.
 *
 * Ties are decided by the keys of struct tally_order in turn; the lot is SHA-256(seed || project id),
 * lower first by bytes, so that a seed published after the vote closes is nobody's choice.
 */
#ifndef VICHE_CIVIC_TALLY_H
#define VICHE_CIVIC_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

#define TALLY_MONEY_MAX INT64_C(100000000000000) /* hundredths: 10^12 of the currency */

enum { TALLY_UNIT = 100, TALLY_PROJECTS_MAX = 10000, TALLY_BALLOTS_MAX = 4000000,
	TALLY_ADD1_MAX = 100000 /* runs */ };

struct tally_project {
	const char *id, *name;
	int64_t cost;
	int64_t votes, score; /* by tally_count() */
};

/* A project by index, and what it gets: 1 where it is a vote. A ballot of points may name a project
 * several times: each time counts as a vote, as in Pabulib. */
struct tally_choice {
	uint32_t project;
	int32_t points;
};

struct tally_ballot {
	const struct tally_choice *choices;
	uint32_t n;
};

struct tally {
	int64_t budget;
	struct tally_project *projects;
	size_t projects_n;
	const struct tally_ballot *ballots; /* those that count */
	size_t ballots_n;
};

enum tally_rule { TALLY_GREEDY_SKIP, TALLY_GREEDY_STOP, TALLY_VOTES_PER_COST, TALLY_MES, TALLY_PHRAGMEN };

/* What decides between equals. */
enum tally_key { TALLY_KEYS_END, TALLY_MORE_VOTES, TALLY_LOWER_COST, TALLY_LOT, TALLY_BY_ID, TALLY_AS_LISTED };
enum { TALLY_KEYS_MAX = 5 };

struct tally_order {
	enum tally_key keys[TALLY_KEYS_MAX + 1]; /* what they leave equal goes as listed */
	const char *seed;
};

struct tally_settings {
	enum tally_rule rule;
	bool cardinality, add1, fill; /* of TALLY_MES */
	int64_t min_score;            /* 0: none */
	int64_t step;                 /* of add1, hundredths; TALLY_UNIT by default */
	struct tally_order order;
};

/* "mes-add1-fill-cardinality" and so on; false where there is no such rule. */
bool tally_rule_named(const char *name, struct tally_settings *settings);
char *tally_rule_name(struct pool *pool, const struct tally_settings *settings);

/* "votes,cost,lot" (also id, listed); false where a word is none of these or stands twice. */
bool tally_order_named(const char *names, struct tally_order *order);

enum tally_event {
	TALLY_BELOW,    /* the score is below the minimum */
	TALLY_FUNDED,
	TALLY_PASSED,   /* it costs more than what is left */
	TALLY_STOPPED,  /* likewise, and there the rule ends */
	TALLY_POOR,     /* its voters have less together than it costs */
	TALLY_FILLED,   /* funded by what was left over */
	TALLY_RAISED    /* mes-add1: so many runs were made, and the last that fits is this one */
};

struct tally_step {
	enum tally_event event;
	uint32_t project;  /* an index; of TALLY_RAISED: the number of steps added */
	int64_t left;      /* hundredths of the budget after this step */
	/* Exact, "21/4": of mes what each voter pays at most, of phragmen when it was bought, of
	 * votes-per-cost the score over the cost; else NULL. In hundredths where it is money. */
	const char *value;
	/* TALLY_POOR: what its voters have together, rounded down, hundredths. */
	int64_t together;
};

struct tally_outcome {
	uint32_t *selected; /* indices in the order of funding */
	size_t selected_n;
	int64_t cost;
	struct tally_step *steps; /* all of them, in order */
	size_t steps_n;
};

/* Fills votes and score of every project. */
void tally_count(struct tally *tally);

/* Runs the rule; everything of the outcome is in the pool. The tally has been counted. */
void tally_run(struct pool *pool, const struct tally *tally, const struct tally_settings *settings,
    struct tally_outcome *outcome);

#endif
