/* manage migrate: the schema, the lifecycle's table and the programs' rights, up to date. */
#include "manage.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/str.h"
#include "civic/lifecycle.h"

static void
script(struct manage *m, const char *what, const char *text)
{
	char error[500];

	if (!db_script(m->db, text, error, sizeof error))
		fatal("%s: %s", what, error);
}

static int
is_migration(const struct dirent *e)
{
	return strspn(e->d_name, "0123456789") == 4 && e->d_name[4] == '_' && str_ends(e->d_name, ".sql");
}

/* Applies a file once; one that was edited after it was applied is refused. */
static void
apply(struct manage *m, const char *name)
{
	SQL(applied, "SELECT LOWER(HEX(digest)) AS digest FROM migration WHERE name = ?");
	SQL(mark_applied, "INSERT INTO migration (name, digest) VALUES (?, ?)");
	char *text = read_file(m->pool, str_fmt(m->pool, "%s/sql/%s", config_get("root"), name));
	unsigned char digest[MAC_BYTES];

	crypto_digest(text, digest);
	json_t *row = db_row(m->db, &applied, ARGS(TEXT(name)));
	if (row != NULL) {
		if (!str_eq(json_string_value(json_object_get(row, "digest")),
		        str_hex(m->pool, digest, sizeof digest)))
			fatal("sql/%s was edited after it was applied: migrations go only forward", name);
		return;
	}
	printf("migration %s\n", name);
	script(m, name, text);
	if (db_exec(m->db, &mark_applied, ARGS(TEXT(name), BYTES(digest, sizeof digest))) != 1)
		fatal("%s could not be marked as applied", name);
}

static void
load_transitions(struct manage *m)
{
	SQL(forget_transitions, "DELETE FROM transition");
	SQL(add_transition, "INSERT INTO transition (kind, from_state, to_state, program) VALUES (?, ?, ?, ?)");

	db_plain(m->db, "START TRANSACTION");
	db_exec(m->db, &forget_transitions, NO_ARGS);
	for (const struct transition *t = lifecycle; t->kind != NULL; t++) {
		/* `manage` connects as root: the database knows the user, not the program. */
		const char *user = strcmp(t->program, "manage") == 0 ? "root" : t->program;
		db_exec(m->db, &add_transition, ARGS(TEXT(t->kind), TEXT(t->from), TEXT(t->to), TEXT(user)));
	}
	if (db_failed(m->db) || !db_plain(m->db, "COMMIT"))
		fatal("the table of transitions could not be written");
}

static int
is_password(const struct dirent *e)
{
	return e->d_name[0] != '.' && strcmp(e->d_name, "root") != 0;
}

/* Users with their passwords of var/keys/db, all rights taken back, then those of sql/grants.sql. */
static void
grant(struct manage *m)
{
	struct dirent **entries;
	struct buf text;
	char password[128], file[300];

	buf_init(&text, m->pool);
	int n = scandir(str_fmt(m->pool, "%s/keys/db", config_get("var")), &entries, is_password, alphasort);
	if (n < 0)
		fatal("cannot read keys/db: %s", strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *user = entries[i]->d_name;
		if (strspn(user, "abcdefghijklmnopqrstuvwxyz-") != strlen(user))
			fatal("keys/db/%s: the name is no user's", user);
		snprintf(file, sizeof file, "db/%s", user);
		size_t len = config_key_file(file, (unsigned char *)password, 16, sizeof password - 1);
		while (len > 0 && password[len - 1] == '\n')
			len--;
		password[len] = '\0';
		if (strspn(password, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+/=") != len)
			fatal("keys/db/%s: a password takes letters, digits and -_+/= only", user);
		buf_fmt(&text, "CREATE USER IF NOT EXISTS '%s'@'localhost' IDENTIFIED BY '%s';\n"
		               "ALTER USER '%s'@'localhost' IDENTIFIED BY '%s';\n"
		               "REVOKE ALL PRIVILEGES, GRANT OPTION FROM '%s'@'localhost';\n",
		    user, password, user, password, user);
		free(entries[i]);
	}
	free(entries);
	script(m, "users", text.s);
	script(m, "sql/grants.sql",
	    read_file(m->pool, str_fmt(m->pool, "%s/sql/grants.sql", config_get("root"))));
}

int
manage_migrate(struct manage *m, int argc, char **argv)
{
	struct dirent **files;

	(void)argc, (void)argv;
	script(m, "migration", "CREATE TABLE IF NOT EXISTS migration (name VARCHAR(80) COLLATE utf8mb4_bin "
	                       "PRIMARY KEY, digest BINARY(32) NOT NULL, "
	                       "applied_at DATETIME NOT NULL DEFAULT UTC_TIMESTAMP()) DEFAULT CHARSET utf8mb4");
	int n = scandir(str_fmt(m->pool, "%s/sql", config_get("root")), &files, is_migration, alphasort);
	if (n <= 0)
		fatal("no migrations in sql/");
	for (int i = 0; i < n; i++) {
		apply(m, files[i]->d_name);
		free(files[i]);
	}
	free(files);
	load_transitions(m);
	grant(m);
	return 0;
}
