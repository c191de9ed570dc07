/* A list of the register: hashes that nobody looks at until all of them are there. */
#include "civic/register.h"

#include "civic/residence.h"
#include "data/tx.h"

enum { SWEEP = 5000, PEOPLE_A_STEP = 5000 /* of accounts, in one statement: well below its time limit */ };

/* The entries of an import that nobody reads any more. */
static bool
sweep(struct db *db, int64_t community, int64_t import)
{
	SQL(sweep_entries, "DELETE FROM register_entry WHERE import_id = ? AND community_id = ? LIMIT ?");
	int64_t n;

	do
		n = db_exec(db, &sweep_entries, ARGS(INT(import), INT(community), INT(SWEEP)));
	while (n == SWEEP);
	return n >= 0;
}

/* What was killed, and what another one replaced. */
static bool
sweep_dead(struct db *db, int64_t community)
{
	SQL(dead_imports, "SELECT id FROM register_import WHERE community_id = ? AND (finished_at IS NULL OR "
	                  "ended_at IS NOT NULL) AND EXISTS (SELECT 1 FROM register_entry e WHERE e.import_id = "
	                  "register_import.id AND e.community_id = register_import.community_id) LIMIT 1000");
	json_t *rows = db_rows(db, &dead_imports, ARGS(INT(community))), *row;
	size_t i;

	json_array_foreach(rows, i, row)
		if (!sweep(db, community, json_integer_value(json_object_get(row, "id"))))
			return false;
	return !db_failed(db);
}

bool
register_begin(struct db *db, struct register_import *import)
{
	/* Held as long as the connection lives: whoever gets it knows that unfinished ones are dead. */
	SQL(lock_register, "SELECT GET_LOCK('register-import', 0) = 1 AS held");
	SQL(new_import, "INSERT INTO register_import (community_id, category) VALUES (?, ?)");

	if (!json_is_true(json_object_get(db_row(db, &lock_register, NO_ARGS), "held")) ||
	    !sweep_dead(db, import->community) ||
	    db_exec(db, &new_import, ARGS(INT(import->community), TEXT(import->category))) != 1)
		return false;
	import->id = db_last_id(db);
	return true;
}

bool
register_add(struct db *db, struct register_import *import, const struct person_macs *macs)
{
	SQL(listed, "SELECT e.import_id FROM register_entry e JOIN register_import i ON i.id = e.import_id AND "
	            "i.community_id = e.community_id WHERE e.community_id = ? AND e.person_key = ? AND "
	            "i.category = ? AND (i.finished_at IS NOT NULL AND i.ended_at IS NULL AND NOT ? OR i.id = ?) "
	            "LIMIT 1");
	SQL(new_entry, "INSERT INTO register_entry (import_id, community_id, person_key) VALUES (?, ?, ?)");
	/* An account under an older key moves to the newest, as a login would do: entries find it by that. */
	SQL(newest_key, "UPDATE person SET person_key = ?, key_version = ? WHERE person_key = ?");
	struct db_value newest = BYTES(macs->mac[0], PERSON_KEY_BYTES);
	bool known = false;

	for (int i = 0; i < macs->count && !known; i++)
		known = db_number(db, &listed,
		    ARGS(INT(import->community), BYTES(macs->mac[i], PERSON_KEY_BYTES), TEXT(import->category),
		        INT(import->replace), INT(import->id)), 0) > 0;
	for (int i = 1; i < macs->count; i++)
		if (db_exec(db, &newest_key,
		        ARGS(newest, INT(macs->version[0]), BYTES(macs->mac[i], PERSON_KEY_BYTES))) < 0)
			return false;
	if (known)
		import->known++;
	else if (db_exec(db, &new_entry, ARGS(INT(import->id), INT(import->community), newest)) != 1)
		return false;
	else
		import->added++;
	return !db_failed(db);
}

/* Who has an account, by numbers from..until. */
static bool
begin_residences(struct db *db, struct register_import *import, int64_t from, int64_t until)
{
	SQL(register_began,
	    "INSERT INTO residence_event (community_id, person_id, what, residence, category, basis) "
	    "SELECT e.community_id, p.id, 'begun', 'register', ?, 'list' FROM register_entry e JOIN person p ON "
	    "p.person_key = e.person_key WHERE e.import_id = ? AND e.community_id = ? AND p.id BETWEEN ? AND ? "
	    "AND NOT EXISTS (SELECT 1 FROM residence r WHERE r.community_id = e.community_id AND "
	    "r.person_id = p.id AND r.kind = 'register' AND r.category = ?)");
	SQL(register_residences,
	    "INSERT IGNORE INTO residence (community_id, person_id, kind, category, basis) "
	    "SELECT e.community_id, p.id, 'register', ?, 'list' FROM register_entry e JOIN person p ON "
	    "p.person_key = e.person_key WHERE e.import_id = ? AND e.community_id = ? AND p.id BETWEEN ? AND ?");
	struct db_value category = TEXT(import->category), id = INT(import->id), community = INT(import->community);
	int64_t n = db_exec(db, &register_began, ARGS(category, id, community, INT(from), INT(until), category));

	import->begun += n > 0 ? n : 0;
	return n >= 0 &&
	    db_exec(db, &register_residences, ARGS(category, id, community, INT(from), INT(until))) >= 0;
}

/* Whom no list of the category has any more. What a service said is not a list's to end. */
#define NOT_LISTED \
	"WHERE r.community_id = ? AND r.kind = 'register' AND r.category = ? AND r.basis = 'list' AND " \
	"r.person_id BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM person p JOIN register_entry e ON " \
	"e.community_id = r.community_id AND e.person_key = p.person_key JOIN register_import i ON " \
	"i.id = e.import_id AND i.community_id = e.community_id AND i.category = r.category AND " \
	"i.finished_at IS NOT NULL AND i.ended_at IS NULL WHERE p.id = r.person_id)"

static bool
end_residences(struct db *db, struct register_import *import, int64_t from, int64_t until)
{
	SQL(register_ended, "INSERT INTO residence_event (community_id, person_id, what, residence, category, basis) "
	                    "SELECT r.community_id, r.person_id, 'ended', r.kind, r.category, 'unlisted' FROM "
	                    "residence r " NOT_LISTED);
	SQL(end_register_residences, "DELETE r FROM residence r " NOT_LISTED);
	struct db_args range = ARGS(INT(import->community), TEXT(import->category), INT(from), INT(until));
	int64_t n = db_exec(db, &register_ended, range);

	import->ended += n > 0 ? n : 0;
	return n >= 0 && db_exec(db, &end_register_residences, range) >= 0;
}

static bool
finish(struct db *db, void *ctx)
{
	SQL(end_imports, "UPDATE register_import SET ended_at = UTC_TIMESTAMP() WHERE community_id = ? AND "
	                 "category = ? AND id <> ? AND finished_at IS NOT NULL AND ended_at IS NULL");
	SQL(finish_import, "UPDATE register_import SET finished_at = UTC_TIMESTAMP() WHERE id = ? AND "
	                   "community_id = ?");
	SQL(last_person, "SELECT COALESCE(MAX(id), 0) AS last FROM person");
	struct register_import *import = ctx;
	struct db_value community = INT(import->community), id = INT(import->id);
	int64_t last = db_number(db, &last_person, NO_ARGS, 0);

	import->begun = import->ended = 0;
	if (db_exec(db, &finish_import, ARGS(id, community)) < 0 ||
	    (import->replace && db_exec(db, &end_imports, ARGS(community, TEXT(import->category), id)) < 0))
		return false;
	for (int64_t at = 1; at <= last; at += PEOPLE_A_STEP) {
		int64_t until = at + PEOPLE_A_STEP - 1;
		if (!begin_residences(db, import, at, until) ||
		    (import->replace && !end_residences(db, import, at, until)))
			return false;
	}
	return !db_failed(db);
}

bool
register_finish(struct db *db, struct register_import *import)
{
	/* What another list of the category has already is applied too: an earlier account may be newer than
	 * that. A list that added nothing leaves no trace. */
	return tx_run(db, finish, import) == TX_DONE && sweep_dead(db, import->community);
}
