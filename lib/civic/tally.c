#include "civic/tally.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "civic/tally_rank.h"

void
tally_count(struct tally *t)
{
	for (size_t i = 0; i < t->projects_n; i++)
		t->projects[i].votes = t->projects[i].score = 0;
	for (size_t b = 0; b < t->ballots_n; b++)
		for (uint32_t i = 0; i < t->ballots[b].n; i++) {
			struct tally_project *p = &t->projects[t->ballots[b].choices[i].project];
			p->votes++;
			p->score += t->ballots[b].choices[i].points;
		}
}

struct place {
	const struct tally_project *project;
	uint32_t index;
	unsigned char lot[crypto_hash_sha256_BYTES];
	const enum tally_key *keys;
};

static int
sign_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
by_place(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	for (const enum tally_key *key = a->keys; *key != TALLY_KEYS_END; key++) {
		int c = 0;
		switch (*key) {
		case TALLY_MORE_VOTES: c = sign_of(b->project->votes, a->project->votes); break;
		case TALLY_LOWER_COST: c = sign_of(a->project->cost, b->project->cost); break;
		case TALLY_LOT: c = memcmp(a->lot, b->lot, sizeof a->lot); break;
		case TALLY_BY_ID: c = strcmp(a->project->id, b->project->id); break;
		case TALLY_AS_LISTED:
		case TALLY_KEYS_END: break;
		}
		if (*key == TALLY_AS_LISTED)
			break;
		if (c != 0)
			return c;
	}
	return a->index < b->index ? -1 : 1;
}

uint32_t *
tally_places(struct pool *pool, const struct tally *t, const struct tally_order *order)
{
	struct place *places = pool_alloc(pool, (t->projects_n + 1) * sizeof *places);
	uint32_t *place = pool_alloc(pool, (t->projects_n + 1) * sizeof *place);
	const char *seed = order->seed != NULL ? order->seed : "";

	for (size_t i = 0; i < t->projects_n; i++) {
		crypto_hash_sha256_state hash;
		places[i] = (struct place){ .project = &t->projects[i], .index = (uint32_t)i, .keys = order->keys };
		crypto_hash_sha256_init(&hash);
		crypto_hash_sha256_update(&hash, (const unsigned char *)seed, strlen(seed));
		crypto_hash_sha256_update(&hash, (const unsigned char *)t->projects[i].id,
		    strlen(t->projects[i].id));
		crypto_hash_sha256_final(&hash, places[i].lot);
	}
	qsort(places, t->projects_n, sizeof *places, by_place);
	for (size_t i = 0; i < t->projects_n; i++)
		place[places[i].index] = (uint32_t)i;
	return place;
}

void
tally_note(struct tally_run *run, enum tally_event event, uint32_t project, const char *value,
    int64_t together)
{
	struct tally_outcome *o = run->outcome;

	if (o->steps_n == run->steps_cap) {
		size_t cap = run->steps_cap > 0 ? 2 * run->steps_cap : 64;
		struct tally_step *steps = pool_alloc(run->pool, cap * sizeof *steps);
		if (o->steps_n > 0)
			memcpy(steps, o->steps, o->steps_n * sizeof *steps);
		o->steps = steps;
		run->steps_cap = cap;
	}
	o->steps[o->steps_n++] = (struct tally_step){ event, project, run->left, value, together };
}

void
tally_fund(struct tally_run *run, enum tally_event event, uint32_t project, const char *value)
{
	struct tally_outcome *o = run->outcome;

	run->out[project] = true;
	run->left -= run->tally->projects[project].cost;
	o->cost += run->tally->projects[project].cost;
	o->selected[o->selected_n++] = project;
	tally_note(run, event, project, value, 0);
}

const char *
tally_fraction(struct pool *pool, const mpq_t value)
{
	char *text = pool_alloc(pool, mpz_sizeinbase(mpq_numref(value), 10) +
	    mpz_sizeinbase(mpq_denref(value), 10) + 3);

	return mpq_get_str(text, 10, value);
}

void
tally_run(struct pool *pool, const struct tally *t, const struct tally_settings *settings,
    struct tally_outcome *outcome)
{
	struct tally_run run = { .pool = pool, .tally = t, .settings = settings,
		.place = tally_places(pool, t, &settings->order),
		.out = pool_alloc(pool, t->projects_n + 1), .left = t->budget, .outcome = outcome };

	*outcome = (struct tally_outcome){ .selected = pool_alloc(pool, (t->projects_n + 1) * sizeof(uint32_t)) };
	for (uint32_t i = 0; i < t->projects_n; i++) {
		const struct tally_project *p = &t->projects[i];
		if (p->score >= settings->min_score)
			continue;
		run.out[i] = true;
		tally_note(&run, TALLY_BELOW, i, NULL, 0);
	}
	switch (settings->rule) {
	case TALLY_GREEDY_SKIP:
	case TALLY_GREEDY_STOP:
	case TALLY_VOTES_PER_COST: tally_greedy(&run); break;
	case TALLY_MES: tally_shares(&run); break;
	case TALLY_PHRAGMEN: tally_phragmen(&run); break;
	}
}
