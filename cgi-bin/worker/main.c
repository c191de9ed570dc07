/*
 * worker: what happens by itself. Two roles, each held by one process at a time through a lease:
 *
 *	worker clock    sums, thresholds and terms; no network
 *	worker post     letters and messages; may not move any state
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
#include "civic/lease.h"
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

static void
tick_clock(struct db *db)
{
	/* Counting reads signatures without locking out new ones. */
	if (!db_plain(db, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"))
		return;
	if (signature_totals_add(db) && signature_totals_decide(db) > 0)
		signature_totals_add(db);
}

/* Nothing is sent yet: notices wait in the outbox for the channels to come. */
static void
tick_post(struct db *db)
{
	(void)db;
}

static const struct role {
	const char *name;
	void (*tick)(struct db *db);
	long every_ms;
} roles[] = { { "clock", tick_clock, 500 }, { "post", tick_post, 5000 } };

static void
run(const struct role *role)
{
	char holder[80];
	struct pool *pool = pool_open(POOL_LIMIT);
	struct db *db = db_open("worker");

	snprintf(holder, sizeof holder, "%s-%ld", role->name, (long)getpid());
	while (!ending) {
		pool_enter(pool);
		db_next(db);
		if (lease_hold(db, role->name, holder))
			role->tick(db);
		pool_leave(pool);
		nanosleep(&(struct timespec){ role->every_ms / 1000, role->every_ms % 1000 * 1000000 }, NULL);
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
	struct sigaction term = { .sa_handler = on_term };
	sigaction(SIGTERM, &term, NULL);
	sigaction(SIGINT, &term, NULL);
	run(role);
	return 0;
}
