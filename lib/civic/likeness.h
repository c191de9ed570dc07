/*
 * likeness: how much petitions are like a given text, told by their stems alone.
 *
 * Each petition is a vector of its stems: a stem weighs the more, the oftener it stands there (soon
 * saturated, f / (f + 1.2) as in BM25: Robertson and Zaragoza, "The Probabilistic Relevance Framework",
 * 2009, §3) and the rarer it is in the community (log(1 + N / n)); in a title it counts three times. A
 * candidate's score adds four things:
 *
 *	0.7 × what share of the text's weight it has (BM25, length considered)
 *	1.5 × how near it is to the witnesses: the 20 petitions that are nearest to the text, candidates or
 *	      not, each with the square of its own nearness. They bring words in which others said the same
 *	      (Rocchio's pseudo-relevance feedback: Manning, Raghavan, Schütze, "Introduction to Information
 *	      Retrieval", §9.1.6)
 *	0.4 × how near the two titles are
 *	0.03 × log₁₀ of its signatures: of two alike, the one that many have joined
 *
 * The numbers were measured on petitions that moderators refused as duplicates (tests/http/similar).
 */
#ifndef VICHE_CIVIC_LIKENESS_H
#define VICHE_CIVIC_LIKENESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

enum { LIKENESS_PETITIONS_MAX = 400, LIKENESS_TERMS_MAX = 8192 };

struct likeness; /* lives in the pool */

/* The text that is compared, as stems (civic/stems.h). */
struct likeness *likeness_begin(struct pool *pool, const char *title, const char *text);

struct likeness_petition {
	int64_t id, signatures;
	const char *title, *text; /* stems */
	bool candidate;           /* else a witness at most */
};

/* More than LIKENESS_PETITIONS_MAX are not taken, nor stems beyond LIKENESS_TERMS_MAX. */
void likeness_add(struct likeness *l, const struct likeness_petition *petition);

/* The stems whose counts matter and are not known yet, one after another from *at = 0, NULL at the end: all of
 * the text's, and those that stand in two petitions or more. */
const char *likeness_uncounted(struct likeness *l, size_t *at);
/* In how many of all petitions a stem stands. */
void likeness_count(struct likeness *l, const char *stem, int64_t documents);
void likeness_total(struct likeness *l, int64_t petitions);

/* At most limit of the text's stems by which petitions are to be fetched, the most telling first: rare,
 * and of the title. Stems that stand nowhere are left out, and so are those after which more than
 * documents petitions would come. Their number. */
size_t likeness_telling(struct likeness *l, size_t limit, int64_t documents, const char **stems);

/* How much a stem of the text says: the fewer petitions have it, the more. */
double likeness_rarity(struct likeness *l, const char *stem);

struct likeness_score {
	int64_t id;
	double score;
};

/* The best candidates, best first, of equals the one of the lower number; their number. What has hardly
 * a word in common with the text is none. */
size_t likeness_best(struct likeness *l, size_t limit, struct likeness_score *best);

#endif
