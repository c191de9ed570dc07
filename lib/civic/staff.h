/*
 * staff: who works for a community, each role from a moment to a moment: moderators, clerks and
 * administrators at its desk; experts of a department; operators of an office, who serve people at its
 * counter; bodies that fix problems, whose people act for them.
 *
 * An administrator gives roles to people who logged in to this community before, and ends them, at once
 * or with a day given in advance; never their own administrator's role, so that one is always left. The
 * installation's owner (`manage owner`) gives and ends the administrator's role alone, in every
 * community, and never their own: two people are needed for that much power. Each change is an event
 * (civic/rules.h: admin_log). Who gets a role has shorter sessions from then on (web/session.h).
 */
#ifndef VICHE_CIVIC_STAFF_H
#define VICHE_CIVIC_STAFF_H

#include <jansson.h>
#include <stdint.h>
#include <time.h>

#include "base/pool.h"
#include "data/db.h"

enum { STAFF_MAX = 500, STAFF_FOUND_MAX = 20, STAFF_WORDS_MAX = 100, STAFF_FIND_WORDS = 3, STAFF_DAYS_MAX = 3660 /* ten years */ };

extern const char *const staff_roles[]; /* all but the owner's; NULL-terminated */

/* In the current request's language; the owner's too. */
const char *staff_role_label(const char *role);
/* The kind of unit (civic/unit.h) that the role must name, or NULL. */
const char *staff_role_unit(const char *role);

/* Who has a role now, by role and name: person_id, name, role, unit, unit_en (null where the role names
 * none), since, until (null where no end is set). Of that role alone, unless it is NULL. */
json_t *staff_list(struct db *db, int64_t community, const char *role);

/* The roles of one person now, the owner's too: role, unit, unit_en, since, until. */
json_t *staff_of(struct db *db, int64_t community, int64_t person);

/* Members whose family or given name begins with each of the words (at most three count), by name, at most
 * STAFF_FOUND_MAX: person_id, name, roles (those that they have, "" for none). A number finds the person
 * of that number too. */
json_t *staff_find(struct db *db, struct pool *pool, int64_t community, const char *words);
/* The same of one member, or NULL. */
json_t *staff_member(struct db *db, int64_t community, int64_t person);

/* The words of a search by names as LIKE takes them, each by its beginning; "%" for those that are not
 * there. */
void staff_patterns(struct pool *pool, const char *words, const char *patterns[static STAFF_FIND_WORDS]);

enum staff_result {
	STAFF_DONE,
	STAFF_ALREADY, /* they have that role, or have it not (any more) */
	STAFF_OWN,     /* one's own administrator's role */
	STAFF_LOST,    /* who asks is no administrator (or owner) any more */
	STAFF_FULL,    /* STAFF_MAX roles are given */
	STAFF_UNKNOWN, /* nobody of that number logged in here */
	STAFF_UNIT,    /* the role wants a unit of its kind, or none, or that one is closed */
	STAFF_FAILED
};

struct staff_change {
	int64_t community, actor, person;
	bool owner; /* the actor acts as the installation's owner, whose only role to give is administrator */
	const char *role;
	int64_t unit;  /* when it is given: 0 for none */
	time_t until;  /* its end; 0: open (given), now (ended) */
};

/* The moment by which roles hold, for a day that is to be given in advance. */
time_t staff_clock(struct db *db);

enum staff_result staff_add(struct db *db, const struct staff_change *change);
enum staff_result staff_end(struct db *db, const struct staff_change *change);

#endif
