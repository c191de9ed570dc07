#include "civic/rules.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "data/tx.h"

#define COLUMNS \
	"threshold, term_days, min_age, who_may_sign, signature_withdrawal, author_withdrawal, " \
	"failed_becomes_appeal, hide_minors, hide_on_request, hide_ground, holidays_off, " \
	"keep_failed_months, keep_supported_years, office_review, office_decision, charter, hint_words, " \
	"residence_kinds, residence_categories, keep_birth_date"

json_t *
rules_find(struct db *db, int64_t community, int64_t version)
{
	SQL(rules, "SELECT version, " COLUMNS ", created_at FROM petition_rules WHERE community_id = ? AND "
	           "(? = 0 OR version = ?) ORDER BY version DESC LIMIT 1");

	return db_row(db, &rules, ARGS(INT(community), INT(version), INT(version)));
}

json_t *
rules_versions(struct db *db, int64_t community)
{
	SQL(rules_versions,
	    "SELECT r.version, r.created_at, CONCAT(h.given_name, ' ', h.family_name) AS author_name, "
	    "r.threshold, r.term_days FROM petition_rules r LEFT JOIN person h ON h.id = r.created_by "
	    "WHERE r.community_id = ? ORDER BY r.version DESC LIMIT 100");

	return db_rows(db, &rules_versions, ARGS(INT(community)));
}

struct work {
	int64_t community, administrator, after;
	json_t *rules, *thresholds;
	enum rules_result result;
};

static struct db_value
number(json_t *rules, const char *name)
{
	json_t *value = json_object_get(rules, name);

	return INT(json_is_true(value) ? 1 : json_integer_value(value));
}

static struct db_value
text(json_t *rules, const char *name)
{
	const char *s = json_string_value(json_object_get(rules, name));

	return TEXT(s != NULL ? s : "");
}

static bool
save(struct db *db, void *ctx)
{
	SQL(new_rules,
	    "INSERT INTO petition_rules (community_id, version, created_by, " COLUMNS ") "
	    "SELECT MAX(community_id), MAX(version) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? "
	    "FROM petition_rules WHERE community_id = ? HAVING MAX(version) = ?");
	SQL(new_threshold, "INSERT INTO district_threshold (community_id, version, district_id, threshold) "
	                   "SELECT d.community_id, ?, d.id, ? FROM district d WHERE d.id = ? AND "
	                   "d.community_id = ?");
	struct work *w = ctx;
	json_t *r = w->rules, *threshold;
	const char *district;
	char version[24];
	int64_t n = db_exec(db, &new_rules,
	    ARGS(INT(w->administrator), number(r, "threshold"), number(r, "term_days"), number(r, "min_age"),
	        text(r, "who_may_sign"), number(r, "signature_withdrawal"), number(r, "author_withdrawal"),
	        number(r, "failed_becomes_appeal"), number(r, "hide_minors"), number(r, "hide_on_request"),
	        text(r, "hide_ground"), number(r, "holidays_off"), number(r, "keep_failed_months"),
	        number(r, "keep_supported_years"), text(r, "office_review"), text(r, "office_decision"),
	        text(r, "charter"), text(r, "hint_words"), text(r, "residence_kinds"),
	        text(r, "residence_categories"), number(r, "keep_birth_date"), INT(w->community), INT(w->after)));

	if (n == 0 || n == DB_DUPLICATE) {
		w->result = RULES_CHANGED;
		return false;
	}
	if (n != 1)
		return false;
	json_object_foreach(w->thresholds, district, threshold)
		if (db_exec(db, &new_threshold, ARGS(INT(w->after + 1), INT(json_integer_value(threshold)),
		        INT(strtoll(district, NULL, 10)), INT(w->community))) < 0)
			return false;
	snprintf(version, sizeof version, "%lld", (long long)w->after + 1);
	return admin_note(db, w->community, w->administrator, "rules", version);
}

enum rules_result
rules_save(struct db *db, int64_t community, int64_t administrator, int64_t after, json_t *rules,
    json_t *thresholds)
{
	struct work w = { community, administrator, after, rules, thresholds, RULES_FAILED };

	return tx_run(db, save, &w) == TX_DONE ? RULES_SAVED : w.result;
}

json_t *
districts(struct db *db, int64_t community)
{
	SQL(districts,
	    "SELECT d.id, d.name, d.name_en, t.threshold, (SELECT COUNT(*) FROM petition p WHERE "
	    "p.community_id = d.community_id AND p.district_id = d.id AND p.section IS NOT NULL) AS petitions "
	    "FROM district d LEFT JOIN district_threshold t ON t.community_id = d.community_id AND "
	    "t.district_id = d.id AND t.version = (SELECT MAX(r.version) FROM petition_rules r WHERE "
	    "r.community_id = d.community_id) WHERE d.community_id = ? ORDER BY d.name LIMIT 100");

	return db_rows(db, &districts, ARGS(INT(community)));
}

int64_t
district_threshold(struct db *db, int64_t community, int64_t version, int64_t district,
    int64_t otherwise)
{
	SQL(district_threshold, "SELECT threshold FROM district_threshold WHERE community_id = ? AND "
	                        "version = ? AND district_id = ?");

	return db_number(db, &district_threshold, ARGS(INT(community), INT(version), INT(district)), otherwise);
}

struct day_work {
	int64_t community, administrator;
	const char *first, *second; /* a district's names; a day and its name */
	bool works, removed;
};

static bool
add_district(struct db *db, void *ctx)
{
	SQL(new_district, "INSERT INTO district (community_id, name, name_en) SELECT ?, ?, ? FROM DUAL WHERE "
	                  "(SELECT COUNT(*) FROM district WHERE community_id = ?) < ?");
	struct day_work *w = ctx;

	return db_exec(db, &new_district, ARGS(INT(w->community), TEXT(w->first), TEXT(w->second),
	           INT(w->community), INT(DISTRICTS_MAX))) == 1 &&
	    admin_note(db, w->community, w->administrator, "district-added", w->first);
}

bool
district_add(struct db *db, int64_t community, int64_t administrator, const char *name,
    const char *name_en)
{
	return tx_run(db, add_district, &(struct day_work){ community, administrator, name, name_en }) == TX_DONE;
}

struct renaming {
	int64_t community, administrator, district;
	const char *name, *name_en;
	enum rename_result result;
};

static bool
rename_district(struct db *db, void *ctx)
{
	SQL(name_before, "SELECT name FROM district WHERE id = ? AND community_id = ? FOR UPDATE");
	SQL(rename_district, "UPDATE district SET name = ?, name_en = ? WHERE id = ? AND community_id = ?");
	struct renaming *w = ctx;
	json_t *row = db_row(db, &name_before, ARGS(INT(w->district), INT(w->community)));

	if (row == NULL) {
		w->result = db_failed(db) ? RENAME_FAILED : RENAME_UNKNOWN;
		return false;
	}
	int64_t n = db_exec(db, &rename_district,
	    ARGS(TEXT(w->name), TEXT(w->name_en), INT(w->district), INT(w->community)));
	if (n == DB_DUPLICATE) {
		w->result = RENAME_TAKEN;
		return false;
	}
	struct pool *pool = pool_open(4096);
	bool done = n == 1 &&
	    admin_note(db, w->community, w->administrator, "district-renamed",
	        str_fmt(pool, "%s → %s", json_string_value(json_object_get(row, "name")), w->name));
	pool_close(pool);
	return done;
}

enum rename_result
district_rename(struct db *db, int64_t community, int64_t administrator, int64_t district, const char *name,
    const char *name_en)
{
	struct renaming w = { community, administrator, district, name, name_en, RENAME_FAILED };

	return tx_run(db, rename_district, &w) == TX_DONE ? RENAME_DONE : w.result;
}

json_t *
holidays(struct db *db, int64_t community)
{
	SQL(list_holidays, "SELECT day, works, name FROM holiday WHERE community_id = ? AND "
	                   "day > UTC_TIMESTAMP() - INTERVAL 1 YEAR ORDER BY day LIMIT ?");

	return db_rows(db, &list_holidays, ARGS(INT(community), INT(HOLIDAYS_MAX)));
}

static bool
change_holiday(struct db *db, void *ctx)
{
	SQL(set_holiday, "INSERT INTO holiday (community_id, day, works, name) VALUES (?, ?, ?, ?) "
	                 "ON DUPLICATE KEY UPDATE works = VALUES(works), name = VALUES(name)");
	SQL(remove_holiday, "DELETE FROM holiday WHERE community_id = ? AND day = ?");
	struct day_work *w = ctx;
	int64_t n = w->removed
	    ? db_exec(db, &remove_holiday, ARGS(INT(w->community), TEXT(w->first)))
	    : db_exec(db, &set_holiday, ARGS(INT(w->community), TEXT(w->first), INT(w->works), TEXT(w->second)));

	return n >= 0 && admin_note(db, w->community, w->administrator,
	                     w->removed ? "holiday-removed" : "holiday-set", w->first);
}

bool
holiday_set(struct db *db, int64_t community, int64_t administrator, const char *day, bool works,
    const char *name)
{
	struct day_work w = { community, administrator, day, name, works, false };

	return tx_run(db, change_holiday, &w) == TX_DONE;
}

bool
holiday_remove(struct db *db, int64_t community, int64_t administrator, const char *day)
{
	struct day_work w = { community, administrator, day, "", false, true };

	return tx_run(db, change_holiday, &w) == TX_DONE;
}
