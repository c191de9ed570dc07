#include "civic/petition.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "civic/rules.h"

/* MariaDB plans a statement anew each time that it runs, and a join of nine tables costs more planning than
 * reading. So what most readers of most pages have no need of is asked apart, and what never changes is
 * remembered. */

enum { RULES_KEPT = 16 /* versions of one process; most communities have one or two in use */ };

static struct kept {
	int64_t community, version; /* 0: none yet */
	bool signature_withdrawal, author_withdrawal, hide_minors, hide_on_request;
	char *who_may_sign, *hide_ground, *residence_kinds, *residence_categories;
} kept[RULES_KEPT];

static char *
keep(json_t *row, const char *column)
{
	char *copy = strdup(json_string_value(json_object_get(row, column)));

	if (copy == NULL)
		fatal("out of memory");
	return copy;
}

static bool
is(json_t *row, const char *column)
{
	return json_is_true(json_object_get(row, column));
}

/* NULL where there are none. Nobody edits a version (civic/rules.h), so it is read once. */
static const struct kept *
rules_of(struct db *db, int64_t community, int64_t version)
{
	SQL(rules_of_petition,
	    "SELECT who_may_sign, signature_withdrawal, author_withdrawal, hide_minors, hide_on_request, "
	    "hide_ground, residence_kinds, residence_categories FROM petition_rules WHERE community_id = ? AND version = ?");
	struct kept *k = &kept[(uint64_t)(community * 31 + version) % RULES_KEPT];

	if (k->community == community && k->version == version)
		return k;
	json_t *row = db_row(db, &rules_of_petition, ARGS(INT(community), INT(version)));
	if (row == NULL)
		return NULL;
	free(k->who_may_sign);
	free(k->hide_ground);
	free(k->residence_kinds);
	free(k->residence_categories);
	*k = (struct kept){ community, version, is(row, "signature_withdrawal"), is(row, "author_withdrawal"),
		is(row, "hide_minors"), is(row, "hide_on_request"), keep(row, "who_may_sign"),
		keep(row, "hide_ground"), keep(row, "residence_kinds"), keep(row, "residence_categories") };
	return k;
}

/* What is not published yet has no version; it is shown the first one's. */
static void
add_rules(struct db *db, int64_t community, json_t *p)
{
	json_t *version = json_object_get(p, "rules_version");
	const struct kept *k = rules_of(db, community, json_is_null(version) ? 1 : json_integer_value(version));

	if (k == NULL)
		return;
	json_object_set_new(p, "who_may_sign", json_string(k->who_may_sign));
	json_object_set_new(p, "signature_withdrawal", json_boolean(k->signature_withdrawal));
	json_object_set_new(p, "author_withdrawal", json_boolean(k->author_withdrawal));
	json_object_set_new(p, "hide_minors", json_boolean(k->hide_minors));
	json_object_set_new(p, "hide_on_request", json_boolean(k->hide_on_request));
	json_object_set_new(p, "hide_ground", json_string(k->hide_ground));
	json_object_set_new(p, "residence_kinds", json_string(k->residence_kinds));
	json_object_set_new(p, "residence_categories", json_string(k->residence_categories));
}

json_t *
petition_own_signature(struct db *db, int64_t community, int64_t id, int64_t person)
{
	/* One's own signature is in the number at once. From before the last count it is in the total,
	 * from after it is not; beside the count itself (a commit takes a moment) only counting tells. */
	SQL(own_signature,
	    "SELECT IF(w.created_at IS NULL, s.created_at, NULL) AS signed_at, "
	    "w.created_at AS signature_withdrawn_at, "
	    "CASE WHEN GREATEST(s.created_at, COALESCE(w.created_at, s.created_at)) < b.at - INTERVAL 1 SECOND "
	    "THEN COALESCE(t.signature_count, p.outside_count) "
	    "WHEN w.created_at IS NULL AND s.created_at > u.at THEN COALESCE(t.signature_count, p.outside_count) + 1 "
	    "ELSE p.outside_count + (SELECT COUNT(*) FROM petition_signature c WHERE c.petition_id = p.id "
	    "AND c.community_id = p.community_id) - (SELECT COUNT(*) FROM petition_withdrawal c WHERE "
	    "c.petition_id = p.id AND c.community_id = p.community_id) END AS signature_count, "
	    "b.at AS counted_at "
	    "FROM petition_signature s JOIN petition p ON p.id = s.petition_id AND p.community_id = s.community_id "
	    "LEFT JOIN petition_total t ON t.petition_id = p.id AND t.community_id = p.community_id "
	    "LEFT JOIN petition_withdrawal w ON w.petition_id = s.petition_id AND w.person_id = s.person_id "
	    "AND w.community_id = s.community_id "
	    "LEFT JOIN watermark b ON b.name = 'counted' LEFT JOIN watermark u ON u.name = 'counted_until' "
	    "WHERE s.petition_id = ? AND s.person_id = ? AND s.community_id = ?");

	return db_row(db, &own_signature, ARGS(INT(id), INT(person), INT(community)));
}

json_t *
petition_just_signed(struct db *db, int64_t community, int64_t id, int64_t person)
{
	SQL(just_signed,
	    "SELECT COALESCE(t.signature_count, p.outside_count) + 1 AS signature_count FROM petition_signature s "
	    "JOIN petition p ON p.id = s.petition_id AND p.community_id = s.community_id "
	    "JOIN watermark u ON u.name = 'counted_until' "
	    "LEFT JOIN petition_total t ON t.petition_id = p.id AND t.community_id = p.community_id "
	    "WHERE s.petition_id = ? AND s.person_id = ? AND s.community_id = ? AND s.created_at > u.at");

	return db_row(db, &just_signed, ARGS(INT(id), INT(person), INT(community)));
}

/* When the worker counted, as far as this process knows. Totals only grow newer than that, so what was signed a
 * second before is in every total that is read from now on, and needs no statement of its own. A clock that was
 * set back is behind it; then it says nothing. */
static time_t counted_at;

static bool
is_counted(json_t *p)
{
	time_t signed_at = db_time(p, "signed_at"), withdrawn = db_time(p, "signature_withdrawn_at");
	time_t last = withdrawn > signed_at ? withdrawn : signed_at;

	return last + 2 < counted_at && counted_at <= db_time(p, "now");
}

static void
add_own_signature(struct db *db, int64_t community, int64_t viewer, json_t *p)
{
	if (json_is_null(json_object_get(p, "signed_at")))
		return;
	if (is_counted(p)) {
		if (!json_is_null(json_object_get(p, "signature_withdrawn_at")))
			json_object_set_new(p, "signed_at", json_null());
		return;
	}
	/* All of it from one statement: the total that the petition came with may be of another moment. */
	json_t *own = petition_own_signature(db, community, json_integer_value(json_object_get(p, "id")), viewer);
	if (own == NULL)
		return;
	counted_at = db_time(own, "counted_at");
	json_object_del(own, "counted_at");
	json_object_update(p, own);
}

json_t *
petition_find(struct db *db, int64_t community, int64_t id, int64_t viewer, bool moderator)
{
	SQL(find_petition,
	    "SELECT p.id, p.title, p.text, p.lang, p.state, p.author_id, p.submitted_at, p.published_at, "
	    "p.closes_at, p.decided_at, p.threshold, p.term_days, p.rules_version, p.outside_count, p.reason, "
	    "p.remarks, p.topic, p.district_id, p.addressee, p.verdict, p.answer, "
	    "p.answered_by, p.answered_at, p.merged_into, p.state_before, p.notice_reason, p.paused_at, "
	    "p.names_removed_at, CONCAT(a.given_name, ' ', a.family_name) AS author_name, "
	    "s.created_at AS signed_at, w.created_at AS signature_withdrawn_at, p.contested_at, "
	    "COALESCE(t.signature_count, p.outside_count) AS signature_count, "
	    "COALESCE(t.assisted_count, 0) AS assisted_count, COALESCE(p.author_id = ?, 0) = 1 AS mine, UTC_TIMESTAMP() AS now "
	    "FROM petition p LEFT JOIN person a ON a.id = p.author_id "
	    "LEFT JOIN petition_total t ON t.petition_id = p.id AND t.community_id = p.community_id "
	    "LEFT JOIN petition_signature s ON s.petition_id = p.id AND s.person_id = ? "
	    "AND s.community_id = p.community_id "
	    "LEFT JOIN petition_withdrawal w ON w.petition_id = s.petition_id AND w.person_id = s.person_id "
	    "AND w.community_id = s.community_id "
	    "WHERE p.id = ? AND p.community_id = ? "
	    "AND ((" PETITION_PUBLIC ") OR p.author_id = ? OR (? AND p.state NOT IN ('draft', 'withdrawn')))");
	json_t *p = db_row(db, &find_petition, ARGS(INT(viewer), INT(viewer), INT(id), INT(community),
	    INT(viewer), INT(moderator)));

	if (p == NULL)
		return NULL;
	add_own_signature(db, community, viewer, p);
	add_rules(db, community, p);
	json_object_set_new(p, "district_name",
	    district_name_of(db, community, json_integer_value(json_object_get(p, "district_id"))));
	if (str_eq(json_string_value(json_object_get(p, "state")), "hidden") && !moderator && !is(p, "mine")) {
		json_object_set_new(p, "title", json_string(""));
		json_object_set_new(p, "text", json_string(""));
		json_object_set_new(p, "author_name", json_null());
	}
	return db_failed(db) ? NULL : p;
}
