/* manage people: who can log in at the stand-in provider, with their roles. */
#include "manage.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "civic/demo.h"

int
manage_people(struct manage *m, int argc, char **argv)
{
	json_t *all = demo_open(), *person, *role;
	size_t i, j;

	(void)argc, (void)argv;
	json_array_foreach(json_object_get(all, "people"), i, person) {
		struct buf roles;
		buf_init(&roles, m->pool);
		json_array_foreach(json_object_get(person, "roles"), j, role)
			buf_fmt(&roles, "%s%s (%s)", roles.len > 0 ? ", " : "",
			    json_string_value(json_object_get(role, "role")),
			    json_string_value(json_object_get(role, "community")));
		if (json_is_true(json_object_get(person, "owner")))
			buf_fmt(&roles, "%sowner of the installation", roles.len > 0 ? ", " : "");
		printf("  %-10s %s %s, %s\n", json_string_value(json_object_get(person, "login")),
		    json_string_value(json_object_get(person, "given_name")),
		    json_string_value(json_object_get(person, "family_name")),
		    roles.len > 0 ? roles.s : "resident");
	}
	printf("  %-10s residents for load\n", "r1 … r2000");
	return 0;
}
