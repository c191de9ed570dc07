#include "civic/unit.h"

#include "base/str.h"
#include "civic/rules.h"
#include "data/tx.h"
#include "web/i18n.h"

const char *const unit_kinds[] = { "department", "office", "body", NULL };

const char *
unit_kind_label(const char *kind)
{
	return str_eq(kind, "department") ? _("department")
	    : str_eq(kind, "office")      ? _("office with a counter")
	                                  : _("body that fixes problems");
}

json_t *
unit_list(struct db *db, int64_t community)
{
	SQL(units, "SELECT u.id, u.kind, u.name, u.name_en, (SELECT COUNT(*) FROM staff s WHERE s.community_id = "
	           "u.community_id AND s.unit_id = u.id AND (s.until IS NULL OR s.until > UTC_TIMESTAMP())) AS staff "
	           "FROM unit u WHERE u.community_id = ? AND u.closed_at IS NULL ORDER BY u.kind, u.name LIMIT 300");

	return db_rows(db, &units, ARGS(INT(community)));
}

struct work {
	int64_t community, administrator, unit;
	const char *kind, *name, *name_en;
	enum unit_result result;
};

static bool
refuse(struct work *w, enum unit_result result)
{
	w->result = result;
	return false;
}

static bool
add(struct db *db, void *ctx)
{
	SQL(open_units, "SELECT COUNT(*) AS n FROM unit WHERE community_id = ? AND closed_at IS NULL");
	SQL(new_unit, "INSERT INTO unit (community_id, kind, name, name_en) VALUES (?, ?, ?, ?)");
	SQL(reopen_unit, "UPDATE unit SET closed_at = NULL, name_en = ? WHERE community_id = ? AND kind = ? "
	                 "AND name = ? AND closed_at IS NOT NULL");
	struct work *w = ctx;
	struct db_value community = INT(w->community), kind = TEXT(w->kind), name = TEXT(w->name);

	if (db_number(db, &open_units, ARGS(community), 0) >= UNITS_MAX)
		return refuse(w, UNIT_FULL);
	int64_t n = db_exec(db, &new_unit, ARGS(community, kind, name, TEXT(w->name_en)));
	if (n == DB_DUPLICATE)
		n = db_exec(db, &reopen_unit, ARGS(TEXT(w->name_en), community, kind, name));
	if (n == 0)
		return refuse(w, UNIT_ALREADY);
	return n == 1 && admin_note(db, w->community, w->administrator, "unit-added", w->name);
}

/* The row is locked from here on: nobody gets a role in what closes (civic/staff.c locks it too). */
static bool
close_it(struct db *db, void *ctx)
{
	SQL(hold_unit, "SELECT name FROM unit WHERE id = ? AND community_id = ? AND closed_at IS NULL FOR UPDATE");
	SQL(unit_staff, "SELECT COUNT(*) AS n FROM staff WHERE community_id = ? AND unit_id = ? AND (until IS NULL "
	                "OR until > UTC_TIMESTAMP())");
	SQL(close_unit, "UPDATE unit SET closed_at = UTC_TIMESTAMP() WHERE id = ? AND community_id = ?");
	struct work *w = ctx;
	json_t *row = db_row(db, &hold_unit, ARGS(INT(w->unit), INT(w->community)));

	if (row == NULL)
		return refuse(w, db_failed(db) ? UNIT_FAILED : UNIT_ALREADY);
	if (db_number(db, &unit_staff, ARGS(INT(w->community), INT(w->unit)), 0) > 0)
		return refuse(w, UNIT_STAFFED);
	return db_exec(db, &close_unit, ARGS(INT(w->unit), INT(w->community))) == 1 &&
	    admin_note(db, w->community, w->administrator, "unit-closed",
	        json_string_value(json_object_get(row, "name")));
}

static enum unit_result
run(struct db *db, struct work w, bool (*work)(struct db *db, void *ctx))
{
	w.result = UNIT_FAILED;
	return tx_run(db, work, &w) == TX_DONE ? UNIT_DONE : w.result;
}

enum unit_result
unit_add(struct db *db, int64_t community, int64_t administrator, const char *kind, const char *name,
    const char *name_en)
{
	return run(db,
	    (struct work){ .community = community, .administrator = administrator, .kind = kind, .name = name,
	        .name_en = name_en },
	    add);
}

enum unit_result
unit_close(struct db *db, int64_t community, int64_t administrator, int64_t unit)
{
	return run(db, (struct work){ .community = community, .administrator = administrator, .unit = unit },
	    close_it);
}
