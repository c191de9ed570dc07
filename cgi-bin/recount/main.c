/*
 * recount: counts a pot of a participatory budget again from its published ballots, by the rules that the
 * site itself counts by (lib/civic/tally.h), and prints the protocol. It needs no database, no site and
 * no network: `make recount` builds it alone, scripts/recount builds and runs it.
 */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/str.h"
#include "civic/pabulib_rows.h"
#include "civic/tally_protocol.h"

enum { FAILED = 1, MISUSED = 2, CHUNK = 1 << 20 };

#define MEMORY_MAX ((size_t)20 << 30)

static const char usage[] =
    "usage: scripts/recount [--rule NAME] [--min-votes N] [--ties ORDER] [--seed S] [--step SUM] [--json] FILE.pb[.gz]\n"
    "  --rule       greedy-skip (the default), greedy-stop, votes-per-cost, mes, mes-fill, mes-add1,\n"
    "               mes-add1-fill (each mes also with -cardinality), phragmen\n"
    "  --min-votes  projects below this score do not take part\n"
    "  --ties       what decides between equals, in turn: votes, cost, lot, id, listed (votes,cost,lot)\n"
    "  --seed       of the lot: SHA-256(seed, project id), lower first\n"
    "  --step       of add1, in the currency (1)\n"
    "  FILE         - is the standard input\n";

static void
stop(int status, const char *file, const char *why)
{
	fprintf(stderr, "recount: %s%s%s\n", file != NULL ? file : "", file != NULL ? ": " : "", why);
	exit(status);
}

/* The whole file, unpacked where it is gzipped, with a NUL behind it. The process owns it. */
static char *
read_all(const char *path, size_t *len)
{
	bool standard = strcmp(path, "-") == 0;
	gzFile in = standard ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path, "rb");
	size_t cap = 0;
	char *text = NULL;
	int n = 0, status = Z_OK;

	if (in == NULL)
		stop(FAILED, path, strerror(errno));
	*len = 0;
	do {
		*len += (size_t)n;
		if (*len > PABULIB_BYTES_MAX)
			stop(FAILED, path, "the file is larger than 512 MB");
		if (*len + CHUNK + 1 > cap) {
			cap = cap > 0 ? 2 * cap : 4 * (size_t)CHUNK;
			text = realloc(text, cap);
			if (text == NULL)
				stop(FAILED, path, "there is not enough memory");
		}
		n = gzread(in, text + *len, CHUNK);
	} while (n > 0);
	const char *why = gzerror(in, &status);
	/* A gzip file that is cut short reads as Z_BUF_ERROR at its end. */
	if (n < 0 || status == Z_BUF_ERROR)
		stop(FAILED, path, status == Z_ERRNO ? strerror(errno) : status == Z_BUF_ERROR ? "the gzip file is cut short" : why);
	gzclose(in);
	text[*len] = '\0';
	return text;
}

struct options {
	struct tally_settings settings;
	bool json;
	const char *file;
};

static const char *
value_of(int argc, char **argv, int *i)
{
	const char *equals = strchr(argv[*i], '=');

	if (equals != NULL)
		return equals + 1;
	if (*i + 1 == argc) {
		fputs(usage, stderr);
		stop(MISUSED, argv[*i], "wants a value");
	}
	return argv[++*i];
}

static bool
is_option(const char *argument, const char *name)
{
	size_t len = strlen(name);

	return strncmp(argument, name, len) == 0 && (argument[len] == '\0' || argument[len] == '=');
}

static void
read_option(struct options *o, int argc, char **argv, int *i)
{
	const char *argument = argv[*i];

	if (str_eq(argument, "--json")) {
		o->json = true;
	} else if (is_option(argument, "--rule")) {
		if (!tally_rule_named(value_of(argc, argv, i), &o->settings)) {
			fputs(usage, stderr);
			stop(MISUSED, NULL, "there is no such rule");
		}
	} else if (is_option(argument, "--min-votes")) {
		if (!pabulib_number(value_of(argc, argv, i), 0, INT32_MAX, &o->settings.min_score))
			stop(MISUSED, NULL, "--min-votes wants a whole number");
	} else if (is_option(argument, "--ties")) {
		if (!tally_order_named(value_of(argc, argv, i), &o->settings.order))
			stop(MISUSED, NULL, "--ties wants words out of votes, cost, lot, id, listed with commas between, each once");
	} else if (is_option(argument, "--seed")) {
		o->settings.order.seed = value_of(argc, argv, i);
	} else if (is_option(argument, "--step")) {
		if (!pabulib_money(value_of(argc, argv, i), &o->settings.step) || o->settings.step > INT32_MAX)
			stop(MISUSED, NULL, "--step wants a sum above zero");
	} else if (str_eq(argument, "--help") || str_eq(argument, "-h")) {
		fputs(usage, stdout);
		exit(0);
	} else if ((*argument == '-' && argument[1] != '\0') || o->file != NULL) {
		fputs(usage, stderr);
		stop(MISUSED, argument, o->file != NULL ? "one file at a time" : "there is no such option");
	} else {
		o->file = argument;
	}
}

int
main(int argc, char **argv)
{
	struct options o = { .settings = { .rule = TALLY_GREEDY_SKIP, .step = TALLY_UNIT,
		.order = { .keys = { TALLY_MORE_VOTES, TALLY_LOWER_COST, TALLY_LOT }, .seed = "" } } };
	struct pabulib_error error;
	struct tally_outcome outcome;
	struct pabulib pb;
	size_t len;

	for (int i = 1; i < argc; i++)
		read_option(&o, argc, argv, &i);
	if (o.file == NULL) {
		fputs(usage, stderr);
		return MISUSED;
	}
	if (sodium_init() < 0)
		stop(FAILED, NULL, "libsodium cannot start");
	char *text = read_all(o.file, &len);
	struct pool *pool = pool_open(MEMORY_MAX);
	if (!pabulib_read(pool, text, len, &pb, &error))
		stop(FAILED, o.file, error.line > 0 ? str_fmt(pool, "line %zu: %s", error.line, error.why) : error.why);
	tally_run(pool, &pb.tally, &o.settings, &outcome);
	if (o.json) {
		json_t *protocol = tally_protocol_json(pool, &pb, &o.settings, &outcome);
		json_dumpf(protocol, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
		putchar('\n');
		json_decref(protocol);
	} else {
		fputs(tally_protocol(pool, &pb, &o.settings, &outcome), stdout);
	}
	pool_close(pool);
	free(text);
	if (fflush(stdout) != 0)
		stop(FAILED, NULL, strerror(errno));
	return 0;
}
