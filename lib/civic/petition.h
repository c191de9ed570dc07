/*
 * petition: an electronic petition (Art. 23-1 of the Law of Ukraine "On Citizens' Appeals").
 *
 * Its states: civic/petition_state.h; signing: civic/signing.h; what the authority does with it:
 * civic/moderation.h, civic/consideration.h.
 *
 * The text may change in draft and returned only; threshold and term are frozen at publication.
 * Totals are the worker's (civic/signature_totals.h). Who may see: everyone what is published or
 * refused; the author and staff everything of theirs. Every
 * function looks within one community; whatever is elsewhere does not exist.
 */
#ifndef VICHE_CIVIC_PETITION_H
#define VICHE_CIVIC_PETITION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "civic/petition_counts.h"
#include "civic/petition_state.h"
#include "data/db.h"

enum {
	PETITION_TITLE_MIN = 10,
	PETITION_TITLE_MAX = 120,
	PETITION_TEXT_MIN = 20,
	PETITION_TEXT_MAX = 20000,
	PETITION_PER_DAY = 10, /* drafts of one author, open or made in 24 hours; petitions_per_day
	                          in the configuration wins */
	PETITION_PAGE = 20,         /* in a list */
	SIGNERS_PAGE = 50,
	SHEET_PAGE = 2000,
	SHEET_PAGES_MAX = 1000
};

struct petition_draft {
	int64_t community, author;
	const char *title, *text;
	const char *operation; /* request id */
	const char *topic, *addressee; /* or NULL */
	int64_t district;      /* 0: the whole community; an unknown one counts as 0 */
};

enum petition_result {
	PETITION_DONE,
	PETITION_TOO_MANY, /* drafts or drafts a day */
	PETITION_UNFINISHED, /* sent in with too short a title or text */
	PETITION_CLOSED,   /* its state does not allow that (any more) */
	PETITION_UNKNOWN,  /* no such petition, or not theirs */
	PETITION_FAILED
};

enum petition_result petition_create(struct db *db, const struct petition_draft *draft, int64_t *id);
enum petition_result petition_edit(struct db *db, int64_t id, const struct petition_draft *draft);
enum petition_result petition_submit(struct db *db, int64_t community, int64_t id, int64_t author,
    const char *operation);

/* The author takes it back: a draft or what was sent in at any time, a published one while nobody else
 * has signed and the rules of its publication allow it. PETITION_CLOSED otherwise. */
enum petition_result petition_withdraw(struct db *db, int64_t community, int64_t id, int64_t author,
    const char *operation);

/* The author contests the refusal, once: another moderator decides. note: why, to be read by them. */
enum petition_result petition_contest(struct db *db, int64_t community, int64_t id, int64_t author,
    const char *note, const char *operation);

/* One petition that viewer (0: anyone) may see, or NULL: id, title, text, lang, state, author_id,
 * author_name, submitted_at, published_at, closes_at, decided_at, threshold, term_days, rules_version,
 * outside_count, signature_count, reason, remarks, topic, district_id, district_name, addressee,
 * verdict, answer, answered_by, answered_at, merged_into, state_before, notice_reason, paused_at,
 * names_removed_at, mine, signed_at, signature_withdrawn_at, contested_at (the refusal was contested,
 * once), now; and of the rules of its publication who_may_sign, signature_withdrawal,
 * author_withdrawal, hide_minors, hide_on_request, hide_ground, residence_kinds,
 * residence_categories (civic/rules.h). The viewer's own signature is in signature_count from the first
 * moment.
 * moderator (any staff): sees what is submitted too. Of a hidden petition others than its author and
 * staff get "" for title and text, and no author's name. */
json_t *petition_find(struct db *db, int64_t community, int64_t id, int64_t viewer, bool moderator);
/* Of these alone signed_at, signature_withdrawn_at and signature_count, and counted_at (when the worker counted),
 * or NULL where person has not signed. */
json_t *petition_own_signature(struct db *db, int64_t community, int64_t id, int64_t person);
/* Of these signature_count alone, from a statement of half the cost, where the signature is younger than the last
 * count, as most are that this request made; else NULL. Not of one that may be withdrawn. */
json_t *petition_just_signed(struct db *db, int64_t community, int64_t id, int64_t person);

/* Signers by name and date, newest first, after the cursor (NULL: the first page); *next is the
 * cursor of the next page or NULL. Items: {name, signed_at}. */
json_t *petition_signers(struct db *db, struct pool *pool, int64_t community, int64_t id,
    const char *after, int64_t limit, const char **next);
/* People who signed here, with and without a public name; and of them those without one. */
int64_t petition_signer_count(struct db *db, int64_t community, int64_t id);
int64_t petition_hidden_signers(struct db *db, int64_t community, int64_t id);

/* For the council, everyone with a public name in the order in which they signed: number, name,
 * signed_at; SHEET_PAGE of them from page on (1: the first), and one more where another page follows. */
json_t *petition_sheet(struct db *db, int64_t community, int64_t id, int64_t page);

struct petition_words;

/* SORT_CLOSING shows only what has a term that ends: of petitions that gather signatures. SORT_TREND:
 * most signatures in the last 24 hours. */
enum petition_sort { SORT_NEWEST, SORT_CLOSING, SORT_MOST, SORT_TREND };

struct petition_query {
	int64_t community;
	struct petition_filter filter; /* civic/petition_counts.h */
	int64_t expected; /* how many the filter lets through (petition_facets()), -1: not known */
	enum petition_sort sort;
	const struct petition_words *words; /* a search (civic/petition_search.h), or NULL */
	const char *after; /* cursor, or NULL */
	int64_t limit;
	int64_t *found; /* or NULL; petition_list() leaves here what petition_found() need not count then; -1 before */
};

/* Rows: id, title, lang, state, verdict, signature_count, day_count (in the last 24 hours), threshold,
 * published_at, closes_at, listed_at, reason, topic, district_name, now. */
json_t *petition_list(struct db *db, struct pool *pool, const struct petition_query *query,
    const char **next);
/* How many a search finds; *more: more than these, which were not counted. */
int64_t petition_found(struct db *db, const struct petition_query *query, bool *more);

/* The author's own, newest first, and what a person signed: petition_id, title ("" of a hidden one),
 * state, signed_at, withdrawn. */
json_t *petition_own(struct db *db, int64_t community, int64_t author);
json_t *petition_signed_by(struct db *db, struct pool *pool, int64_t community, int64_t person,
    const char *after, const char **next);

/* A row as lists show it (view model) and as the JSON face sends it. */
json_t *petition_card(json_t *row);
json_t *petition_item(json_t *row);

#endif
