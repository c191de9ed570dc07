/*
 * worker: what happens by itself. Two roles, each held by one process at a time through a lease:
 *
 *	worker clock    sums, thresholds and terms; no network
 *	worker post     letters and messages, and files that nothing points to; may not move any state
 *
 * Every job is safe to run twice and to be killed anywhere.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/pool.h"
#include "civic/attachment_sweep.h"
#include "civic/account.h"
#include "civic/lease.h"
#include "civic/legal_clock.h"
#include "civic/petition_stems.h"
#include "civic/retention.h"
#include "civic/post.h"
#include "civic/signature_days.h"
#include "civic/signature_totals.h"
#include "data/db.h"

enum { POOL_LIMIT = 16 * 1024 * 1024 };

static volatile sig_atomic_t ending;

static void
on_term(int signal)
{
	(void)signal;
	ending = 1;
}

static bool
count_and_decide(struct db *db)
{
	if (!signature_totals_add(db))
		return false;
	int moved = signature_totals_decide(db);
	return moved > 0 ? signature_totals_add(db) : moved == 0;
}

/* What that would pass by: at the start, and then rarely. */
static bool
compare_and_decide(struct db *db)
{
	return signature_totals_compare(db) && signature_totals_decide_all(db) >= 0;
}

struct job {
	const char *name;
	long every_ms;
	bool (*run)(struct db *db);
};

static const struct job clock_jobs[] = {
	{ "totals", 500, count_and_decide },
	{ "compare", 10 * 1000, compare_and_decide },
	{ "recount", 3600 * 1000, signature_totals_recount },
	{ "days", 30 * 1000, signature_days_add },
	{ "trends", 20 * 1000, signature_trends },
	{ "overdue", 60 * 1000, legal_tell_overdue },
	{ "stems", 250, petition_stems_job },
	{ "retention", 3600 * 1000, retention_remove_names },
	{ "forget", 10 * 1000, account_forget },
	{ 0 },
};

static const struct job post_jobs[] = {
	{ "expand", 250, post_expand },
	{ "send", 250, post_send },
	{ "sweep", 3600 * 1000, post_sweep },
	{ "files", 3600 * 1000, attachment_sweep },
	{ 0 },
};

static const struct role {
	const char *name;
	const struct job *jobs;
} roles[] = { { "clock", clock_jobs }, { "post", post_jobs } };

static char holder[80];

/* While a slow mail server is waited for: the lease goes on, until this process is to end. */
static bool
still_post(struct db *db)
{
	return !ending && lease_hold(db, "post", holder);
}

enum { JOBS_MAX = 16, TICK_MS = 250, PAUSE_MAX_MS = 5000 };

/* Runs what is due; false where the database failed. */
static bool
tick(struct db *db, const struct role *role, int64_t due[static JOBS_MAX])
{
	/* Counting reads signatures without locking out new ones. */
	if (!lease_hold(db, role->name, holder))
		return !db_failed(db);
	if (!db_plain(db, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"))
		return false;
	for (size_t i = 0; role->jobs[i].name != NULL && !ending; i++) {
		if (clock_monotonic() < due[i])
			continue;
		due[i] = clock_monotonic() + role->jobs[i].every_ms;
		if (!role->jobs[i].run(db) && db_failed(db))
			return false;
	}
	return true;
}

static void
run(const struct role *role)
{
	int64_t due[JOBS_MAX] = { 0 };
	struct pool *pool = pool_open(POOL_LIMIT);
	struct db *db = db_open("worker");
	long pause = TICK_MS;

	/* Two machines may have the same process numbers. */
	char host[40] = "";
	gethostname(host, sizeof host - 1);
	snprintf(holder, sizeof holder, "%s-%ld", host, (long)getpid());
	while (!ending) {
		pool_enter(pool);
		db_next(db);
		/* While the database is away, the log gets a line in five seconds, not four a second. */
		pause = tick(db, role, due) ? TICK_MS : pause * 2 < PAUSE_MAX_MS ? pause * 2 : PAUSE_MAX_MS;
		pool_leave(pool);
		nanosleep(&(struct timespec){ pause / 1000, pause % 1000 * 1000000 }, NULL);
	}
	pool_enter(pool);
	db_next(db);
	lease_end(db, role->name, holder);
	pool_leave(pool);
	db_close(db);
	pool_close(pool);
}

int
main(int argc, char **argv)
{
	const struct role *role = NULL;
	char path[1024];

	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (argc == 2 && strcmp(argv[1], roles[i].name) == 0)
			role = &roles[i];
	if (role == NULL)
		fatal("usage: worker clock|post");
	config_open();
	snprintf(path, sizeof path, "%s/log/worker.log", config_get("var"));
	log_open("worker", path);
	crypto_open();
	clock_open();
	if (strcmp(role->name, "post") == 0)
		post_open(still_post);
	struct sigaction term = { .sa_handler = on_term };
	sigaction(SIGTERM, &term, NULL);
	sigaction(SIGINT, &term, NULL);
	run(role);
	return 0;
}
