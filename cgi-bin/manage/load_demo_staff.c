/* manage load-demo, who works there: units, roles, the installation's owners. */
#include "load_demo.h"

#include "base/str.h"

static void
add_role(struct demo *d, int64_t person, json_t *role)
{
	SQL(add_staff, "INSERT INTO staff (community_id, person_id, role, unit_id) SELECT ?, ?, ?, (SELECT id FROM "
	               "unit WHERE community_id = ? AND name = ?) FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM staff "
	               "WHERE community_id = ? AND person_id = ? AND role = ?)");
	struct db_value community = INT(d->community), name = TEXT(demo_text(role, "role"));

	db_exec(d->m->db, &add_staff,
	    ARGS(community, INT(person), name, community, TEXT(demo_text(role, "unit")), community, INT(person), name));
}

void
demo_staff(struct demo *d, json_t *community)
{
	SQL(add_unit, "INSERT IGNORE INTO unit (community_id, kind, name, name_en) VALUES (?, ?, ?, ?)");
	SQL(add_owner, "INSERT INTO installation_owner (person_id) SELECT ? FROM DUAL WHERE NOT EXISTS "
	               "(SELECT 1 FROM installation_owner WHERE person_id = ?)");
	json_t *person, *role, *unit;
	size_t i, j;

	json_array_foreach(json_object_get(community, "units"), i, unit)
		db_exec(d->m->db, &add_unit,
		    ARGS(INT(d->community), TEXT(demo_text(unit, "kind")), TEXT(demo_text(unit, "name")),
		        TEXT(demo_text(unit, "name_en"))));
	json_array_foreach(json_object_get(d->people, "people"), i, person) {
		const char *login = demo_text(person, "login");
		json_array_foreach(json_object_get(person, "roles"), j, role)
			if (str_eq(demo_text(role, "community"), d->name))
				add_role(d, demo_account(d, login), role);
		if (json_is_true(json_object_get(person, "owner"))) {
			struct db_value id = INT(demo_account(d, login));
			db_exec(d->m->db, &add_owner, ARGS(id, id));
		}
	}
}
