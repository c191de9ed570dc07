/*
 * counter: a person without a device is served at an office's counter. An operator looks at a document,
 * types who is there, and opens a supervised session for them (table counter_session): in it the person
 * reads, writes and signs, and has no more rights than a resident.
 *
 * The number is hashed by civic/person.h like a login's and forgotten: one human, one account, at home
 * and at the counter. The residence that the document shows becomes an official's confirmation.
 */
#ifndef VICHE_CIVIC_COUNTER_H
#define VICHE_CIVIC_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "civic/community.h"
#include "civic/person.h"
#include "data/db.h"

/* Sessions in 24 hours, as sql/0014_counter.sql keeps them: whoever takes one every eight minutes of a
 * working day makes 60, so more is no service of people; an office has up to five such counters; and who
 * comes a fourth time in a day has been served. */
enum { COUNTER_A_DAY_OPERATOR = 60, COUNTER_A_DAY_OFFICE = 300, COUNTER_A_DAY_PERSON = 3 };

/* What an operator may have seen: the kinds of documents that prove who somebody is (Law 5492-VI, art. 13).
 * NULL-terminated. */
extern const char *const counter_documents[];

enum number_fault {
	NUMBER_SOUND,
	NUMBER_NONE,     /* neither ten digits nor a passport's series or number */
	NUMBER_MISTYPED, /* ten digits whose last one does not follow from the others */
	NUMBER_OF_OTHER_BIRTHDAY
};

/* A number as people type it, before it leads to an account that is not there yet: a tax number (ten digits,
 * of which the first five count the days from 31 December 1899 to the birth, and the last is a check), or
 * for those who have none for their faith a passport's series and number (two letters, six digits) or an ID
 * card's (nine digits). birthdate: ISO 8601, or NULL. Tax numbers of days to come are nobody's (the
 * demonstration's), and compared with no birthday. */
enum number_fault counter_number(struct pool *pool, const char *number, const char *birthdate);

enum counter_result {
	COUNTER_BEGUN,
	COUNTER_NO_OPERATOR, /* no operator of an open office (any more) */
	COUNTER_SELF,        /* the operator */
	COUNTER_OPERATOR_FULL, /* the limits */
	COUNTER_OFFICE_FULL,
	COUNTER_PERSON_FULL,
	COUNTER_FAILED
};

struct counter_visit {
	const struct community *community;
	int64_t operator;
	const char *document; /* of counter_documents */
	const char *category; /* residence_categories (civic/residence.h), or "" where it shows none here */
	struct identity identity;
	int64_t person;       /* found or made */
};

/* All but the session itself (web/session.h). */
enum counter_result counter_begin(struct db *db, struct pool *pool, struct counter_visit *visit);

/* The visit ended by a button. */
void counter_end(struct db *db, int64_t community, int64_t operator, int64_t person);

/* Sessions that the operator opened in the last 24 hours. */
int64_t counter_today(struct db *db, int64_t community, int64_t operator);

/* The operator's office: unit's id, 0 for none; name in that language. */
int64_t counter_office(struct db *db, int64_t community, int64_t operator, bool english, const char **name);

#endif
