#include "web/app.h"

#include <errno.h>
#include <fcgiapp.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/log.h"
#include "web/dispatch.h"
#include "web/page.h"

/* Larger blocks are mapped apart and given back. Left to itself, glibc raises this after the first large block,
 * and a process that once compared three hundred petitions would keep their megabytes. */
enum { BLOCK_APART = 128 * 1024, KEPT_AT_TOP = 256 * 1024 };

static FCGX_Request fcgi;

static void
on_term(int signal)
{
	(void)signal;
	FCGX_ShutdownPending();
}

const char *
request_param(const struct request *rq, const char *name)
{
	const char *value = fcgi.envp != NULL ? FCGX_GetParam(name, fcgi.envp) : NULL;

	(void)rq;
	return value != NULL ? value : "";
}

static const char *
read_body(struct request *rq, size_t len)
{
	char *body = pool_alloc(rq->pool, len + 1);
	size_t got = 0;

	while (got < len) {
		int n = FCGX_GetStr(body + got, (int)(len - got), fcgi.in);
		if (n <= 0)
			return NULL;
		got += (size_t)n;
	}
	return body;
}

static size_t
announced(const struct request *rq)
{
	const char *s = request_param(rq, "CONTENT_LENGTH");
	size_t digits = strspn(s, "0123456789");

	if (s[digits] != '\0' || digits > 12)
		return SIZE_MAX;
	return (size_t)strtoull(s, NULL, 10);
}

static void
send_answer(struct request *rq)
{
	const char *headers = answer_headers(rq);

	FCGX_PutStr(headers, (int)strlen(headers), fcgi.out);
	FCGX_PutStr("\r\n", 2, fcgi.out);
	if (!rq->head && rq->reply.len > 0)
		FCGX_PutStr(rq->reply.body, (int)rq->reply.len, fcgi.out);
}

static void
answer_one(const struct app *app, struct db *db, struct pool *pool)
{
	struct request rq = { .app = app, .db = db, .pool = pool };
	struct timespec begun, ended;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	pool_enter(pool);
	log_request(request_param(&rq, "REQUEST_ID"));
	if (db != NULL)
		db_next(db);
	dispatch(&rq, &(struct incoming){
	    .method = request_param(&rq, "REQUEST_METHOD"),
	    .uri = request_param(&rq, "DOCUMENT_URI"),
	    .query = request_param(&rq, "QUERY_STRING"),
	    .host = request_param(&rq, "HTTP_HOST"),
	    .client = request_param(&rq, "REMOTE_ADDR"),
	    .id = request_param(&rq, "REQUEST_ID"),
	    .body_len = announced(&rq),
	    .body = read_body,
	});
	send_answer(&rq);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	/* The route, not the address: a callback's address holds a code. */
	log_info("request", "%s %s %d %ld us %zu bytes %zu pool", rq.head ? "HEAD" : rq.method == POST ? "POST" : "GET",
	    rq.route != NULL ? rq.route->path : "-", rq.reply.status,
	    (ended.tv_sec - begun.tv_sec) * 1000000 + (ended.tv_nsec - begun.tv_nsec) / 1000,
	    rq.reply.len, pool_used(pool));
	log_request(NULL);
	pool_leave(pool);
}

static const char *const kinds[] = { "integer", "text", "boolean", "time", "list", "object" };

static int
print_routes(const struct app *app)
{
	json_t *all = json_array();

	for (const struct route *r = app->routes; r->path != NULL; r++) {
		json_t *fields = json_array();
		for (const struct json_field *f = r->fields; f != NULL && f->name != NULL; f++)
			json_array_append_new(fields, json_pack("{s:s,s:s,s:s}", "name", f->name, "type",
			                                  kinds[f->kind], "meaning", f->meaning));
		json_array_append_new(all, json_pack("{s:s,s:s,s:s,s:i,s:i,s:I,s:s?,s:o}", "program", app->name,
		    "method", r->method == POST ? "POST" : "GET", "path", r->path, "who", (int)r->who, "flags",
		    (int)r->flags, "body_max", (json_int_t)(r->body_max != 0 ? r->body_max : BODY_DEFAULT),
		    "intent", r->intent, "fields", fields));
	}
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
	return 0;
}

int
app_run(const struct app *app, int argc, char **argv)
{
	char log_path[1024];
	unsigned seed;

	if (argc == 2 && strcmp(argv[1], "--routes") == 0)
		return print_routes(app);
	if (argc > 1)
		fatal("%s: only --routes is understood here; nginx starts the rest through FastCGI", app->name);
	mallopt(M_MMAP_THRESHOLD, BLOCK_APART);
	mallopt(M_TRIM_THRESHOLD, KEPT_AT_TOP);
	config_open();
	snprintf(log_path, sizeof log_path, "%s/log/%s.log", config_get("var"), app->name);
	log_open(app->name, log_path);
	if (FCGX_IsCGI())
		fatal("%s is a FastCGI program: scripts/run starts it with its socket", app->name);
	/* Texts from the network must not choose jansson's hash collisions. */
	if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
		fatal("no source of randomness");
	json_object_seed(seed | 1);
	crypto_open();
	clock_open();
	page_open();
	if (app->start != NULL)
		app->start();

	struct sigaction term = { .sa_handler = on_term };
	sigaction(SIGTERM, &term, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (FCGX_Init() != 0 || FCGX_InitRequest(&fcgi, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		fatal("%s: libfcgi cannot start", app->name);
	struct pool *pool = pool_open(POOL_LIMIT);
	struct db *db = app->without_db ? NULL : db_open(app->name);
	while (FCGX_Accept_r(&fcgi) == 0) {
		answer_one(app, db, pool);
		FCGX_Finish_r(&fcgi);
		fcgi.envp = NULL;
	}
	db_close(db);
	pool_close(pool);
	return 0;
}
