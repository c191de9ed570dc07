/*
 * manage import-petitions FILE [--community NAME] [--threshold N]: petitions of elsewhere, from
 * JSON lines (import_record.h), in the states that they had there. Called by
 * scripts/import-petitions.
 *
 * All dates shift by one constant, so that the newest updated_at of the file is now. The file is
 * therefore read twice: to check it and find that date, and to load it, a batch a transaction. A
 * petition comes in with its events and its total or not at all; UNIQUE (community_id, source)
 * keeps a second run from adding it again.
 */
#include "manage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "data/tx.h"
#include "import_add.h"
#include "import_record.h"

enum {
	USAGE = 2,
	BATCH = 200,                    /* petitions a transaction: some 0.2 s */
	BATCH_BYTES = 32 * 1024 * 1024, /* …or the memory that their lines took */
	THRESHOLD_MAX = 100 * 1000 * 1000,
	COMMUNITIES_SHOWN = 50
};

struct import {
	struct import_target to;
	struct import_source from;
	const char *community_name;
	struct import_record batch[BATCH];
	size_t batched;
	struct import_tally sum, added; /* added: by the transaction under way */
};

/* The reason may quote the file: nothing of it may steer a terminal. */
static void
name_broken(int64_t number, const char *why)
{
	fprintf(stderr, "line %" PRId64 ": ", number);
	for (; *why != '\0'; why++)
		fputc((unsigned char)*why < 0x20 || *why == 0x7f ? '?' : *why, stderr);
	fputc('\n', stderr);
}

static void
forget_lines(struct import *im)
{
	pool_leave(im->to.pool);
	pool_enter(im->to.pool);
}

/* The number of good lines; names the broken ones and counts them. */
static int64_t
check_file(struct import *im, int64_t *broken)
{
	struct import_record r;
	enum import_line result;
	const char *why;
	int64_t good = 0;
	time_t newest = 0;

	for (int64_t number = 1; (result = import_next(&im->from, &r, &why)) != IMPORT_NONE;
	     number++) {
		if (result == IMPORT_BROKEN) {
			name_broken(number, why);
			++*broken;
		} else if (result == IMPORT_GOOD) {
			good++;
			if (r.updated > newest)
				newest = r.updated;
		}
		forget_lines(im);
	}
	if (ferror(im->from.file))
		fatal("the file cannot be read: %s", strerror(errno));
	im->to.shift = im->to.now - newest;
	return good;
}

static bool
add_batch(struct db *db, void *ctx)
{
	struct import *im = ctx;

	im->added = (struct import_tally){ 0 };
	for (size_t i = 0; i < im->batched && !db_failed(db); i++)
		import_add(&im->to, &im->batch[i], &im->added);
	return !db_failed(db);
}

static int64_t
loaded(const struct import *im)
{
	int64_t n = 0;
	for (size_t i = 0; i < IMPORTED_STATES; i++)
		n += im->sum.state[i];
	return n;
}

static void
flush_batch(struct import *im)
{
	if (im->batched > 0 && tx_run(im->to.db, add_batch, im) != TX_DONE)
		fatal("the database failed; %" PRId64
		      " petitions were loaded before: run it again for the rest",
		      loaded(im));
	for (size_t i = 0; i < IMPORTED_STATES; i++)
		im->sum.state[i] += im->added.state[i];
	im->sum.already += im->added.already;
	im->sum.signatures += im->added.signatures;
	im->sum.responses += im->added.responses;
	im->batched = 0;
	forget_lines(im);
}

/* A line that is overwritten on a terminal; elsewhere one for each tenth. */
static void
show_progress(const struct import *im, int64_t good)
{
	static int64_t tenth;
	int64_t done = loaded(im) + im->sum.already;

	if (isatty(STDOUT_FILENO))
		printf("\r%" PRId64 " of %" PRId64 " petitions%s", done, good,
		       done == good ? "\n" : "");
	else if (done * 10 / good > tenth || done == good)
		printf("%" PRId64 " of %" PRId64 " petitions\n", done, good);
	tenth = done * 10 / good;
	fflush(stdout);
}

static void
load_file(struct import *im, int64_t good)
{
	enum import_line result;
	const char *why;

	rewind(im->from.file);
	do {
		result = import_next(&im->from, &im->batch[im->batched], &why);
		im->batched += result == IMPORT_GOOD;
		if (im->batched == BATCH || pool_used(im->to.pool) > BATCH_BYTES ||
		    result == IMPORT_NONE) {
			bool some = im->batched > 0;
			flush_batch(im);
			if (some)
				show_progress(im, good);
		}
	} while (result != IMPORT_NONE);
}

/* Sets community and now; the exit status. */
static int
find_community(struct import *im)
{
	SQL(import_into,
	    "SELECT c.id, c.name, UTC_TIMESTAMP() AS now, (SELECT MAX(r.version) FROM petition_rules r "
	    "WHERE r.community_id = c.id) AS rules FROM community c WHERE ? IN ('', c.name) "
	    "ORDER BY c.id LIMIT 1");
	SQL(import_names, "SELECT name FROM community ORDER BY id LIMIT ?");
	struct db *db = im->to.db;
	json_t *name;
	size_t i;

	db_next(db);
	json_t *row = db_row(db, &import_into, ARGS(TEXT(im->community_name)));
	if (row != NULL) {
		im->to.community = json_integer_value(json_object_get(row, "id"));
		im->to.rules = json_integer_value(json_object_get(row, "rules"));
		im->community_name = strdup(json_string_value(json_object_get(row, "name")));
		return clock_parse(json_string_value(json_object_get(row, "now")), &im->to.now) ? 0
												: 1;
	}
	json_t *rows = db_rows(db, &import_names, ARGS(INT(COMMUNITIES_SHOWN)));
	if (db_failed(db)) {
		fputs("the database does not answer\n", stderr);
		return 1;
	}
	fprintf(stderr, "there is no community \"%s\"; there are:", im->community_name);
	json_array_foreach(rows, i, name) fprintf(stderr, "%s %s", i > 0 ? "," : "",
						  json_string_value(json_object_get(name, "name")));
	fputc('\n', stderr);
	return USAGE;
}

/* The file's name, or NULL where the words on the command line are wrong. */
static const char *
read_args(struct import *im, int argc, char **argv)
{
	const char *file = NULL;

	for (int i = 0; i < argc; i++) {
		char *end = NULL;
		if (strcmp(argv[i], "--community") == 0 && i + 1 < argc)
			im->community_name = argv[++i];
		else if (strcmp(argv[i], "--threshold") == 0 && i + 1 < argc)
			im->to.threshold = strtoll(argv[++i], &end, 10);
		else if (file == NULL && *argv[i] != '-')
			file = argv[i];
		else
			return NULL;
		if (end != NULL &&
		    (*end != '\0' || im->to.threshold < 1 || im->to.threshold > THRESHOLD_MAX))
			return NULL;
	}
	return file;
}

static int
report(const struct import *im, int64_t broken)
{
	const int64_t *n = im->sum.state;

	printf("%s: %" PRId64 " petitions loaded: %" PRId64 " refused, %" PRId64
	       " not reached, %" PRId64 " reached, %" PRId64 " collecting; %" PRId64
	       " signatures without names\n",
	       im->community_name, loaded(im), n[IMPORTED_REFUSED], n[IMPORTED_NOT_REACHED],
	       n[IMPORTED_REACHED], n[IMPORTED_COLLECTING], im->sum.signatures);
	if (im->sum.already > 0)
		printf("%" PRId64 " petitions were there already\n", im->sum.already);
	if (im->sum.responses > 0)
		printf(
		    "%" PRId64
		    " of them came with an official response and stand as answered\n",
		    im->sum.responses);
	fflush(stdout);
	if (broken > 0)
		fprintf(stderr, "%" PRId64 " broken lines were skipped; they are named above\n",
			broken);
	return broken > 0;
}

int
manage_import_petitions(struct manage *m, int argc, char **argv)
{
	static struct import im = { .to.threshold = IMPORT_RESPONSE_THRESHOLD,
				    .community_name = "" };
	const char *name = read_args(&im, argc, argv);
	int64_t broken = 0;

	im.to.db = m->db;
	im.to.pool = im.from.pool = m->pool;
	if (name == NULL) {
		fputs("usage: import-petitions FILE [--community NAME] [--threshold N]\n", stderr);
		return USAGE;
	}
	if ((im.from.file = fopen(name, "rbe")) == NULL) {
		fprintf(stderr, "cannot read %s: %s\n", name, strerror(errno));
		return USAGE;
	}
	int status = find_community(&im);
	if (status == 0) {
		im.from.now = im.to.now;
		int64_t good = check_file(&im, &broken);
		if (good > 0)
			load_file(&im, good);
		status = report(&im, broken);
		if (good > 0)
			manage_stems(m, 0, NULL);
	}
	fclose(im.from.file);
	return status;
}
