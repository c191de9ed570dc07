/*
 * petition: an electronic petition (Art. 23-1 of the Law of Ukraine "On Citizens' Appeals").
 *
 *	draft → submitted → returned | refused | collecting → reached | not_reached
 *
 * The text may change in draft and returned only; threshold and term are frozen at publication.
 * A signature is one INSERT; totals are the worker's (civic/signature_totals.h). Who may see:
 * everyone what is published or refused; the author and moderators everything of theirs. Every
 * function looks within one community; whatever is elsewhere does not exist.
 */
#ifndef VICHE_CIVIC_PETITION_H
#define VICHE_CIVIC_PETITION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"

enum {
	PETITION_TITLE_MIN = 10,
	PETITION_TITLE_MAX = 120,
	PETITION_TEXT_MIN = 20,
	PETITION_TEXT_MAX = 20000,
	PETITION_PER_DAY = 10, /* drafts of one author, open or made in 24 hours; petitions_per_day
	                          in the configuration wins */
	PETITION_PAGE = 20,         /* in a list */
	SIGNERS_PAGE = 50
};

struct petition_draft {
	int64_t community, author;
	const char *title, *text;
	const char *operation; /* request id */
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

enum sign_result {
	SIGN_ADDED,
	SIGN_ALREADY,
	SIGN_CLOSED,    /* not collecting, or the term is over */
	SIGN_NOT_LOCAL, /* residents only */
	SIGN_UNKNOWN,
	SIGN_FAILED
};

enum sign_result petition_sign(struct db *db, int64_t community, int64_t id, int64_t person,
    bool resident);

/* One petition that viewer (0: anyone) may see, or NULL: id, title, text, lang, state, author_id,
 * author_name, submitted_at, published_at, closes_at, decided_at, threshold, outside_count,
 * signature_count, reason, remarks, mine, signed_at, now. The viewer's own signature is in
 * signature_count from the first moment. moderator: sees what is submitted too. */
json_t *petition_find(struct db *db, int64_t community, int64_t id, int64_t viewer, bool moderator);

/* Its events after the draft, oldest first: {at, to_state}. */
json_t *petition_timeline(struct db *db, int64_t community, int64_t id);

/* Signers by name and date, newest first, after the cursor (NULL: the first page); *next is the
 * cursor of the next page or NULL. Items: {name, signed_at}. */
json_t *petition_signers(struct db *db, struct pool *pool, int64_t community, int64_t id,
    const char *after, int64_t limit, const char **next);
int64_t petition_signer_count(struct db *db, int64_t community, int64_t id);

enum petition_sort { SORT_NEWEST, SORT_CLOSING, SORT_MOST };

struct petition_query {
	int64_t community;
	const char *state; /* NULL: all that is public */
	enum petition_sort sort;
	const char *words; /* a search, or NULL */
	const char *after; /* cursor, or NULL */
	int64_t limit;
};

/* Rows: id, title, lang, state, signature_count, threshold, published_at, closes_at, reason, now. */
json_t *petition_list(struct db *db, struct pool *pool, const struct petition_query *query,
    const char **next);
/* {collecting: n, reached: n, not_reached: n, refused: n} */
json_t *petition_counts(struct db *db, int64_t community);
/* How many a search finds, at most 1000. */
int64_t petition_found(struct db *db, struct pool *pool, const struct petition_query *query);

/* The author's own, newest first, and what a person signed. */
json_t *petition_own(struct db *db, int64_t community, int64_t author);
json_t *petition_signed_by(struct db *db, struct pool *pool, int64_t community, int64_t person,
    const char *after, const char **next);

/* A row as lists show it (view model) and as the JSON face sends it. */
json_t *petition_card(json_t *row);
json_t *petition_item(json_t *row);
/* Sets state_draft … state_not_reached and has_count. */
void petition_state_flags(json_t *model, const char *state);

#endif
