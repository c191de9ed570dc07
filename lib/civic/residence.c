#include "civic/residence.h"

#include <string.h>

#include "base/str.h"
#include "data/tx.h"

const char *const residence_kinds[] = { "register", "official", "provider", "declared", NULL };
const char *const residence_categories[] = { "registered", "displaced", "works", "studies", NULL };

bool
residence_confirmed(const char *kind)
{
	return str_eq(kind, "provider") || str_eq(kind, "official") || str_eq(kind, "register");
}

bool
residence_listed(const char *list, const char *word)
{
	size_t len = word != NULL ? strlen(word) : 0;

	while (list != NULL && len > 0 && *list != '\0') {
		size_t n = strcspn(list, ",");
		if (n == len && strncmp(list, word, n) == 0)
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

json_t *
residence_list(struct db *db, int64_t community, int64_t person)
{
	SQL(residences, "SELECT kind, category, basis, since FROM residence WHERE community_id = ? AND person_id = ? "
	                "ORDER BY FIELD(kind, 'register', 'official', 'provider', 'declared'), "
	                "FIELD(category, 'registered', 'displaced', 'works', 'studies')");

	return db_rows(db, &residences, ARGS(INT(community), INT(person)));
}

json_t *
residence_events(struct db *db, int64_t community, int64_t person)
{
	SQL(residence_past, "SELECT what, residence, category, basis, created_at FROM residence_event WHERE "
	                    "community_id = ? AND person_id = ? ORDER BY id DESC LIMIT 50");

	return db_rows(db, &residence_past, ARGS(INT(community), INT(person)));
}

static const char *
of(json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

enum residence_verdict
residence_judge(json_t *rows, bool declined, const char *kinds, const char *categories)
{
	bool other_way = false, waits = false, other_category = false;
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		const char *kind = of(row, "kind");
		bool fits = residence_listed(categories, of(row, "category"));
		if (fits && residence_listed(kinds, kind))
			return RESIDENCE_FITS;
		other_way |= fits && residence_confirmed(kind);
		waits |= fits && !residence_confirmed(kind);
		other_category |= !fits;
	}
	/* The nearest to a yes first: what waits may fit tomorrow. */
	if (waits && residence_listed(kinds, "official"))
		return RESIDENCE_WAITS;
	if (other_way)
		return RESIDENCE_OTHER_WAY;
	if (declined)
		return RESIDENCE_DECLINED;
	return other_category ? RESIDENCE_OTHER_CATEGORY : RESIDENCE_NONE;
}

enum residence_verdict
residence_verdict(struct db *db, int64_t community, int64_t person, const char *kinds,
    const char *categories)
{
	SQL(was_declined, "SELECT what = 'declined' AS declined FROM residence_event WHERE community_id = ? AND "
	                  "person_id = ? AND residence = 'declared' ORDER BY id DESC LIMIT 1");
	SQL(residence_of, "SELECT kind, category FROM residence WHERE community_id = ? AND person_id = ?");
	json_t *rows = db_rows(db, &residence_of, ARGS(INT(community), INT(person)));
	enum residence_verdict v = residence_judge(rows, false, kinds, categories);

	if (v != RESIDENCE_NONE && v != RESIDENCE_OTHER_CATEGORY)
		return v;
	json_t *last = db_row(db, &was_declined, ARGS(INT(community), INT(person)));
	return residence_judge(rows, json_is_true(json_object_get(last, "declined")), kinds, categories);
}

static bool
note(struct db *db, const struct residence_change *c, const char *what)
{
	SQL(residence_happened, "INSERT INTO residence_event (community_id, person_id, what, residence, category, "
	                        "basis, actor_id) VALUES (?, ?, ?, ?, ?, ?, ?)");

	return db_exec(db, &residence_happened,
	           ARGS(INT(c->community), INT(c->person), TEXT(what), TEXT(c->kind), TEXT(c->category),
	               TEXT(c->basis != NULL ? c->basis : ""), c->actor != 0 ? INT(c->actor) : NUL)) == 1;
}

bool
residence_note(struct db *db, const struct residence_change *change, const char *what)
{
	return note(db, change, what);
}

bool
residence_begin(struct db *db, const struct residence_change *c, bool *changed)
{
	SQL(begin_residence, "INSERT INTO residence (community_id, person_id, kind, category, basis) "
	                     "VALUES (?, ?, ?, ?, ?)");
	int64_t n = db_exec(db, &begin_residence,
	    ARGS(INT(c->community), INT(c->person), TEXT(c->kind), TEXT(c->category),
	        TEXT(c->basis != NULL ? c->basis : "")));

	if (changed != NULL)
		*changed = n == 1;
	return n == DB_DUPLICATE || (n == 1 && note(db, c, "begun"));
}

bool
residence_end(struct db *db, const struct residence_change *c, bool *changed)
{
	SQL(end_residence, "DELETE FROM residence WHERE community_id = ? AND person_id = ? AND kind = ? AND "
	                   "category = ?");
	int64_t n = db_exec(db, &end_residence,
	    ARGS(INT(c->community), INT(c->person), TEXT(c->kind), TEXT(c->category)));

	if (changed != NULL)
		*changed = n == 1;
	return n == 0 || (n == 1 && note(db, c, "ended"));
}

struct declaration {
	struct residence_change change;
	enum declare_result result;
};

static bool
declare(struct db *db, void *ctx)
{
	SQL(declared_today, "SELECT COUNT(*) AS n FROM residence_event WHERE community_id = ? AND person_id = ? AND "
	                    "residence = 'declared' AND what = 'begun' AND created_at > UTC_TIMESTAMP() - INTERVAL 1 DAY");
	SQL(confirmed_already, "SELECT COUNT(*) AS n FROM residence WHERE community_id = ? AND person_id = ? AND "
	                       "category = ? AND kind <> 'declared'");
	struct declaration *d = ctx;
	const struct residence_change *c = &d->change;
	struct residence_change old = *c;
	struct db_value community = INT(c->community), person = INT(c->person);

	if (db_number(db, &declared_today, ARGS(community, person), DECLARATIONS_A_DAY) >= DECLARATIONS_A_DAY) {
		d->result = db_failed(db) ? DECLARE_FAILED : DECLARE_TOO_MANY;
		return false;
	}
	if (db_number(db, &confirmed_already, ARGS(community, person, TEXT(c->category)), 0) > 0) {
		d->result = DECLARE_KNOWN;
		return false;
	}
	old.basis = "";
	return residence_end(db, &old, NULL) && residence_begin(db, c, NULL);
}

enum declare_result
residence_declare(struct db *db, int64_t community, int64_t person, const char *category,
    const char *basis)
{
	struct declaration d = { { community, person, "declared", category, basis, person }, DECLARE_FAILED };

	return tx_run(db, declare, &d) == TX_DONE ? DECLARE_DONE : d.result;
}

struct taking_back {
	struct residence_change change;
	bool changed;
};

static bool
take_back(struct db *db, void *ctx)
{
	struct taking_back *t = ctx;

	return residence_end(db, &t->change, &t->changed);
}

bool
residence_take_back(struct db *db, int64_t community, int64_t person, const char *category)
{
	struct taking_back t = { { community, person, "declared", category, "", person }, false };

	return tx_run(db, take_back, &t) == TX_DONE && t.changed;
}
