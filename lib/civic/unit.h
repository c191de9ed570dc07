/*
 * unit: the parts of a community's service that people are staff of: departments (experts), offices
 * (operators at their counters), bodies that fix problems. An administrator adds and closes them; a closed
 * one stays, since past roles name it, and the same name opens it again. Each change is an event
 * (civic/rules.h: admin_log).
 */
#ifndef VICHE_CIVIC_UNIT_H
#define VICHE_CIVIC_UNIT_H

#include <jansson.h>
#include <stdint.h>

#include "data/db.h"

enum { UNITS_MAX = 300 /* a city's departments, offices and bodies, several times over */ };

extern const char *const unit_kinds[]; /* department, office, body; NULL-terminated */

/* In the current request's language. */
const char *unit_kind_label(const char *kind);

/* Those that are open, by kind and name: id, kind, name, name_en, staff (roles that name it now). */
json_t *unit_list(struct db *db, int64_t community);

enum unit_result {
	UNIT_DONE,
	UNIT_ALREADY, /* that kind has an open one of the name; or there is no open one (any more) */
	UNIT_STAFFED, /* somebody has a role in it */
	UNIT_FULL,    /* UNITS_MAX are open */
	UNIT_FAILED
};

enum unit_result unit_add(struct db *db, int64_t community, int64_t administrator, const char *kind,
    const char *name, const char *name_en);
enum unit_result unit_close(struct db *db, int64_t community, int64_t administrator, int64_t unit);

#endif
