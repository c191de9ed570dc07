/*
 * manage import-register --community NAME [--category C] [--replace]: numbers on standard input, one a
 * line, become hashes and are forgotten (civic/register.h). scripts/import-register says the rest.
 *
 * A line that is no number is named by its own number, never by what stands in it. Nothing is written
 * to the log, no core is dumped, and what was read is wiped.
 */
#include "manage.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "base/text.h"
#include "civic/person.h"
#include "civic/register.h"
#include "civic/residence.h"
#include "data/tx.h"

enum {
	LINE_BYTES = 64,          /* a number with spaces and dashes; longer is none */
	NUMBER_MIN = 6, NUMBER_MAX = 20, /* letters and digits: a series and number of an old passport has 8 */
	BATCH = 2000,             /* hashes in one transaction */
	LINES_MAX = 20000000,     /* half of the country */
	BAD_SHOWN = 20,
	EXIT_USAGE = 2, EXIT_BAD_LINES = 3
};

struct reader {
	unsigned char bytes[16384];
	size_t at, len;
	char line[LINE_BYTES + 1];
	int64_t number, bad;
};

/* The next line without its end; false at the end of the input. *fits: it is not too long. */
static bool
next_line(struct reader *r, bool *fits)
{
	size_t n = 0;
	bool any = false;

	*fits = true;
	for (;;) {
		if (r->at == r->len) {
			ssize_t got = read(STDIN_FILENO, r->bytes, sizeof r->bytes);
			if (got < 0)
				fatal("standard input cannot be read; nothing is changed");
			if (got == 0)
				break;
			r->len = (size_t)got;
			r->at = 0;
		}
		unsigned char c = r->bytes[r->at++];
		any = true;
		if (c == '\n')
			break;
		if (n == LINE_BYTES || c == '\0')
			*fits = false;
		else
			r->line[n++] = (char)c;
	}
	r->line[n] = '\0';
	r->number += any;
	return any;
}

static bool
is_number(struct pool *pool, const char *line)
{
	char *normal = text_is_utf8(line, strlen(line)) ? person_normalise(pool, line) : str_dup(pool, "");
	size_t length = text_length(normal);
	bool right = length >= NUMBER_MIN && length <= NUMBER_MAX && strpbrk(normal, "0123456789") != NULL;

	sodium_memzero(normal, strlen(normal));
	return right;
}

static void
bad_line(struct reader *r, const char *what)
{
	if (++r->bad <= BAD_SHOWN)
		fprintf(stderr, "line %" PRId64 ": %s\n", r->number, what);
	else if (r->bad == BAD_SHOWN + 1)
		fprintf(stderr, "more lines are wrong; they are counted\n");
}

struct batch {
	struct register_import *import;
	int64_t added, known; /* before it */
	int count;
	struct person_macs macs[BATCH];
};

static bool
write_batch(struct db *db, void *ctx)
{
	struct batch *b = ctx;

	b->import->added = b->added;
	b->import->known = b->known;
	for (int i = 0; i < b->count; i++)
		if (!register_add(db, b->import, &b->macs[i]))
			return false;
	return true;
}

/* A transaction only while there is something to write: whoever types the numbers may take their time. */
static void
end_batch(struct manage *m, struct batch *b, struct reader *r)
{
	b->added = b->import->added;
	b->known = b->import->known;
	if (b->count > 0 && tx_run(m->db, write_batch, b) != TX_DONE)
		fatal("the database failed; nothing is changed, run it again");
	b->count = 0;
	pool_leave(m->pool);
	pool_enter(m->pool);
	fprintf(stderr, "%" PRId64 " lines: %" PRId64 " new, %" PRId64 " known, %" PRId64 " wrong\n", r->number,
	    b->import->added, b->import->known, r->bad);
}

static void
read_numbers(struct manage *m, struct reader *r, struct register_import *import,
    const struct person_keys *keys)
{
	struct batch *b = calloc(1, sizeof *b);
	bool fits;

	if (b == NULL)
		fatal("out of memory");
	b->import = import;
	while (next_line(r, &fits)) {
		if (r->number > LINES_MAX)
			fatal("more than %d lines; nothing is changed", LINES_MAX);
		if (!fits)
			bad_line(r, "too long for a number");
		else if (r->line[strspn(r->line, " \t\r")] == '\0')
			continue;
		else if (!is_number(m->pool, r->line))
			bad_line(r, "no number");
		else
			person_keys_macs(keys, m->pool, r->line, &b->macs[b->count++]);
		if (b->count == BATCH)
			end_batch(m, b, r);
	}
	end_batch(m, b, r);
	free(b);
}

static int
import(struct manage *m, struct register_import *im)
{
	struct reader *r = calloc(1, sizeof *r);
	struct person_keys *keys = person_keys_open(m->db);

	if (r == NULL || keys == NULL)
		fatal("the keys cannot be used; nothing is changed");
	if (!register_begin(m->db, im))
		fatal("another import is under way, or the database failed");
	read_numbers(m, r, im, keys);
	person_keys_close(keys);
	int64_t lines = r->number, bad = r->bad;
	sodium_memzero(r, sizeof *r);
	free(r);
	if (im->added + im->known == 0)
		fatal("not one number in %" PRId64 " lines; nothing is changed", lines);
	if (!register_finish(m->db, im))
		fatal("the database failed; nothing is changed, run it again");
	printf("%" PRId64 " numbers: %" PRId64 " new, %" PRId64 " known already; of people with an account "
	       "%" PRId64 " became residents, %" PRId64 " are not in the register any more; %" PRId64
	       " lines were wrong\n", im->added + im->known, im->added, im->known, im->begun, im->ended, bad);
	return bad > 0 ? EXIT_BAD_LINES : 0;
}

int
manage_import_register(struct manage *m, int argc, char **argv)
{
	SQL(community_of_name, "SELECT id FROM community WHERE name = ?");
	struct register_import im = { .category = residence_categories[0] };
	const char *community = NULL;
	bool known = false;

	prctl(PR_SET_DUMPABLE, 0);
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--replace") == 0)
			im.replace = true;
		else if (strcmp(argv[i], "--community") == 0 && i + 1 < argc)
			community = argv[++i];
		else if (strcmp(argv[i], "--category") == 0 && i + 1 < argc)
			im.category = argv[++i];
		else
			community = NULL, i = argc;
	for (const char *const *c = residence_categories; *c != NULL; c++)
		known |= strcmp(*c, im.category) == 0;
	if (community == NULL || !known) {
		fprintf(stderr, "usage: import-register --community NAME [--category registered|displaced|works|studies] "
		                "[--replace] <NUMBERS\n");
		return EXIT_USAGE;
	}
	im.community = db_number(m->db, &community_of_name, ARGS(TEXT(community)), 0);
	if (im.community == 0) {
		fprintf(stderr, "there is no community \"%s\"\n", community);
		return EXIT_USAGE;
	}
	return import(m, &im);
}
