/*
 * db: typed statements over MariaDB Connector/C, one connection a process.
 *
 * A statement is a constant text with `?`, written in the function that runs it:
 *
 *	SQL(find, "SELECT id, title FROM petition WHERE community_id = ? AND id = ?");
 *	json_t *row = db_row(db, &find, ARGS(INT(community), INT(id)));
 *
 * Its text lands in the program as the symbol viche_sql_find, which is how the registry test finds
 * every statement that a program links. Statements are prepared when first used.
 *
 * Errors are sticky: after an unexpected one every call does nothing and gives its empty result
 * until db_next(); db_failed() tells. A duplicate key (1062) is an expected outcome, not an error:
 * db_exec() gives DB_DUPLICATE. Error texts go to the log without values, never to a page.
 *
 * Rows become JSON objects by column name, in the entered pool: integers and 64-bit counts as
 * integers; columns and expressions of one digit (BOOLEAN, a = b) as booleans; DATETIME as
 * "2026-07-21T10:22:33Z"; DATE as "2026-07-21"; BINARY and BLOB as lower-case hex; JSON and texts
 * as strings; NULL as null.
 */
#ifndef VICHE_DATA_DB_H
#define VICHE_DATA_DB_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct db;

struct sql {
	const char *text;
	const char *name;
	int slot; /* 0: not yet given a place in the connection's table of prepared statements */
};

#define SQL(id, statement) \
	static const char viche_sql_##id[] = statement; \
	static struct sql id = { viche_sql_##id, #id, 0 }

enum db_type { DB_INT, DB_TEXT, DB_BYTES, DB_NULL };
struct db_value {
	enum db_type type;
	int64_t number;
	const void *bytes;
	size_t len;
};
struct db_args {
	const struct db_value *values;
	size_t count;
};

struct db_value db_text(const char *s); /* NULL becomes SQL's NULL */
#define INT(n) ((struct db_value){ .type = DB_INT, .number = (n) })
#define TEXT(s) db_text(s)
#define BYTES(p, n) ((struct db_value){ .type = DB_BYTES, .bytes = (p), .len = (n) })
#define NUL ((struct db_value){ .type = DB_NULL })
#define ARGS(...) \
	((struct db_args){ (const struct db_value[]){ __VA_ARGS__ }, \
	    sizeof((const struct db_value[]){ __VA_ARGS__ }) / sizeof(struct db_value) })
#define NO_ARGS ((struct db_args){ NULL, 0 })

enum { DB_FAILED = -1, DB_DUPLICATE = -2 };
enum { DB_ROWS_MAX = 5000 }; /* no statement may return more; more is an error */

/* The connection of user (its password is in var/keys/db/USER); connects when first used.
 * Process lifetime. */
struct db *db_open(const char *user);
void db_close(struct db *db);

/* Between two requests: forgets the sticky error, rolls back what was left open, connects again
 * where the connection broke, and sets the test clock where the configuration has one. */
void db_next(struct db *db);

/* An unexpected error happened since db_next(). */
bool db_failed(const struct db *db);
/* …and it was that the server can't be reached or broke off (503 rather than 500). */
bool db_unreachable(const struct db *db);

/* Runs a statement. The number of rows changed (for INSERT … ON DUPLICATE KEY as MariaDB counts),
 * DB_DUPLICATE or DB_FAILED. */
int64_t db_exec(struct db *db, struct sql *statement, struct db_args args);
/* The AUTO_INCREMENT id of the last db_exec(). */
int64_t db_last_id(const struct db *db);

/* All rows as an array, empty where there are none or the statement failed. */
json_t *db_rows(struct db *db, struct sql *statement, struct db_args args);
/* The first row, or NULL. */
json_t *db_row(struct db *db, struct sql *statement, struct db_args args);
/* The first column of the first row, or otherwise where there is no row or it is NULL. */
int64_t db_number(struct db *db, struct sql *statement, struct db_args args, int64_t otherwise);

/* Seconds since 1970 of a row's DATETIME or DATE column; 0 where it is NULL or not there. */
time_t db_time(json_t *row, const char *column);

/* Runs a text of several statements (migrations, grants); `manage` only. False and one log line
 * where one fails; error receives the server's words. */
bool db_script(struct db *db, const char *text, char *error, size_t size);

/* For tx alone. */
bool db_plain(struct db *db, const char *constant);
bool db_must_retry(const struct db *db); /* deadlock, lock wait, snapshot or certification conflict */
void db_forgive(struct db *db);

#endif
