#include "civic/petition_export.h"

#include "civic/petition_state.h"

/* The index alone is walked to where a part begins. */
#define PART \
	"FROM (SELECT id FROM petition FORCE INDEX (by_date) WHERE community_id = ? AND listed_at IS NOT NULL " \
	"ORDER BY listed_at, id LIMIT ? OFFSET ?) f STRAIGHT_JOIN petition p ON p.id = f.id " \
	"LEFT JOIN petition_total t ON t.petition_id = p.id AND t.community_id = p.community_id " \
	"LEFT JOIN district d ON d.id = p.district_id AND d.community_id = p.community_id " \
	"LEFT JOIN person a ON a.id = p.author_id WHERE p.community_id = ? AND " PETITION_PUBLIC \
	" ORDER BY p.listed_at, p.id"
#define COLUMNS \
	"SELECT p.id, " \
	"IF(p.state = 'hidden', NULL, p.title) AS title, p.state, " \
	"IF(p.state = 'hidden', NULL, p.topic) AS topic, IF(p.state = 'hidden', NULL, d.name) AS district, " \
	"IF(p.state = 'hidden', NULL, p.addressee) AS addressee, " \
	"IF(p.state = 'hidden', NULL, CONCAT(a.given_name, ' ', a.family_name)) AS author_name, " \
	"p.published_at, IF(p.state = 'hidden', NULL, p.closes_at) AS closes_at, " \
	"IF(p.state = 'hidden', NULL, p.threshold) AS threshold, " \
	"IF(p.state = 'hidden', NULL, COALESCE(t.signature_count, p.outside_count)) AS signature_count, " \
	"IF(p.state = 'hidden', NULL, p.outside_count) AS outside_count, " \
	"IF(p.state = 'hidden', NULL, p.verdict) AS verdict, " \
	"IF(p.state = 'hidden', NULL, p.answered_at) AS answered_at, " \
	"IF(p.state = 'hidden', NULL, p.answered_by) AS answered_by, " \
	"IF(p.state IN ('refused', 'contested'), p.reason, NULL) AS refusal "

int64_t
export_count(struct db *db, int64_t community)
{
	SQL(export_count, "SELECT COUNT(*) AS n FROM petition WHERE community_id = ? AND listed_at IS NOT NULL");

	return db_number(db, &export_count, ARGS(INT(community)), 0);
}

json_t *
export_petitions(struct db *db, int64_t community, int64_t part)
{
	SQL(export_petitions, COLUMNS PART);

	return db_rows(db, &export_petitions,
	    ARGS(INT(community), INT(EXPORT_ROWS), INT((part - 1) * EXPORT_ROWS), INT(community)));
}

json_t *
export_texts(struct db *db, int64_t community, int64_t part)
{
	SQL(export_texts, COLUMNS ", IF(p.state = 'hidden', NULL, p.text) AS text, "
	                          "IF(p.state = 'hidden', NULL, p.answer) AS answer " PART);

	return db_rows(db, &export_texts,
	    ARGS(INT(community), INT(EXPORT_TEXTS), INT((part - 1) * EXPORT_TEXTS), INT(community)));
}

json_t *
export_signers(struct db *db, int64_t community, int64_t petition, int64_t part)
{
	SQL(export_signers,
	    "SELECT CONCAT(n.family_name, ' ', n.given_name) AS name, s.created_at AS signed_at "
	    "FROM (SELECT petition_id, person_id FROM petition_signature WHERE petition_id = ? "
	    "AND community_id = ? ORDER BY created_at, person_id LIMIT ? OFFSET ?) f "
	    "STRAIGHT_JOIN petition_signature s ON s.petition_id = f.petition_id AND s.person_id = f.person_id "
	    "STRAIGHT_JOIN person n ON n.id = s.person_id WHERE NOT s.hidden AND NOT EXISTS (SELECT 1 FROM "
	    "petition_withdrawal w WHERE w.petition_id = s.petition_id AND w.person_id = s.person_id AND "
	    "w.community_id = s.community_id) ORDER BY s.created_at, s.person_id");

	return db_rows(db, &export_signers,
	    ARGS(INT(petition), INT(community), INT(EXPORT_SIGNERS), INT((part - 1) * EXPORT_SIGNERS)));
}
