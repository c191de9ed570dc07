/* manage load-demo, a community's rules: version 1, its districts and calendar. */
#include "load_demo.h"

void
demo_rules(struct demo *d, json_t *c)
{
	SQL(add_rules,
	    "INSERT IGNORE INTO petition_rules (community_id, version, threshold, term_days, min_age, "
	    "signature_withdrawal, hide_minors, hide_on_request, hide_ground, office_review, office_decision, "
	    "charter, hint_words) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	SQL(add_district, "INSERT IGNORE INTO district (community_id, name, name_en) VALUES (?, ?, ?)");
	SQL(add_threshold, "INSERT IGNORE INTO district_threshold (community_id, version, district_id, threshold) "
	                   "SELECT community_id, 1, id, ? FROM district WHERE community_id = ? AND name = ?");
	SQL(add_holiday, "INSERT IGNORE INTO holiday (community_id, day, name) VALUES (?, ?, ?)");
	json_t *r = json_object_get(c, "rules"), *one;
	struct db *db = d->m->db;
	size_t i;

#define YES(name) INT(json_is_true(json_object_get(r, name)))
	db_exec(db, &add_rules,
	    ARGS(INT(d->community), INT(d->threshold), INT(d->term_days), INT(demo_number(r, "min_age")),
	        YES("signature_withdrawal"), YES("hide_minors"), YES("hide_on_request"),
	        TEXT(demo_text(r, "hide_ground")), TEXT(demo_text(r, "office_review")),
	        TEXT(demo_text(r, "office_decision")), TEXT(demo_text(r, "charter")),
	        TEXT(demo_text(r, "hint_words"))));
#undef YES
	json_array_foreach(json_object_get(c, "districts"), i, one) {
		db_exec(db, &add_district, ARGS(INT(d->community), TEXT(demo_text(one, "name")),
		                               TEXT(demo_text(one, "name_en"))));
		if (demo_number(one, "threshold") > 0)
			db_exec(db, &add_threshold, ARGS(INT(demo_number(one, "threshold")), INT(d->community),
			                                TEXT(demo_text(one, "name"))));
	}
	json_array_foreach(json_object_get(c, "holidays"), i, one)
		db_exec(db, &add_holiday, ARGS(INT(d->community), TEXT(demo_text(one, "day")),
		                              TEXT(demo_text(one, "name"))));
}

int64_t
demo_district(struct demo *d, const char *name, int64_t *threshold)
{
	SQL(district_named, "SELECT d.id, t.threshold FROM district d LEFT JOIN district_threshold t ON "
	                    "t.community_id = d.community_id AND t.version = 1 AND t.district_id = d.id "
	                    "WHERE d.community_id = ? AND d.name = ?");
	json_t *row = name != NULL ? db_row(d->m->db, &district_named, ARGS(INT(d->community), TEXT(name))) : NULL;

	if (json_is_integer(json_object_get(row, "threshold")))
		*threshold = demo_number(row, "threshold");
	return demo_number(row, "id");
}
