/*
 * rules: a community's settings of petitions, in versions. Nobody edits a version: a change adds one,
 * which counts for petitions published from then on; what is published keeps its own (Law 3703-IX on
 * charters: the numbers are the charter's).
 */
#ifndef VICHE_CIVIC_RULES_H
#define VICHE_CIVIC_RULES_H

#include <jansson.h>
#include <stdint.h>

#include "data/db.h"

enum {
	RULES_TERM_MAX = 366,      /* days */
	RULES_THRESHOLD_MAX = 10000000,
	RULES_AGE_MAX = 99,
	DISTRICTS_MAX = 100,
	DISTRICTS_FRESH = 1000,
	HOLIDAYS_MAX = 400,
	KEEP_FAILED_MIN = 3,       /* months, Art. 23-1 */
	KEEP_SUPPORTED_MIN = 3,    /* years, Art. 23-1 */
	KEEP_MAX = 120
};

/* The version (0: the newest), or NULL: version, threshold, term_days, min_age, who_may_sign
 * (residents, identified), signature_withdrawal, author_withdrawal, failed_becomes_appeal,
 * hide_minors, hide_on_request, hide_ground, holidays_off, keep_failed_months, keep_supported_years,
 * office_review, office_decision, charter, hint_words, residence_kinds and residence_categories (by
 * commas, civic/residence.h), keep_birth_date, created_at. */
json_t *rules_find(struct db *db, int64_t community, int64_t version);

/* All versions, newest first, at most 100: version, created_at, author_name, threshold, term_days. */
json_t *rules_versions(struct db *db, int64_t community);

enum rules_result { RULES_SAVED, RULES_CHANGED /* somebody saved a version meanwhile */, RULES_FAILED };

/* Adds the version after `after` (what the administrator saw). rules: as rules_find() gives them;
 * thresholds: {district id as text: number} for those that differ from the city's. Values were
 * validated by the form; the database's CHECKs are the last word. */
enum rules_result rules_save(struct db *db, int64_t community, int64_t administrator, int64_t after,
    json_t *rules, json_t *thresholds);

/* Districts by name: id, name, name_en, threshold (in the newest version, null: the city's),
 * petitions (how many name it). */
json_t *districts(struct db *db, int64_t community);
/* The same by name alone, for pages that anyone reads: id, name, name_en. A process remembers them for
 * DISTRICTS_FRESH milliseconds. */
json_t *district_names(struct db *db, int64_t community);
/* A district's Ukrainian name, null where there is none of that number. */
json_t *district_name_of(struct db *db, int64_t community, int64_t district);
/* The district's threshold in a version, or otherwise. */
int64_t district_threshold(struct db *db, int64_t community, int64_t version, int64_t district,
    int64_t otherwise);
/* False where the name stands already, there are too many, or the database failed. */
bool district_add(struct db *db, int64_t community, int64_t administrator, const char *name,
    const char *name_en);
/* Another name for one that is there; its petitions stay its own. */
enum rename_result { RENAME_DONE, RENAME_TAKEN, RENAME_UNKNOWN, RENAME_FAILED };
enum rename_result district_rename(struct db *db, int64_t community, int64_t administrator, int64_t district,
    const char *name, const char *name_en);

/* From a year ago on, by day: day, works, name. */
json_t *holidays(struct db *db, int64_t community);
/* day: "2026-08-24". Replaces what stood there. */
bool holiday_set(struct db *db, int64_t community, int64_t administrator, const char *day, bool works,
    const char *name);
bool holiday_remove(struct db *db, int64_t community, int64_t administrator, const char *day);

/* What an administrator changed: rules (detail: the version), district-added, district-renamed, holiday-set,
 * holiday-removed, staff-added, staff-ended, unit-added, unit-closed, pause, resume; append-only, shown to administrators only. */
bool admin_note(struct db *db, int64_t community, int64_t administrator, const char *what,
    const char *detail);
/* Newest first, at most 200: what, detail, actor_name, created_at. */
json_t *admin_log(struct db *db, int64_t community);

#endif
