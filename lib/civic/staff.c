#include "civic/staff.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "civic/rules.h"
#include "data/tx.h"
#include "web/i18n.h"
#include "web/session.h"

#define HOLDS_NOW "s.since <= UTC_TIMESTAMP() AND (s.until IS NULL OR s.until > UTC_TIMESTAMP())"

const char *const staff_roles[] = { "moderator", "clerk", "expert", "operator", "body", "administrator", NULL };

static const struct {
	const char *role, *label, *unit;
} kinds[] = {
	{ "moderator", N_("moderator"), NULL },
	{ "clerk", N_("clerk"), NULL },
	{ "administrator", N_("administrator"), NULL },
	{ "expert", N_("expert"), "department" },
	{ "operator", N_("operator"), "office" },
	{ "body", N_("responsible body"), "body" },
	{ "owner", N_("owner of the installation"), NULL },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static size_t
kind_of(const char *role)
{
	size_t i = 0;

	while (i < KINDS && !str_eq(kinds[i].role, role))
		i++;
	assert(i < KINDS);
	return i;
}

const char *
staff_role_label(const char *role)
{
	return _(kinds[kind_of(role)].label);
}

const char *
staff_role_unit(const char *role)
{
	return kinds[kind_of(role)].unit;
}

json_t *
staff_list(struct db *db, int64_t community, const char *role)
{
	SQL(staff_now, "SELECT s.person_id, CONCAT(h.family_name, ' ', h.given_name) AS name, s.role, u.name AS "
	               "unit, u.name_en AS unit_en, s.since, s.until "
	               "FROM staff s JOIN person h ON h.id = s.person_id LEFT JOIN unit u ON u.id = s.unit_id AND "
	               "u.community_id = s.community_id WHERE s.community_id = ? AND (? IS NULL OR s.role = ?) AND "
	               HOLDS_NOW " ORDER BY s.role, u.name, h.family_name, h.given_name, s.person_id LIMIT 500");

	return db_rows(db, &staff_now, ARGS(INT(community), TEXT(role), TEXT(role)));
}

json_t *
staff_of(struct db *db, int64_t community, int64_t person)
{
	SQL(own_roles, "SELECT s.role, u.name AS unit, u.name_en AS unit_en, s.since, s.until FROM staff s "
	               "LEFT JOIN unit u ON u.id = s.unit_id AND u.community_id = s.community_id "
	               "WHERE s.community_id = ? AND s.person_id = ? AND " HOLDS_NOW
	               " UNION ALL SELECT 'owner', NULL, NULL, s.since, s.until FROM installation_owner s "
	               "WHERE s.person_id = ? AND " HOLDS_NOW);

	return db_rows(db, &own_roles, ARGS(INT(community), INT(person), INT(person)));
}

/* The words of a search as LIKE takes them, each by its beginning: "" finds whatever there is. */
void
staff_patterns(struct pool *pool, const char *words, const char *patterns[static STAFF_FIND_WORDS])
{
	size_t n = 0;

	for (int i = 0; i < STAFF_FIND_WORDS; i++)
		patterns[i] = "%";
	while (*words != '\0' && n < STAFF_FIND_WORDS) {
		size_t len = strcspn(words, " ");
		if (len > 0) {
			struct buf b;
			buf_init(&b, pool);
			for (size_t i = 0; i < len; i++) {
				if (strchr("%_\\", words[i]) != NULL)
					buf_add_char(&b, '\\');
				buf_add_char(&b, words[i]);
			}
			buf_add_char(&b, '%');
			patterns[n++] = b.s;
		}
		words += len;
		words += strspn(words, " ");
	}
}

#define MEMBER \
	"SELECT m.person_id, CONCAT(h.family_name, ' ', h.given_name) AS name, COALESCE((SELECT " \
	"GROUP_CONCAT(s.role ORDER BY s.role SEPARATOR ' ') FROM staff s WHERE s.community_id = m.community_id " \
	"AND s.person_id = m.person_id AND " HOLDS_NOW "), '') AS roles " \
	"FROM membership m JOIN person h ON h.id = m.person_id WHERE m.community_id = ? "

json_t *
staff_find(struct db *db, struct pool *pool, int64_t community, const char *words)
{
	SQL(find_members,
	    MEMBER "AND (h.id = ? OR "
	    "((h.family_name LIKE ? OR h.given_name LIKE ?) AND (h.family_name LIKE ? OR h.given_name LIKE ?) AND "
	    "(h.family_name LIKE ? OR h.given_name LIKE ?))) "
	    "ORDER BY h.family_name, h.given_name, h.id LIMIT ?");
	const char *p[STAFF_FIND_WORDS];

	staff_patterns(pool, words, p);
	return db_rows(db, &find_members,
	    ARGS(INT(community), INT(strtoll(words, NULL, 10)), TEXT(p[0]), TEXT(p[0]), TEXT(p[1]), TEXT(p[1]),
	        TEXT(p[2]), TEXT(p[2]), INT(STAFF_FOUND_MAX)));
}

json_t *
staff_member(struct db *db, int64_t community, int64_t person)
{
	SQL(one_member, MEMBER "AND m.person_id = ?");

	return db_row(db, &one_member, ARGS(INT(community), INT(person)));
}

time_t
staff_clock(struct db *db)
{
	SQL(staff_clock, "SELECT UTC_TIMESTAMP() AS now");

	return db_time(db_row(db, &staff_clock, NO_ARGS), "now");
}

struct work {
	const struct staff_change *c;
	enum staff_result result;
};

static bool
refuse(struct work *w, enum staff_result result)
{
	w->result = result;
	return false;
}

/* Every change of roles goes through here one after the other, by the lock on the community's
 * administrators; who has just lost the role that they act by changes no more. */
static bool
hold_roles(struct db *db, struct work *w)
{
	SQL(hold_roles, "SELECT s.person_id FROM staff s WHERE s.community_id = ? AND s.role = 'administrator' "
	                "AND " HOLDS_NOW " FOR UPDATE");
	SQL(still_owner, "SELECT 1 AS owns FROM installation_owner s WHERE s.person_id = ? AND " HOLDS_NOW);
	json_t *rows = db_rows(db, &hold_roles, ARGS(INT(w->c->community))), *row;
	size_t i;

	if (w->c->owner) {
		if (str_eq(w->c->role, "administrator") &&
		    db_number(db, &still_owner, ARGS(INT(w->c->actor)), 0) == 1)
			return true;
	} else {
		json_array_foreach(rows, i, row)
			if (json_integer_value(json_object_get(row, "person_id")) == w->c->actor)
				return true;
	}
	return refuse(w, db_failed(db) ? STAFF_FAILED : STAFF_LOST);
}

/* The event names the person and, where the role has one, the unit. */
static bool
note(struct db *db, struct work *w, const char *what)
{
	SQL(named, "SELECT CONCAT(h.family_name, ' ', h.given_name, COALESCE(CONCAT(' (', (SELECT u.name FROM unit u "
	           "WHERE u.id = ? AND u.community_id = ?), ')'), '')) AS name FROM person h WHERE h.id = ?");
	const struct staff_change *c = w->c;
	json_t *row = db_row(db, &named, ARGS(INT(c->unit), INT(c->community), INT(c->person)));
	const char *name = json_string_value(json_object_get(row, "name"));
	struct pool *pool = pool_open(4096);
	struct tm day = clock_kyiv(c->until);
	bool done = name != NULL &&
	    admin_note(db, c->community, c->actor, what,
	        c->until == 0 ? str_fmt(pool, "%s: %s", c->role, name)
	                      : str_fmt(pool, "%s: %s → %04d-%02d-%02d", c->role, name, day.tm_year + 1900,
	                            day.tm_mon + 1, day.tm_mday));

	pool_close(pool);
	return done;
}

/* The unit is of the role's kind and open; its row is locked, so that it does not close meanwhile. */
static bool
right_unit(struct db *db, struct work *w)
{
	SQL(hold_unit_of_role, "SELECT kind FROM unit WHERE id = ? AND community_id = ? AND closed_at IS NULL "
	                       "FOR UPDATE");
	const char *kind = staff_role_unit(w->c->role);

	if (kind == NULL)
		return w->c->unit == 0;
	json_t *row = db_row(db, &hold_unit_of_role, ARGS(INT(w->c->unit), INT(w->c->community)));
	return row != NULL && str_eq(json_string_value(json_object_get(row, "kind")), kind);
}

static struct db_value
end_of(const struct staff_change *c, char text[static CLOCK_SQL])
{
	if (c->until == 0)
		return NUL;
	clock_sql_to(text, c->until);
	return TEXT(text);
}

static bool
add(struct db *db, void *ctx)
{
	SQL(is_member, "SELECT 1 FROM membership WHERE community_id = ? AND person_id = ?");
	SQL(roles_given, "SELECT COUNT(*) AS n, COALESCE(SUM(s.person_id = ? AND s.role = ?), 0) AS has FROM staff s "
	                 "WHERE s.community_id = ? AND " HOLDS_NOW);
	SQL(give_role, "INSERT INTO staff (community_id, person_id, role, unit_id, until) VALUES (?, ?, ?, ?, ?)");
	struct work *w = ctx;
	const struct staff_change *c = w->c;
	char until[CLOCK_SQL];

	if (c->owner && c->person == c->actor)
		return refuse(w, STAFF_OWN);
	if (!hold_roles(db, w))
		return false;
	if (db_row(db, &is_member, ARGS(INT(c->community), INT(c->person))) == NULL)
		return refuse(w, db_failed(db) ? STAFF_FAILED : STAFF_UNKNOWN);
	if (!right_unit(db, w))
		return refuse(w, db_failed(db) ? STAFF_FAILED : STAFF_UNIT);
	json_t *row = db_row(db, &roles_given, ARGS(INT(c->person), TEXT(c->role), INT(c->community)));
	if (json_integer_value(json_object_get(row, "has")) > 0)
		return refuse(w, STAFF_ALREADY);
	if (json_integer_value(json_object_get(row, "n")) >= STAFF_MAX)
		return refuse(w, STAFF_FULL);
	int64_t n = db_exec(db, &give_role, ARGS(INT(c->community), INT(c->person), TEXT(c->role),
	    c->unit != 0 ? INT(c->unit) : NUL, end_of(c, until)));
	if (n == DB_DUPLICATE) /* ended and given again within a second */
		return refuse(w, STAFF_ALREADY);
	session_shorten(db, c->community, c->person);
	return n == 1 && note(db, w, "staff-added");
}

static bool
end(struct db *db, void *ctx)
{
	SQL(end_role, "UPDATE staff s SET s.until = COALESCE(?, UTC_TIMESTAMP()) WHERE s.community_id = ? AND "
	              "s.person_id = ? AND s.role = ? AND " HOLDS_NOW);
	struct work *w = ctx;
	const struct staff_change *c = w->c;
	char until[CLOCK_SQL];

	if (str_eq(c->role, "administrator") && c->person == c->actor)
		return refuse(w, STAFF_OWN);
	if (!hold_roles(db, w))
		return false;
	int64_t n = db_exec(db, &end_role,
	    ARGS(end_of(c, until), INT(c->community), INT(c->person), TEXT(c->role)));
	if (n == 0)
		return refuse(w, STAFF_ALREADY);
	return n > 0 && note(db, w, "staff-ended");
}

static enum staff_result
run(struct db *db, const struct staff_change *change, bool (*work)(struct db *db, void *ctx))
{
	struct work w = { change, STAFF_FAILED };
	return tx_run(db, work, &w) == TX_DONE ? STAFF_DONE : w.result;
}

enum staff_result
staff_add(struct db *db, const struct staff_change *change)
{
	return run(db, change, add);
}

enum staff_result
staff_end(struct db *db, const struct staff_change *change)
{
	return run(db, change, end);
}
