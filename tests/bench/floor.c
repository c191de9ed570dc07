/*
 * floor: what a page of Viche cannot cost less than: through the same nginx and MariaDB, only the SQL
 * that the page cannot do without, its rows read and dropped, and as many bytes as it sends.
 *
 * Started with spawn-fcgi like a program of Viche. Its first argument names a file of lines
 * "NAME<TAB>SQL"; GET or POST /floor/NAME?n=BYTES&a=one|two… runs the statements of that name, with the
 * `?` in all of them bound to the values in turn, and answers n bytes. /floor/cached is kept by nginx
 * for a second, as a public page is.
 */
#include <fcgiapp.h>
#include <mysql.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATEMENTS_MAX = 64, VALUES_MAX = 40, COLUMNS_MAX = 60, BYTES_MAX = 200000, COLUMN_BYTES = 4096 };

static struct statement {
	char name[40];
	char *sql;
	MYSQL_STMT *st;
} statements[STATEMENTS_MAX];
static size_t count;
static char filler[BYTES_MAX];
static char columns[COLUMNS_MAX][COLUMN_BYTES];

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "floor: %s: %s\n", what, why);
	exit(1);
}

static void
read_statements(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[8192];

	if (f == NULL)
		die(path, "cannot be read");
	while (fgets(line, sizeof line, f) != NULL && count < STATEMENTS_MAX) {
		char *tab = strchr(line, '\t');
		line[strcspn(line, "\n")] = '\0';
		if (tab == NULL)
			continue;
		*tab = '\0';
		snprintf(statements[count].name, sizeof statements[count].name, "%.39s", line);
		statements[count++].sql = strdup(tab + 1);
	}
	fclose(f);
}

static MYSQL *
connect_as(const char *user, const char *password_file, const char *socket)
{
	char password[128] = "";
	FILE *f = fopen(password_file, "re");
	MYSQL *my = mysql_init(NULL);

	if (f == NULL || fgets(password, sizeof password, f) == NULL)
		die(password_file, "cannot be read");
	fclose(f);
	password[strcspn(password, "\n")] = '\0';
	if (mysql_real_connect(my, NULL, user, password, "viche", 0, socket, 0) == NULL ||
	    mysql_query(my, "SET NAMES utf8mb4, sql_mode = 'TRADITIONAL', time_zone = '+00:00'") != 0)
		die("database", mysql_error(my));
	return my;
}

/* Runs one statement; the values that it took are skipped by whoever calls. False where it failed. */
static bool
run(MYSQL *my, struct statement *s, char **values, size_t left, size_t *took)
{
	MYSQL_BIND bound[VALUES_MAX] = { 0 }, out[COLUMNS_MAX] = { 0 };
	unsigned long lengths[VALUES_MAX];

	if (s->st == NULL) {
		s->st = mysql_stmt_init(my);
		if (mysql_stmt_prepare(s->st, s->sql, strlen(s->sql)) != 0)
			die(s->sql, mysql_stmt_error(s->st));
	}
	*took = mysql_stmt_param_count(s->st);
	if (*took > left || *took > VALUES_MAX)
		return false;
	for (size_t i = 0; i < *took; i++) {
		lengths[i] = strlen(values[i]);
		bound[i] = (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_STRING, .buffer = values[i],
			.buffer_length = lengths[i], .length = &lengths[i] };
	}
	mysql_stmt_bind_param(s->st, bound);
	if (mysql_stmt_execute(s->st) != 0)
		return mysql_stmt_errno(s->st) == 1062;
	unsigned fields = mysql_stmt_field_count(s->st);
	for (unsigned i = 0; i < fields && i < COLUMNS_MAX; i++)
		out[i] = (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_STRING, .buffer = columns[i],
			.buffer_length = COLUMN_BYTES };
	if (fields > 0) {
		mysql_stmt_bind_result(s->st, out);
		mysql_stmt_store_result(s->st);
		while (mysql_stmt_fetch(s->st) != MYSQL_NO_DATA)
			;
		mysql_stmt_free_result(s->st);
	}
	return true;
}

/* "a=" of the query, decoded in place and cut at the bars. */
static size_t
values_of(char *query, char **values)
{
	char *at = strstr(query, "a="), *to;
	size_t n = 0;

	if (at == NULL)
		return 0;
	to = at += 2;
	values[n++] = at;
	for (; *at != '\0' && *at != '&' && n < VALUES_MAX; at++) {
		unsigned byte = (unsigned char)*at;
		if (*at == '%' && sscanf(at + 1, "%2x", &byte) == 1)
			at += 2;
		if (byte == '|') {
			*to++ = '\0';
			values[n++] = to;
		} else {
			*to++ = (char)(byte == '+' ? ' ' : byte);
		}
	}
	*to = '\0';
	return n;
}

static bool
answer(MYSQL *my, FCGX_Request *rq)
{
	char *values[VALUES_MAX];
	char query[8192];
	const char *uri = FCGX_GetParam("DOCUMENT_URI", rq->envp), *sent = FCGX_GetParam("QUERY_STRING", rq->envp);
	const char *name = uri != NULL && strncmp(uri, "/floor/", 7) == 0 ? uri + 7 : "";
	size_t used = 0, took, n = 0;

	snprintf(query, sizeof query, "%s", sent != NULL ? sent : "");
	if (strncmp(query, "n=", 2) == 0)
		n = strtoul(query + 2, NULL, 10);
	size_t have = values_of(query, values);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(statements[i].name, name) != 0)
			continue;
		if (!run(my, &statements[i], values + used, have - used, &took)) {
			FCGX_FPrintF(rq->out, "Status: 500\r\nContent-Type: text/plain\r\n\r\n%s\n",
			    statements[i].st != NULL ? mysql_stmt_error(statements[i].st) : "too few values");
			return false;
		}
		used += took;
	}
	FCGX_FPrintF(rq->out, "Content-Type: text/html; charset=utf-8\r\n%s%s\r\n",
	    strcmp(name, "cached") == 0 ? "X-Accel-Expires: 1\r\n" : "",
	    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\nVary: Cookie\r\n");
	FCGX_PutStr(filler, (int)(n < BYTES_MAX ? n : BYTES_MAX), rq->out);
	return true;
}

int
main(int argc, char **argv)
{
	FCGX_Request rq;

	if (argc != 5)
		die("usage", "floor STATEMENTS USER PASSWORD_FILE SOCKET");
	read_statements(argv[1]);
	MYSQL *my = connect_as(argv[2], argv[3], argv[4]);
	/* Text that compresses about as a page does. */
	for (size_t i = 0; i < sizeof filler; i++)
		filler[i] = i % 7 < 3 ? "<p class"[i % 8] : (char)('a' + (i * 2654435761U >> 13) % 26);
	signal(SIGPIPE, SIG_IGN);
	FCGX_Init();
	FCGX_InitRequest(&rq, 0, 0);
	while (FCGX_Accept_r(&rq) == 0) {
		answer(my, &rq);
		FCGX_Finish_r(&rq);
	}
	return 0;
}
