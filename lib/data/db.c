#include "data/db.h"

#include <assert.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <errmsg.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"
#include "data/db_fetch.h"

enum {
	STATEMENTS_MAX = 160, /* a program links some dozens */
	ARGS_MAX = 24,
	ALONE_TRIES = 6,
	CONNECT_S = 2,
	IO_S = 7 /* above the server's max_statement_time: it speaks first unless it is stopped */
};

struct db {
	const char *user;
	MYSQL *mysql;
	MYSQL_STMT *statements[STATEMENTS_MAX];
	unsigned error; /* sticky */
	bool retry, broken;
	int64_t last_id;
	char test_clock[64];
};

static int slots = 1;

struct db_value
db_text(const char *s)
{
	if (s == NULL)
		return NUL;
	return (struct db_value){ .type = DB_TEXT, .bytes = s, .len = strlen(s) };
}

struct db *
db_open(const char *user)
{
	struct db *db = calloc(1, sizeof *db);
	if (db == NULL)
		fatal("out of memory");
	db->user = user;
	db->broken = true;
	return db;
}

static void
disconnect(struct db *db)
{
	for (size_t i = 0; i < STATEMENTS_MAX; i++)
		if (db->statements[i] != NULL) {
			mysql_stmt_close(db->statements[i]);
			db->statements[i] = NULL;
		}
	if (db->mysql != NULL)
		mysql_close(db->mysql);
	db->mysql = NULL;
	db->broken = true;
	*db->test_clock = '\0';
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	disconnect(db);
	free(db);
}

/* These texts name tables and users, never values. */
static bool
text_is_harmless(unsigned error)
{
	switch (error) {
	case ER_PARSE_ERROR:
	case ER_TABLEACCESS_DENIED_ERROR:
	case ER_COLUMNACCESS_DENIED_ERROR:
	case ER_SPECIFIC_ACCESS_DENIED_ERROR:
	case ER_NO_SUCH_TABLE:
	case ER_BAD_FIELD_ERROR:
	case ER_ACCESS_DENIED_ERROR:
	case ER_SIGNAL_EXCEPTION:
	case CR_CONNECTION_ERROR:
	case CR_SERVER_GONE_ERROR:
	case CR_SERVER_LOST: return true;
	default: return false;
	}
}

static void
failed(struct db *db, const char *name, unsigned error, const char *text)
{
	db->error = error != 0 ? error : CR_UNKNOWN_ERROR;
	switch (error) {
	case ER_LOCK_DEADLOCK:
	case ER_LOCK_WAIT_TIMEOUT:
	case ER_CHECKREAD:
	case ER_UNKNOWN_COM_ERROR:
		db->retry = true;
		/* Mostly it is tried again; where it is not, this line is the reason. */
		log_info("sql", "%s: error %u, may be tried again", name, error);
		return;
	case CR_SERVER_GONE_ERROR:
	case CR_SERVER_LOST:
	case CR_CONNECTION_ERROR:
	case CR_CONN_HOST_ERROR:
	case CR_SERVER_LOST_EXTENDED:
	case ER_CONNECTION_KILLED:
	case ER_SERVER_SHUTDOWN: db->broken = true; break;
	default: break;
	}
	log_error("sql", "%s: error %u%s%s", name, error, text_is_harmless(error) ? ": " : "",
	    text_is_harmless(error) ? text : "");
}

static void
connect_now(struct db *db)
{
	char password[128] = "", file[160];
	unsigned connect_s = CONNECT_S, io_s = IO_S;
	my_bool off = 0;

	disconnect(db);
	snprintf(file, sizeof file, "db/%s", db->user);
	size_t n = config_key_file(file, (unsigned char *)password, 1, sizeof password - 1);
	while (n > 0 && (password[n - 1] == '\n' || password[n - 1] == '\r'))
		password[--n] = '\0';
	db->mysql = mysql_init(NULL);
	if (db->mysql == NULL)
		fatal("out of memory");
	mysql_options(db->mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
	mysql_options(db->mysql, MYSQL_OPT_READ_TIMEOUT, &io_s);
	mysql_options(db->mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_s);
	mysql_options(db->mysql, MYSQL_OPT_RECONNECT, &off);
	mysql_options(db->mysql, MYSQL_OPT_LOCAL_INFILE, &(unsigned){ 0 });
	mysql_options(db->mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (mysql_real_connect(db->mysql, NULL, db->user, password, config_or("db_name", "viche"), 0,
	        config_get("db_socket"), CLIENT_FOUND_ROWS | CLIENT_MULTI_STATEMENTS) == NULL) {
		failed(db, "connect", mysql_errno(db->mysql), mysql_error(db->mysql));
		disconnect(db);
		return;
	}
	db->broken = false;
	if (mysql_query(db->mysql, "SET NAMES utf8mb4 COLLATE utf8mb4_uca1400_as_ci, "
	                           "time_zone = '+00:00', sql_mode = 'TRADITIONAL'") != 0) {
		failed(db, "session", mysql_errno(db->mysql), mysql_error(db->mysql));
		disconnect(db); /* a later request must not find a connection of other settings */
	}
}

/* Tests move the database's clock through a file; SET timestamp moves UTC_TIMESTAMP(). */
static void
set_test_clock(struct db *db)
{
	const char *path = config_or("test_clock", NULL);
	char at[64] = "", statement[128];

	if (path == NULL || db->broken)
		return;
	FILE *f = fopen(path, "re");
	if (f != NULL) {
		if (fgets(at, sizeof at, f) == NULL)
			*at = '\0';
		fclose(f);
	}
	at[strcspn(at, "\r\n")] = '\0';
	if (strcmp(at, db->test_clock) == 0)
		return;
	char *end;
	double seconds = strtod(at, &end);
	if (*at != '\0' && *end == '\0')
		snprintf(statement, sizeof statement, "SET timestamp = %.6f", seconds);
	else
		snprintf(statement, sizeof statement, "SET timestamp = DEFAULT");
	if (mysql_query(db->mysql, statement) != 0)
		failed(db, "test_clock", mysql_errno(db->mysql), mysql_error(db->mysql));
	snprintf(db->test_clock, sizeof db->test_clock, "%s", at);
}

/* The server says nothing between two statements: anything to read is its farewell. */
static bool
hung_up(struct db *db)
{
	struct pollfd p = { .fd = (int)mysql_get_socket(db->mysql), .events = POLLIN };
	return poll(&p, 1, 0) != 0;
}

void
db_next(struct db *db)
{
	bool suspect = db->error != 0;

	db->error = 0;
	db->retry = false;
	if (!db->broken && hung_up(db))
		db->broken = true;
	if (!db->broken && suspect && mysql_rollback(db->mysql) != 0)
		db->broken = true;
	if (db->broken)
		connect_now(db);
	set_test_clock(db);
}

bool
db_failed(const struct db *db)
{
	return db->error != 0;
}

bool
db_unreachable(const struct db *db)
{
	return db->error != 0 && db->broken;
}

bool
db_must_retry(const struct db *db)
{
	return db->retry;
}

void
db_forgive(struct db *db)
{
	db->error = 0;
	db->retry = false;
}

int64_t
db_last_id(const struct db *db)
{
	return db->last_id;
}

bool
db_plain(struct db *db, const char *constant)
{
	if (db->broken)
		return false;
	if (mysql_query(db->mysql, constant) != 0) {
		failed(db, constant, mysql_errno(db->mysql), mysql_error(db->mysql));
		return false;
	}
	return true;
}

static MYSQL_STMT *
prepared(struct db *db, struct sql *sql)
{
	my_bool lengths = 1;

	if (db->error != 0)
		return NULL;
	if (db->broken)
		connect_now(db);
	if (db->error != 0)
		return NULL;
	if (sql->slot == 0) {
		assert(slots < STATEMENTS_MAX);
		sql->slot = slots++;
	}
	MYSQL_STMT **place = &db->statements[sql->slot];
	if (*place == NULL) {
		MYSQL_STMT *st = mysql_stmt_init(db->mysql);
		if (st == NULL)
			fatal("out of memory");
		mysql_stmt_attr_set(st, STMT_ATTR_UPDATE_MAX_LENGTH, &lengths);
		if (mysql_stmt_prepare(st, sql->text, strlen(sql->text)) != 0) {
			failed(db, sql->name, mysql_stmt_errno(st), mysql_stmt_error(st));
			mysql_stmt_close(st);
			return NULL;
		}
		*place = st;
	}
	return *place;
}

/* Executes; false where it failed (sticky) or met a duplicate key (*duplicate). */
static bool
execute(struct db *db, struct sql *sql, MYSQL_STMT *st, struct db_args args, bool *duplicate)
{
	MYSQL_BIND bind[ARGS_MAX] = { 0 };
	unsigned long lengths[ARGS_MAX];

	assert(args.count <= ARGS_MAX && mysql_stmt_param_count(st) == args.count);
	for (size_t i = 0; i < args.count; i++) {
		const struct db_value *v = &args.values[i];
		lengths[i] = v->len;
		bind[i].length = &lengths[i];
		bind[i].buffer_length = v->len;
		switch (v->type) {
		case DB_INT:
			bind[i].buffer_type = MYSQL_TYPE_LONGLONG;
			bind[i].buffer = (void *)(uintptr_t)&v->number;
			break;
		case DB_TEXT:
			bind[i].buffer_type = MYSQL_TYPE_STRING;
			bind[i].buffer = (void *)(uintptr_t)v->bytes;
			break;
		case DB_BYTES:
			bind[i].buffer_type = MYSQL_TYPE_BLOB;
			bind[i].buffer = (void *)(uintptr_t)v->bytes;
			break;
		case DB_NULL: bind[i].buffer_type = MYSQL_TYPE_NULL; break;
		}
	}
	if (args.count > 0 && mysql_stmt_bind_param(st, bind) != 0) {
		failed(db, sql->name, mysql_stmt_errno(st), mysql_stmt_error(st));
		return false;
	}
	if (mysql_stmt_execute(st) != 0) {
		unsigned error = mysql_stmt_errno(st);
		if (error == ER_DUP_ENTRY && duplicate != NULL) {
			*duplicate = true;
			return false;
		}
		failed(db, sql->name, error, mysql_stmt_error(st));
		return false;
	}
	return true;
}

/* A statement outside a transaction is one of its own: refused through no fault of its own (deadlock,
 * lock wait), it runs again, as tx does with longer ones. */
static bool
again(struct db *db, bool alone, int try)
{
	if (!alone || !db->retry || try == ALONE_TRIES)
		return false;
	db_forgive(db);
	return true;
}

int64_t
db_exec(struct db *db, struct sql *sql, struct db_args args)
{
	for (int try = 1;; try++) {
		bool duplicate = false;
		MYSQL_STMT *st = prepared(db, sql);
		bool alone = st != NULL && (db->mysql->server_status & SERVER_STATUS_IN_TRANS) == 0;

		if (st != NULL && execute(db, sql, st, args, &duplicate)) {
			db->last_id = (int64_t)mysql_stmt_insert_id(st);
			return (int64_t)mysql_stmt_affected_rows(st);
		}
		if (duplicate)
			return DB_DUPLICATE;
		if (!again(db, alone, try))
			return DB_FAILED;
	}
}

static json_t *
rows_up_to(struct db *db, struct sql *sql, struct db_args args, size_t most)
{
	json_t *rows = json_array();
	MYSQL_STMT *st = prepared(db, sql);

	if (st == NULL || !execute(db, sql, st, args, NULL))
		return rows;
	if (!db_fetch(st, rows, most)) {
		failed(db, sql->name, mysql_stmt_errno(st), "");
		json_array_clear(rows);
	}
	return rows;
}

json_t *
db_rows(struct db *db, struct sql *sql, struct db_args args)
{
	return rows_up_to(db, sql, args, 0);
}

json_t *
db_row(struct db *db, struct sql *sql, struct db_args args)
{
	return json_array_get(rows_up_to(db, sql, args, 1), 0);
}

int64_t
db_number(struct db *db, struct sql *sql, struct db_args args, int64_t otherwise)
{
	json_t *row = db_row(db, sql, args);
	json_t *value = row != NULL ? json_object_iter_value(json_object_iter(row)) : NULL;

	if (json_is_boolean(value))
		return json_is_true(value);
	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool
db_script(struct db *db, const char *text, char *error, size_t size)
{
	*error = '\0';
	if (db->broken)
		connect_now(db);
	int status = db->error != 0 ? 1 : mysql_query(db->mysql, text);
	while (status == 0) {
		MYSQL_RES *result = mysql_store_result(db->mysql);
		if (result != NULL)
			mysql_free_result(result);
		status = mysql_next_result(db->mysql);
	}
	if (status > 0) {
		snprintf(error, size, "%s", db->mysql != NULL ? mysql_error(db->mysql) : "not connected");
		failed(db, "script", db->mysql != NULL ? mysql_errno(db->mysql) : CR_CONNECTION_ERROR, error);
	}
	return status < 0;
}
