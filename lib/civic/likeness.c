#include "civic/likeness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/text.h"
#include "civic/stems.h"

enum { TITLE_WEIGHT = 3, WITNESSES = 20, OFTEN = 4, TELLING_OFTEN = 3, PLACES = 2 * LIKENESS_TERMS_MAX };

static const double saturation = 1.2, length_share = 0.5;
static const double share_weight = 0.7, witness_weight = 1.5, title_weight = 0.4, signature_weight = 0.03;
static const double same_title = 0.999;
static const double near_least = 0.08; /* the cosine of hardly a word in common */

struct term {
	const char *stem;
	int64_t documents; /* -1: not known */
	int petitions;     /* of those that were added */
	double rarity;
	double wanted;     /* in the text's vector; later in the witnesses' */
	int asked, asked_title; /* how often the text has it, titles weighted */
};

struct entry {
	unsigned term;
	int often, in_title;
	double weight;
};

struct vector {
	struct entry *entries;
	size_t count;
	double length; /* stems, titles weighted */
};

struct petition {
	int64_t id;
	bool candidate;
	double fame, near;
	struct vector v;
};

struct likeness {
	struct pool *pool;
	struct term terms[LIKENESS_TERMS_MAX];
	size_t term_count;
	unsigned places[PLACES]; /* an open hash table of terms, 0: free, else the number + 1 */
	struct vector text;
	struct petition petitions[LIKENESS_PETITIONS_MAX];
	size_t petition_count;
	int64_t total;
};

/* The term of that stem, made where there is none; false where there is no room. */
static bool
term_of(struct likeness *l, const char *stem, size_t len, unsigned *number)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)stem[i]) * 16777619u;
	for (uint32_t at = hash ^ hash >> 15;; at++) {
		unsigned *place = &l->places[at % PLACES];
		if (*place == 0) {
			if (l->term_count == LIKENESS_TERMS_MAX)
				return false;
			l->terms[l->term_count] = (struct term){ .stem = str_ndup(l->pool, stem, len), .documents = -1 };
			*place = (unsigned)++l->term_count;
		}
		const struct term *t = &l->terms[*place - 1];
		if (strncmp(t->stem, stem, len) == 0 && t->stem[len] == '\0') {
			*number = *place - 1;
			return true;
		}
	}
}

static int
by_term(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return (x->term > y->term) - (x->term < y->term);
}

static size_t
stems_in(const char *line)
{
	const char *stem;
	size_t len, n = 0;

	while ((stem = stems_next(&line, &len)) != NULL)
		n++;
	return n;
}

static void
add_line(struct likeness *l, struct vector *v, const char *line, bool title)
{
	const char *stem;
	size_t len;
	unsigned number;

	while ((stem = stems_next(&line, &len)) != NULL)
		if (!stems_silent(stem, len) && term_of(l, stem, len, &number))
			v->entries[v->count++] = (struct entry){ number, title ? TITLE_WEIGHT : 1, title, 0 };
}

/* Counts each stem once. */
static struct vector
vector_of(struct likeness *l, const char *title, const char *text)
{
	struct vector v = { 0 };
	size_t kept = 0;

	v.entries = pool_alloc(l->pool, (stems_in(title) + stems_in(text) + 1) * sizeof *v.entries);
	add_line(l, &v, title, true);
	add_line(l, &v, text, false);
	qsort(v.entries, v.count, sizeof *v.entries, by_term);
	for (size_t i = 0; i < v.count; i++) {
		struct entry *e = &v.entries[i];
		v.length += e->often;
		if (kept > 0 && v.entries[kept - 1].term == e->term) {
			v.entries[kept - 1].often += e->often;
			v.entries[kept - 1].in_title += e->in_title;
		} else {
			v.entries[kept++] = *e;
		}
	}
	v.count = kept;
	return v;
}

struct likeness *
likeness_begin(struct pool *pool, const char *title, const char *text)
{
	struct likeness *l = pool_alloc(pool, sizeof *l);

	l->pool = pool;
	l->text = vector_of(l, title, text);
	for (size_t i = 0; i < l->text.count; i++) {
		struct term *t = &l->terms[l->text.entries[i].term];
		t->asked = l->text.entries[i].often;
		t->asked_title = l->text.entries[i].in_title;
	}
	return l;
}

void
likeness_add(struct likeness *l, const struct likeness_petition *p)
{
	if (l->petition_count == LIKENESS_PETITIONS_MAX)
		return;
	struct petition *own = &l->petitions[l->petition_count++];
	*own = (struct petition){ .id = p->id, .candidate = p->candidate,
		.fame = log10(1 + (double)(p->signatures > 0 ? p->signatures : 0)),
		.v = vector_of(l, p->title, p->text) };
	for (size_t i = 0; i < own->v.count; i++)
		l->terms[own->v.entries[i].term].petitions++;
}

const char *
likeness_uncounted(struct likeness *l, size_t *at)
{
	while (*at < l->term_count) {
		const struct term *t = &l->terms[(*at)++];
		if (t->documents < 0 && (t->asked > 0 || t->petitions > 1))
			return t->stem;
	}
	return NULL;
}

void
likeness_count(struct likeness *l, const char *stem, int64_t documents)
{
	unsigned number;

	if (term_of(l, stem, strlen(stem), &number))
		l->terms[number].documents = documents;
}

void
likeness_total(struct likeness *l, int64_t petitions)
{
	l->total = petitions > 0 ? petitions : 1;
}

/* What stands nowhere else says nothing; what was not counted is as rare as it looks from here. */
static double
rarity(const struct likeness *l, const struct term *t)
{
	int64_t documents = t->documents > t->petitions ? t->documents : t->petitions;
	return documents > 0 ? log(1 + (double)l->total / (double)documents) : 0;
}

double
likeness_rarity(struct likeness *l, const char *stem)
{
	unsigned number;

	return term_of(l, stem, strlen(stem), &number) ? rarity(l, &l->terms[number]) : 0;
}

size_t
likeness_telling(struct likeness *l, size_t limit, int64_t documents, const char **stems)
{
	size_t count = 0;
	int64_t sum = 0;

	for (; count < limit; count++) {
		struct term *best = NULL;
		double most = 0;
		for (size_t i = 0; i < l->text.count; i++) {
			struct term *t = &l->terms[l->text.entries[i].term];
			double worth = (t->asked < TELLING_OFTEN ? t->asked : TELLING_OFTEN) * rarity(l, t);
			bool taken = t->wanted > 0;
			if (!taken && worth > most && t->documents > 0 && text_length(t->stem) > 1) {
				best = t;
				most = worth;
			}
		}
		if (best == NULL || (count > 0 && sum + best->documents > documents))
			break;
		best->wanted = 1;
		sum += best->documents;
		stems[count] = best->stem;
	}
	for (size_t i = 0; i < l->text.count; i++)
		l->terms[l->text.entries[i].term].wanted = 0;
	return count;
}

/* Weights of length 1. */
static void
weigh(struct likeness *l, struct vector *v)
{
	double square = 0;

	for (size_t i = 0; i < v->count; i++) {
		struct entry *e = &v->entries[i];
		e->weight = e->often / (e->often + saturation) * l->terms[e->term].rarity;
		square += e->weight * e->weight;
	}
	for (size_t i = 0; i < v->count && square > 0; i++)
		v->entries[i].weight /= sqrt(square);
}

/* With what the terms' wanted is. */
static double
product(const struct likeness *l, const struct vector *v)
{
	double sum = 0;

	for (size_t i = 0; i < v->count; i++)
		sum += v->entries[i].weight * l->terms[v->entries[i].term].wanted;
	return sum;
}

static double
title_likeness(const struct likeness *l, const struct vector *v)
{
	double both = 0, ours = 0, theirs = 0;

	for (size_t i = 0; i < l->text.count; i++) {
		const struct term *t = &l->terms[l->text.entries[i].term];
		ours += t->asked_title > 0 ? t->rarity * t->rarity : 0;
	}
	for (size_t i = 0; i < v->count; i++) {
		const struct term *t = &l->terms[v->entries[i].term];
		if (v->entries[i].in_title == 0)
			continue;
		theirs += t->rarity * t->rarity;
		both += t->asked_title > 0 ? t->rarity * t->rarity : 0;
	}
	return ours > 0 && theirs > 0 ? both / sqrt(ours * theirs) : 0;
}

/* BM25 as a share of the most that it could be. */
static double
share(const struct likeness *l, const struct vector *v, double average)
{
	double sum = 0, most = 0;

	for (size_t i = 0; i < l->text.count; i++) {
		const struct term *t = &l->terms[l->text.entries[i].term];
		most += (t->asked < OFTEN ? t->asked : OFTEN) * t->rarity;
	}
	for (size_t i = 0; i < v->count; i++) {
		const struct term *t = &l->terms[v->entries[i].term];
		double often = v->entries[i].often / (1 - length_share + length_share * v->length / average);
		sum += (t->asked < OFTEN ? t->asked : OFTEN) * t->rarity * often / (often + saturation);
	}
	return most > 0 ? sum / most : 0;
}

static int
by_nearness(const void *a, const void *b)
{
	const struct petition *x = *(struct petition *const *)a, *y = *(struct petition *const *)b;

	if (x->near != y->near)
		return x->near < y->near ? 1 : -1;
	return (x->id > y->id) - (x->id < y->id);
}

static int
by_score(const void *a, const void *b)
{
	const struct likeness_score *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return (x->id > y->id) - (x->id < y->id);
}

/* The terms' wanted becomes the mean of the witnesses. */
static void
hear_witnesses(struct likeness *l)
{
	struct petition *order[LIKENESS_PETITIONS_MAX];
	size_t count = 0;
	double sum = 0;

	for (size_t i = 0; i < l->text.count; i++)
		l->terms[l->text.entries[i].term].wanted = l->text.entries[i].weight;
	for (size_t i = 0; i < l->petition_count; i++) {
		struct petition *p = &l->petitions[i];
		p->near = product(l, &p->v);
		/* A refused one of the very same title is this text, sent in before: it has no new words. */
		if (p->candidate || title_likeness(l, &p->v) < same_title)
			order[count++] = p;
	}
	qsort(order, count, sizeof *order, by_nearness);
	if (count > WITNESSES)
		count = WITNESSES;
	for (size_t i = 0; i < l->text.count; i++)
		l->terms[l->text.entries[i].term].wanted = 0;
	for (size_t i = 0; i < count; i++)
		sum += order[i]->near * order[i]->near;
	for (size_t i = 0; i < count && sum > 0; i++)
		for (size_t k = 0; k < order[i]->v.count; k++) {
			const struct entry *e = &order[i]->v.entries[k];
			l->terms[e->term].wanted += order[i]->near * order[i]->near / sum * e->weight;
		}
}

size_t
likeness_best(struct likeness *l, size_t limit, struct likeness_score *best)
{
	struct likeness_score *all = pool_alloc(l->pool, (l->petition_count + 1) * sizeof *all);
	double average = 0;
	size_t count = 0;

	for (size_t i = 0; i < l->term_count; i++)
		l->terms[i].rarity = rarity(l, &l->terms[i]);
	weigh(l, &l->text);
	for (size_t i = 0; i < l->petition_count; i++) {
		weigh(l, &l->petitions[i].v);
		average += l->petitions[i].v.length / (double)l->petition_count;
	}
	hear_witnesses(l);
	for (size_t i = 0; i < l->petition_count; i++) {
		const struct petition *p = &l->petitions[i];
		if (!p->candidate || p->near < near_least)
			continue;
		all[count++] = (struct likeness_score){ p->id,
			share_weight * share(l, &p->v, average) + witness_weight * product(l, &p->v) +
			    title_weight * title_likeness(l, &p->v) + signature_weight * p->fame };
	}
	qsort(all, count, sizeof *all, by_score);
	if (count > limit)
		count = limit;
	if (count > 0)
		memcpy(best, all, count * sizeof *best);
	return count;
}
