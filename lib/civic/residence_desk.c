#include "civic/residence_desk.h"

#include "base/str.h"
#include "civic/notice.h"
#include "civic/residence.h"
#include "civic/staff.h"
#include "data/tx.h"

json_t *
residence_queue(struct db *db, int64_t community, int64_t *count)
{
	SQL(declarations, "SELECT e.person_id, CONCAT(h.family_name, ' ', h.given_name) AS name, e.category, e.basis, "
	                  "e.since FROM residence e JOIN person h ON h.id = e.person_id WHERE e.community_id = ? AND "
	                  "e.kind = 'declared' ORDER BY e.since, e.person_id, e.category LIMIT ?");
	SQL(count_declarations, "SELECT COUNT(*) AS n FROM residence WHERE community_id = ? AND kind = 'declared'");

	*count = db_number(db, &count_declarations, ARGS(INT(community)), 0);
	return db_rows(db, &declarations, ARGS(INT(community), INT(RESIDENCE_QUEUE_MAX)));
}

json_t *
residence_find(struct db *db, struct pool *pool, int64_t community, const char *words)
{
	SQL(find_residents,
	    "SELECT m.person_id, CONCAT(h.family_name, ' ', h.given_name) AS name, m.residence, m.category "
	    "FROM membership m JOIN person h ON h.id = m.person_id WHERE m.community_id = ? AND "
	    "(h.family_name LIKE ? OR h.given_name LIKE ?) AND (h.family_name LIKE ? OR h.given_name LIKE ?) AND "
	    "(h.family_name LIKE ? OR h.given_name LIKE ?) ORDER BY h.family_name, h.given_name, h.id LIMIT ?");
	const char *p[STAFF_FIND_WORDS];

	staff_patterns(pool, words, p);
	return db_rows(db, &find_residents,
	    ARGS(INT(community), TEXT(p[0]), TEXT(p[0]), TEXT(p[1]), TEXT(p[1]), TEXT(p[2]), TEXT(p[2]),
	        INT(RESIDENCE_FOUND_MAX)));
}

const char *
residence_member(struct db *db, int64_t community, int64_t person)
{
	SQL(member_named, "SELECT CONCAT(h.family_name, ' ', h.given_name) AS name FROM membership m JOIN person h ON "
	                  "h.id = m.person_id WHERE m.community_id = ? AND m.person_id = ?");

	return json_string_value(
	    json_object_get(db_row(db, &member_named, ARGS(INT(community), INT(person))), "name"));
}

struct work {
	const struct residence_act *act;
	enum residence_decision result;
};

static bool
refuse(struct work *w, enum residence_decision result)
{
	w->result = result;
	return false;
}

static struct residence_change
change_of(const struct residence_act *a, const char *kind)
{
	return (struct residence_change){ a->community, a->person, kind, a->category, a->words, a->official };
}

static bool
confirm(struct db *db, void *ctx)
{
	struct work *w = ctx;
	const struct residence_act *a = w->act;
	struct residence_change official = change_of(a, "official"), declared = change_of(a, "declared");
	bool changed;

	if (!residence_begin(db, &official, &changed))
		return false;
	if (!changed)
		return refuse(w, RESIDENCE_NOTHING);
	declared.basis = "";
	if (!residence_end(db, &declared, NULL))
		return false;
	notice_to_person(db, a->community, a->person, "residence-confirmed", a->words);
	return !db_failed(db);
}

static bool
decline(struct db *db, void *ctx)
{
	SQL(decline_declaration, "DELETE FROM residence WHERE community_id = ? AND person_id = ? AND "
	                         "kind = 'declared' AND category = ?");
	struct work *w = ctx;
	const struct residence_act *a = w->act;
	struct residence_change declared = change_of(a, "declared");
	int64_t n = db_exec(db, &decline_declaration, ARGS(INT(a->community), INT(a->person), TEXT(a->category)));

	if (n == 0)
		return refuse(w, RESIDENCE_NOTHING);
	if (n != 1 || !residence_note(db, &declared, "declined"))
		return false;
	notice_to_person(db, a->community, a->person, "residence-declined", a->words);
	return !db_failed(db);
}

static bool
revoke(struct db *db, void *ctx)
{
	struct work *w = ctx;
	const struct residence_act *a = w->act;
	struct residence_change official = change_of(a, "official");
	bool changed;

	if (!residence_end(db, &official, &changed))
		return false;
	if (!changed)
		return refuse(w, RESIDENCE_NOTHING);
	notice_to_person(db, a->community, a->person, "residence-ended", a->words);
	return !db_failed(db);
}

static enum residence_decision
decide(struct db *db, const struct residence_act *a, bool (*work)(struct db *db, void *ctx))
{
	struct work w = { a, RESIDENCE_FAILED };

	if (a->person == a->official)
		return RESIDENCE_OWN;
	if (residence_member(db, a->community, a->person) == NULL)
		return db_failed(db) ? RESIDENCE_FAILED : RESIDENCE_STRANGER;
	return tx_run(db, work, &w) == TX_DONE ? RESIDENCE_DECIDED : w.result;
}

enum residence_decision
residence_confirm(struct db *db, const struct residence_act *act)
{
	return decide(db, act, confirm);
}

enum residence_decision
residence_decline(struct db *db, const struct residence_act *act)
{
	return decide(db, act, decline);
}

enum residence_decision
residence_revoke(struct db *db, const struct residence_act *act)
{
	return decide(db, act, revoke);
}
