/* Everything that is kept about a person, list by list, each under the table's own words. */
#include "civic/account.h"

/* Adds the rows that the statement finds of the person in a community. */
static void
add(struct db *db, json_t *to, const char *name, struct sql *sql, int64_t community, int64_t person)
{
	json_object_set_new(to, name,
	    db_rows(db, sql, ARGS(INT(community), INT(person), INT(ACCOUNT_ROWS_MAX))));
}

static void
of_community(struct db *db, json_t *to, int64_t community, int64_t person)
{
	SQL(export_residence, "SELECT kind, category, basis, since FROM residence WHERE community_id = ? AND person_id = ? "
	                      "ORDER BY since LIMIT ?");
	SQL(export_residence_events, "SELECT what, residence AS kind, category, basis, created_at FROM residence_event "
	                             "WHERE community_id = ? AND person_id = ? ORDER BY id LIMIT ?");
	SQL(export_roles, "SELECT s.role, u.name AS unit, s.since, s.until FROM staff s LEFT JOIN unit u ON u.id = s.unit_id "
	                  "WHERE s.community_id = ? AND s.person_id = ? ORDER BY s.since LIMIT ?");
	SQL(export_petitions, "SELECT id, state, title, text, lang, topic, addressee, created_at, updated_at, submitted_at, "
	                      "published_at, closes_at, reason, remarks FROM petition WHERE community_id = ? AND author_id = ? "
	                      "ORDER BY id LIMIT ?");
	SQL(export_files, "SELECT id, kind, subject_id, petition_id, name, type, size, created_at, removed_at FROM attachment "
	                  "WHERE community_id = ? AND author_id = ? ORDER BY id LIMIT ?");
	SQL(export_signatures, "SELECT petition_id, created_at AS signed_at, hidden AS without_public_name, channel "
	                       "FROM petition_signature WHERE community_id = ? AND person_id = ? ORDER BY created_at LIMIT ?");
	SQL(export_withdrawals, "SELECT petition_id, created_at AS withdrawn_at FROM petition_withdrawal "
	                        "WHERE community_id = ? AND person_id = ? ORDER BY created_at LIMIT ?");
	SQL(export_follows, "SELECT petition_id, since, until FROM petition_follow WHERE community_id = ? AND person_id = ? "
	                    "ORDER BY since LIMIT ?");
	SQL(export_sessions, "SELECT device, provider, FROM_UNIXTIME(created_at) AS began_at, FROM_UNIXTIME(seen_at) AS "
	                     "seen_at, FROM_UNIXTIME(expires_at) AS ends_at FROM session WHERE community_id = ? AND "
	                     "person_id = ? ORDER BY id LIMIT ?");
	SQL(export_visits, "SELECT u.name AS office, v.document, v.category, v.begun_at, v.ended_at FROM counter_session v JOIN "
	                   "unit u ON u.id = v.unit_id WHERE v.community_id = ? AND v.person_id = ? ORDER BY v.id LIMIT ?");
	SQL(export_letters, "SELECT o.notice, o.kind, o.subject_id, l.state, l.created_at FROM letter l JOIN outbox o ON "
	                    "o.id = l.outbox_id WHERE l.community_id = ? AND l.person_id = ? ORDER BY l.id LIMIT ?");
	SQL(export_events, "SELECT kind, subject_id, from_state, to_state, created_at FROM event WHERE community_id = ? AND "
	                   "actor_id = ? ORDER BY id LIMIT ?");

	add(db, to, "residence", &export_residence, community, person);
	add(db, to, "residence_history", &export_residence_events, community, person);
	add(db, to, "roles", &export_roles, community, person);
	add(db, to, "petitions", &export_petitions, community, person);
	add(db, to, "files", &export_files, community, person);
	add(db, to, "signatures", &export_signatures, community, person);
	add(db, to, "withdrawn_signatures", &export_withdrawals, community, person);
	add(db, to, "followed_petitions", &export_follows, community, person);
	add(db, to, "sessions", &export_sessions, community, person);
	add(db, to, "sessions_at_a_counter", &export_visits, community, person);
	add(db, to, "letters", &export_letters, community, person);
	add(db, to, "what_i_did", &export_events, community, person);
}

json_t *
account_export(struct db *db, int64_t person)
{
	SQL(export_person, "SELECT given_name, family_name, middle_name, key_version IS NOT NULL AS known_by_tax_number, "
	                   "issuer, subject, created_at FROM person WHERE id = ?");
	SQL(export_ages, "SELECT age AS at_least, on_date FROM person_age WHERE person_id = ? AND age > 0 ORDER BY age");
	SQL(export_contact, "SELECT email, lang, confirmed_at, bounced_at, author_notices, staff_notices FROM contact "
	                    "WHERE person_id = ?");
	SQL(export_communities, "SELECT c.id, c.name, c.title, m.born_on FROM membership m JOIN community c ON "
	                        "c.id = m.community_id WHERE m.person_id = ? ORDER BY c.id LIMIT 100");
	struct db_args who = ARGS(INT(person));
	json_t *all = json_object(), *communities = db_rows(db, &export_communities, who), *community;
	json_t *contact = db_row(db, &export_contact, who);
	size_t i;

	json_object_set_new(all, "person", db_row(db, &export_person, who));
	json_object_set_new(all, "ages", db_rows(db, &export_ages, who));
	json_object_set_new(all, "contact", contact != NULL ? contact : json_null());
	json_array_foreach(communities, i, community) {
		of_community(db, community, json_integer_value(json_object_get(community, "id")), person);
		json_object_del(community, "id");
	}
	json_object_set_new(all, "communities", communities);
	return db_failed(db) ? NULL : all;
}
