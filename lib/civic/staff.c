#include "civic/staff.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "civic/rules.h"
#include "data/tx.h"
#include "web/i18n.h"

enum { WORDS = 3 };

#define HOLDS_NOW "s.since <= UTC_TIMESTAMP() AND (s.until IS NULL OR s.until > UTC_TIMESTAMP())"

const char *const staff_roles[] = { "moderator", "clerk", "administrator", NULL };

const char *
staff_role_label(const char *role)
{
	return str_eq(role, "moderator") ? _("moderator")
	    : str_eq(role, "clerk")      ? _("clerk")
	                                 : _("administrator");
}

json_t *
staff_list(struct db *db, int64_t community)
{
	SQL(staff_now, "SELECT s.person_id, CONCAT(h.family_name, ' ', h.given_name) AS name, s.role, s.since "
	               "FROM staff s JOIN person h ON h.id = s.person_id WHERE s.community_id = ? AND " HOLDS_NOW
	               " ORDER BY s.role, h.family_name, h.given_name, s.person_id LIMIT 200");

	return db_rows(db, &staff_now, ARGS(INT(community)));
}

/* The words of a search as LIKE takes them, each by its beginning: "" finds whatever there is. */
static void
patterns_of(struct pool *pool, const char *words, const char *patterns[static WORDS])
{
	size_t n = 0;

	for (int i = 0; i < WORDS; i++)
		patterns[i] = "%";
	while (*words != '\0' && n < WORDS) {
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

json_t *
staff_find(struct db *db, struct pool *pool, int64_t community, const char *words)
{
	SQL(find_members,
	    "SELECT m.person_id, CONCAT(h.family_name, ' ', h.given_name) AS name, COALESCE((SELECT "
	    "GROUP_CONCAT(s.role ORDER BY s.role SEPARATOR ' ') FROM staff s WHERE s.community_id = m.community_id "
	    "AND s.person_id = m.person_id AND " HOLDS_NOW "), '') AS roles "
	    "FROM membership m JOIN person h ON h.id = m.person_id WHERE m.community_id = ? AND (h.id = ? OR "
	    "((h.family_name LIKE ? OR h.given_name LIKE ?) AND (h.family_name LIKE ? OR h.given_name LIKE ?) AND "
	    "(h.family_name LIKE ? OR h.given_name LIKE ?))) "
	    "ORDER BY h.family_name, h.given_name, h.id LIMIT ?");
	const char *p[WORDS];

	patterns_of(pool, words, p);
	return db_rows(db, &find_members,
	    ARGS(INT(community), INT(strtoll(words, NULL, 10)), TEXT(p[0]), TEXT(p[0]), TEXT(p[1]), TEXT(p[1]),
	        TEXT(p[2]), TEXT(p[2]), INT(STAFF_FOUND_MAX)));
}

struct work {
	int64_t community, administrator, person;
	const char *role;
	enum staff_result result;
};

static bool
refuse(struct work *w, enum staff_result result)
{
	w->result = result;
	return false;
}

/* Every change of roles goes through here one after the other, by the lock on the community's roles; who
 * has just lost the administrator's role changes no more. */
static bool
hold_roles(struct db *db, struct work *w)
{
	SQL(hold_roles, "SELECT s.person_id FROM staff s WHERE s.community_id = ? AND s.role = 'administrator' "
	                "AND " HOLDS_NOW " FOR UPDATE");
	json_t *rows = db_rows(db, &hold_roles, ARGS(INT(w->community))), *row;
	size_t i;

	json_array_foreach(rows, i, row)
		if (json_integer_value(json_object_get(row, "person_id")) == w->administrator)
			return true;
	return refuse(w, db_failed(db) ? STAFF_FAILED : STAFF_LOST);
}

static bool
note(struct db *db, struct work *w, const char *what)
{
	SQL(name_of, "SELECT CONCAT(family_name, ' ', given_name) AS name FROM person WHERE id = ?");
	json_t *row = db_row(db, &name_of, ARGS(INT(w->person)));
	const char *name = json_string_value(json_object_get(row, "name"));
	struct pool *pool = pool_open(4096);
	bool done = name != NULL &&
	    admin_note(db, w->community, w->administrator, what, str_fmt(pool, "%s: %s", w->role, name));

	pool_close(pool);
	return done;
}

static bool
add(struct db *db, void *ctx)
{
	SQL(is_member, "SELECT 1 FROM membership WHERE community_id = ? AND person_id = ?");
	SQL(roles_given, "SELECT COUNT(*) AS n, COALESCE(SUM(s.person_id = ? AND s.role = ?), 0) AS has FROM staff s "
	                 "WHERE s.community_id = ? AND " HOLDS_NOW);
	SQL(give_role, "INSERT INTO staff (community_id, person_id, role) VALUES (?, ?, ?)");
	struct work *w = ctx;

	if (!hold_roles(db, w))
		return false;
	if (db_row(db, &is_member, ARGS(INT(w->community), INT(w->person))) == NULL)
		return refuse(w, db_failed(db) ? STAFF_FAILED : STAFF_UNKNOWN);
	json_t *row = db_row(db, &roles_given, ARGS(INT(w->person), TEXT(w->role), INT(w->community)));
	if (json_integer_value(json_object_get(row, "has")) > 0)
		return refuse(w, STAFF_ALREADY);
	if (json_integer_value(json_object_get(row, "n")) >= STAFF_MAX)
		return refuse(w, STAFF_FULL);
	int64_t n = db_exec(db, &give_role, ARGS(INT(w->community), INT(w->person), TEXT(w->role)));
	if (n == DB_DUPLICATE) /* ended and given again within a second */
		return refuse(w, STAFF_ALREADY);
	return n == 1 && note(db, w, "staff-added");
}

static bool
end(struct db *db, void *ctx)
{
	SQL(end_role, "UPDATE staff s SET s.until = UTC_TIMESTAMP() WHERE s.community_id = ? AND s.person_id = ? "
	              "AND s.role = ? AND " HOLDS_NOW);
	struct work *w = ctx;

	if (str_eq(w->role, "administrator") && w->person == w->administrator)
		return refuse(w, STAFF_OWN);
	if (!hold_roles(db, w))
		return false;
	int64_t n = db_exec(db, &end_role, ARGS(INT(w->community), INT(w->person), TEXT(w->role)));
	if (n == 0)
		return refuse(w, STAFF_ALREADY);
	return n > 0 && note(db, w, "staff-ended");
}

static enum staff_result
run(struct db *db, struct work w, bool (*work)(struct db *db, void *ctx))
{
	w.result = STAFF_FAILED;
	return tx_run(db, work, &w) == TX_DONE ? STAFF_DONE : w.result;
}

enum staff_result
staff_add(struct db *db, int64_t community, int64_t administrator, int64_t person, const char *role)
{
	return run(db, (struct work){ community, administrator, person, role, STAFF_FAILED }, add);
}

enum staff_result
staff_end(struct db *db, int64_t community, int64_t administrator, int64_t person, const char *role)
{
	return run(db, (struct work){ community, administrator, person, role, STAFF_FAILED }, end);
}
