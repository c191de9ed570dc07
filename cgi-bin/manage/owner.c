/*
 * manage owner [--add [--demo LOGIN] | --end NUMBER]: the installation's owners, who appoint the
 * administrators of every community (civic/staff.h). scripts/owner says the rest.
 *
 * A tax number on standard input finds the account of a person who has logged in before; it is not
 * stored, not logged, never repeated, and wiped. Each term of an owner is a row that stays.
 */
#include "manage.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/config.h"
#include "base/log.h"
#include "base/str.h"
#include "base/text.h"
#include "civic/demo.h"
#include "civic/person.h"
#include "civic/person_key.h"
#include "web/session.h"

enum { LINE_BYTES = 64 /* a number with spaces and dashes */, EXIT_USAGE = 2 };

#define HOLDS_NOW "o.since <= UTC_TIMESTAMP() AND (o.until IS NULL OR o.until > UTC_TIMESTAMP())"

static int64_t
account_of(struct manage *m, const char *number)
{
	SQL(account_of_key, "SELECT id FROM person WHERE person_key = ?");
	struct person_macs macs;
	int64_t person = 0;

	if (!person_macs(m->db, m->pool, number, &macs))
		fatal("the keys of tax numbers cannot be read, or are not those of the database: nothing is changed");
	for (int i = 0; i < macs.count && person == 0; i++)
		person = db_number(m->db, &account_of_key, ARGS(BYTES(macs.mac[i], sizeof macs.mac[i])), 0);
	sodium_memzero(&macs, sizeof macs);
	return person;
}

static int64_t
account_on_input(struct manage *m)
{
	char line[LINE_BYTES + 2] = "";
	int64_t person = 0;

	prctl(PR_SET_DUMPABLE, 0);
	setvbuf(stdin, NULL, _IONBF, 0); /* no copy of it stays behind */
	bool got = fgets(line, sizeof line, stdin) != NULL;
	line[strcspn(line, "\r\n")] = '\0';
	bool right = got && strlen(line) <= LINE_BYTES && text_is_utf8(line, strlen(line));
	char *normal = person_normalise(m->pool, right ? line : "");
	right = *normal != '\0';
	if (right)
		person = account_of(m, normal);
	sodium_memzero(line, sizeof line);
	sodium_memzero(normal, strlen(normal));
	if (!right)
		fatal("one tax number is wanted on standard input; nothing is changed");
	return person;
}

static int64_t
account_of_demo(struct manage *m, const char *login)
{
	if (!config_on("standin"))
		fatal("demo people are there only where the stand-in identity provider may run");
	json_t *person = demo_person(m->pool, demo_open(), login);
	if (person == NULL)
		fatal("the demo knows no \"%s\"", login);
	return account_of(m, json_string_value(json_object_get(person, "tax_number")));
}

static int
add(struct manage *m, int64_t person)
{
	SQL(owns_already, "SELECT 1 AS owns FROM installation_owner o WHERE o.person_id = ? AND " HOLDS_NOW);
	/* Ended in this very second, the term goes on. */
	SQL(new_owner, "INSERT INTO installation_owner (person_id) VALUES (?) ON DUPLICATE KEY UPDATE until = NULL");

	if (person == 0 && !db_failed(m->db))
		fatal("nobody with this number has logged in yet: log in once at any community's site, then come back");
	if (db_number(m->db, &owns_already, ARGS(INT(person)), 0) == 1) {
		printf("person %" PRId64 " owns this installation already\n", person);
		return 0;
	}
	db_exec(m->db, &new_owner, ARGS(INT(person)));
	session_shorten(m->db, 0, person);
	if (db_failed(m->db))
		fatal("the database refused; look at the log");
	printf("person %" PRId64 " owns this installation: /moderation/administrators at each community's site\n", person);
	return 0;
}

static int
end(struct manage *m, const char *number)
{
	SQL(end_owner, "UPDATE installation_owner o SET o.until = UTC_TIMESTAMP() WHERE o.person_id = ? AND " HOLDS_NOW);
	int64_t ended = db_exec(m->db, &end_owner, ARGS(INT(strtoll(number, NULL, 10))));

	if (ended == 0)
		fatal("no owner has the number %s", number);
	if (ended < 0)
		fatal("the database refused; look at the log");
	printf("person %s owns this installation no longer\n", number);
	return 0;
}

static int
list(struct manage *m)
{
	SQL(owners, "SELECT o.person_id, CONCAT(h.given_name, ' ', h.family_name) AS name, o.since, o.until FROM "
	            "installation_owner o JOIN person h ON h.id = o.person_id ORDER BY o.since, o.person_id");
	json_t *rows = db_rows(m->db, &owners, NO_ARGS), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		const char *until = json_string_value(json_object_get(row, "until"));
		printf("%6" PRId64 "  %s, from %s%s%s\n", (int64_t)json_integer_value(json_object_get(row, "person_id")),
		    json_string_value(json_object_get(row, "name")), json_string_value(json_object_get(row, "since")),
		    until != NULL ? " to " : "", until != NULL ? until : "");
	}
	return db_failed(m->db);
}

int
manage_owner(struct manage *m, int argc, char **argv)
{
	if (argc == 0)
		return list(m);
	if (argc == 1 && str_eq(argv[0], "--add"))
		return add(m, account_on_input(m));
	if (argc == 3 && str_eq(argv[0], "--add") && str_eq(argv[1], "--demo"))
		return add(m, account_of_demo(m, argv[2]));
	if (argc == 2 && str_eq(argv[0], "--end"))
		return end(m, argv[1]);
	fprintf(stderr, "usage: manage owner [--add [--demo LOGIN] | --end NUMBER]\n");
	return EXIT_USAGE;
}
