#include "civic/account.h"

#include <time.h>

#include "base/str.h"

json_t *
account_sessions(struct db *db, int64_t person, enum lang lang)
{
	SQL(sessions_uk, "SELECT s.id, s.device, s.provider, c.title AS community, FROM_UNIXTIME(s.created_at) AS began_at, "
	                 "FROM_UNIXTIME(s.seen_at) AS seen_at, FROM_UNIXTIME(s.expires_at) AS ends_at, "
	                 "s.operator_id IS NOT NULL AS at_counter FROM session s JOIN community c ON c.id = s.community_id "
	                 "WHERE s.person_id = ? AND s.expires_at > ? AND s.seen_at + s.idle_s > ? "
	                 "ORDER BY s.seen_at DESC, s.id DESC LIMIT ?");
	SQL(sessions_en, "SELECT s.id, s.device, s.provider, c.title_en AS community, FROM_UNIXTIME(s.created_at) AS began_at, "
	                 "FROM_UNIXTIME(s.seen_at) AS seen_at, FROM_UNIXTIME(s.expires_at) AS ends_at, "
	                 "s.operator_id IS NOT NULL AS at_counter FROM session s JOIN community c ON c.id = s.community_id "
	                 "WHERE s.person_id = ? AND s.expires_at > ? AND s.seen_at + s.idle_s > ? "
	                 "ORDER BY s.seen_at DESC, s.id DESC LIMIT ?");
	int64_t now = time(NULL);

	return db_rows(db, lang == LANG_EN ? &sessions_en : &sessions_uk,
	    ARGS(INT(person), INT(now), INT(now), INT(ACCOUNT_SESSIONS_MAX)));
}

bool
account_end_session(struct db *db, int64_t person, int64_t session)
{
	SQL(end_one_session, "DELETE FROM session WHERE id = ? AND person_id = ?");

	return db_exec(db, &end_one_session, ARGS(INT(session), INT(person))) == 1;
}

int64_t
account_end_sessions(struct db *db, int64_t person, int64_t but)
{
	SQL(end_sessions, "DELETE FROM session WHERE person_id = ? AND id <> ?");

	return db_exec(db, &end_sessions, ARGS(INT(person), INT(but)));
}

json_t *
account_known(struct db *db, int64_t person, enum lang lang)
{
	SQL(known_person, "SELECT given_name, family_name, middle_name, key_version IS NOT NULL AS numbered, created_at "
	                  "FROM person WHERE id = ?");
	SQL(known_ages, "SELECT age, on_date FROM person_age WHERE person_id = ? AND age > 0 ORDER BY age");
	SQL(known_communities_uk, "SELECT c.title, m.residence, m.category, m.confirmed_at, m.born_on FROM membership m "
	                          "JOIN community c ON c.id = m.community_id WHERE m.person_id = ? ORDER BY c.id LIMIT 100");
	SQL(known_communities_en, "SELECT c.title_en AS title, m.residence, m.category, m.confirmed_at, m.born_on FROM "
	                          "membership m JOIN community c ON c.id = m.community_id WHERE m.person_id = ? "
	                          "ORDER BY c.id LIMIT 100");
	struct db_args who = ARGS(INT(person));
	json_t *known = db_row(db, &known_person, who);

	if (known == NULL)
		return NULL;
	json_object_set_new(known, "ages", db_rows(db, &known_ages, who));
	json_object_set_new(known, "communities",
	    db_rows(db, lang == LANG_EN ? &known_communities_en : &known_communities_uk, who));
	return known;
}
