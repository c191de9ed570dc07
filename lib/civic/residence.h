/*
 * residence: how a person belongs to a community.
 *
 * Each way that it is known is a row of its own, in each category; a process says which ways and which
 * categories it accepts (petition_rules.residence_kinds, residence_categories) and takes whoever has one
 * that fits. membership.residence is the strongest, kept by triggers, and makes the role RESIDENT where
 * it is confirmed. A way that ends takes no other with it.
 *
 *	declared    by the person, in /me/residence; waits for an official
 *	official    confirmed by an official, who names the basis (civic/residence_desk.h)
 *	provider    the login's claim of an address; ends when the claim names another community
 *	register    the community's register has the person's number (civic/register.h)
 *
 *	registered  lives here by registration
 *	displaced   registered as an internally displaced person (Law 1706-VII)
 *	works, studies   registered elsewhere
 *
 * Every change is a row of residence_event, which nobody changes; a trigger lets each program write the
 * ways that are its own.
 */
#ifndef VICHE_CIVIC_RESIDENCE_H
#define VICHE_CIVIC_RESIDENCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"

enum { RESIDENCE_BASIS_MIN = 5, RESIDENCE_BASIS_MAX = 300 /* characters */ };

/* NULL-terminated. */
extern const char *const residence_kinds[];
extern const char *const residence_categories[];

/* A kind that somebody else than the person vouches for. */
bool residence_confirmed(const char *kind);

/* In the current request's language: "living here by registration", "confirmed by an official". */
const char *residence_category_label(const char *category);
const char *residence_kind_label(const char *kind);

/* Whether word is one of a list by commas. */
bool residence_listed(const char *list, const char *word);

/* In SQL: the membership m (which may be absent) has a residence that the rules r accept. Of rows that are
 * read anyway, so that an INSERT … SELECT locks no more. */
#define RESIDENCE_ACCEPTED "COALESCE(m.residences & r.residence_mask, 0) <> 0"

/* What a person has, by strength: kind, category, basis, since. */
json_t *residence_list(struct db *db, int64_t community, int64_t person);
/* What happened, newest first, at most 50: what (begun, ended, declined), residence (the kind), category,
 * basis (or the reason), created_at. */
json_t *residence_events(struct db *db, int64_t community, int64_t person);

/* Why a process does not accept somebody, and what helps. */
enum residence_verdict {
	RESIDENCE_FITS,
	RESIDENCE_NONE,     /* nothing is known: declare it, or log in with a provider that tells it */
	RESIDENCE_WAITS,    /* a declaration waits for an official */
	RESIDENCE_DECLINED, /* an official declined the last declaration */
	RESIDENCE_OTHER_WAY,     /* confirmed, in a right category, but not in a way that this process accepts */
	RESIDENCE_OTHER_CATEGORY /* of the community, but in a category that this process does not accept */
};

/* rows: as residence_list() gives them; declined: the last event about a declaration. */
enum residence_verdict residence_judge(json_t *rows, bool declined, const char *kinds,
    const char *categories);
/* The same of a person, read from the database. */
enum residence_verdict residence_verdict(struct db *db, int64_t community, int64_t person,
    const char *kinds, const char *categories);

/* The reason in words, and the sentence that says what to do; "" where nothing needs to be done. */
const char *residence_reason(enum residence_verdict verdict);
const char *residence_advice(enum residence_verdict verdict, const char *kinds);
/* The verdict's name in the JSON face: "fits", "none", "waits"…. */
const char *residence_verdict_name(enum residence_verdict verdict);

struct residence_change {
	int64_t community, person;
	const char *kind, *category;
	const char *basis;  /* or the reason of an end */
	int64_t actor;      /* 0: a provider or a register */
};

/* In a transaction of the caller's, each with its event. What is there already (or no more) is no change
 * and no event; changed may be NULL. False where the database failed. */
bool residence_begin(struct db *db, const struct residence_change *change, bool *changed);
bool residence_end(struct db *db, const struct residence_change *change, bool *changed);
bool residence_note(struct db *db, const struct residence_change *change, const char *what);

/* The person declares; a second declaration of a category replaces the first's basis. */
enum declare_result { DECLARE_DONE, DECLARE_KNOWN /* confirmed already */, DECLARE_TOO_MANY, DECLARE_FAILED };
enum { DECLARATIONS_A_DAY = 5 };
enum declare_result residence_declare(struct db *db, int64_t community, int64_t person,
    const char *category, const char *basis);
/* Takes a declaration back; false where there is none or the database failed. */
bool residence_take_back(struct db *db, int64_t community, int64_t person, const char *category);

#endif
