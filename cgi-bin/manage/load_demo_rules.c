/* manage load-demo, a community's rules: version 1, its districts, settlements and calendar; and how its
 * people belong to it. */
#include "load_demo.h"

#include "base/log.h"
#include "base/str.h"
#include "civic/person_key.h"
#include "civic/residence.h"

void
demo_rules(struct demo *d, json_t *c)
{
	SQL(add_rules,
	    "INSERT IGNORE INTO petition_rules (community_id, version, threshold, term_days, min_age, "
	    "signature_withdrawal, hide_minors, hide_on_request, hide_ground, office_review, office_decision, "
	    "charter, hint_words, residence_categories) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	SQL(add_settlement, "INSERT IGNORE INTO settlement (community_id, name) VALUES (?, ?)");
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
	        TEXT(demo_text(r, "hint_words")), TEXT(demo_text(r, "residence_categories"))));
#undef YES
	json_array_foreach(json_object_get(c, "settlements"), i, one)
		db_exec(db, &add_settlement, ARGS(INT(d->community), TEXT(json_string_value(one))));
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

/* The register's list of this one person: without it their login would end what it says. */
static void
list_person(struct demo *d, json_t *p, const char *category)
{
	SQL(demo_list, "INSERT INTO register_import (community_id, category, finished_at) VALUES (?, ?, UTC_TIMESTAMP())");
	SQL(demo_listed, "INSERT INTO register_entry (import_id, community_id, person_key) VALUES (?, ?, ?)");
	struct person_macs macs;

	if (!person_macs(d->m->db, d->m->pool, demo_text(p, "tax_number"), &macs))
		fatal("the keys cannot be used");
	db_exec(d->m->db, &demo_list, ARGS(INT(d->community), TEXT(category)));
	db_exec(d->m->db, &demo_listed,
	    ARGS(INT(db_last_id(d->m->db)), INT(d->community), BYTES(macs.mac[0], PERSON_KEY_BYTES)));
}

void
demo_residences(struct demo *d, int64_t person, json_t *p)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(p, "residence"), i, one) {
		const char *kind = demo_text(one, "kind");
		struct residence_change c = { d->community, person, kind, demo_text(one, "category"),
			demo_text(one, "basis"), 0 };
		if (!str_eq(demo_text(one, "community"), d->name))
			continue;
		if (str_eq(kind, "official"))
			c.actor = d->clerk;
		else if (str_eq(kind, "declared"))
			c.actor = person;
		if (str_eq(kind, "declined")) {
			c.kind = "declared";
			c.actor = d->clerk;
			residence_note(d->m->db, &c, "declined");
			continue;
		}
		if (str_eq(kind, "register"))
			list_person(d, p, c.category);
		residence_begin(d->m->db, &c, NULL);
	}
}
