/*
 * staff: who works at a community's desk: moderators, clerks, administrators, each role from a moment
 * to a moment. An administrator gives roles to people who logged in to this community before, and ends
 * them; never their own administrator's role, so that one is always left. Each change is an event
 * (civic/rules.h: admin_log).
 */
#ifndef VICHE_CIVIC_STAFF_H
#define VICHE_CIVIC_STAFF_H

#include <jansson.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"

enum { STAFF_MAX = 200, STAFF_FOUND_MAX = 20, STAFF_WORDS_MAX = 100 };

extern const char *const staff_roles[]; /* moderator, clerk, administrator; NULL-terminated */

/* In the current request's language. */
const char *staff_role_label(const char *role);

/* Who has a role now, by role and name: person_id, name, role, since. */
json_t *staff_list(struct db *db, int64_t community);

/* Members whose family or given name begins with each of the words (at most three count), by name, at most
 * STAFF_FOUND_MAX: person_id, name, roles (those that they have, "" for none). A number finds the person
 * of that number too. */
json_t *staff_find(struct db *db, struct pool *pool, int64_t community, const char *words);

enum staff_result {
	STAFF_DONE,
	STAFF_ALREADY, /* they have that role, or have it not (any more) */
	STAFF_OWN,     /* one's own administrator's role */
	STAFF_LOST,    /* who asks is no administrator any more */
	STAFF_FULL,    /* STAFF_MAX roles are given */
	STAFF_UNKNOWN, /* nobody of that number logged in here */
	STAFF_FAILED
};

enum staff_result staff_add(struct db *db, int64_t community, int64_t administrator, int64_t person,
    const char *role);
enum staff_result staff_end(struct db *db, int64_t community, int64_t administrator, int64_t person,
    const char *role);

#endif
