/*
 * manage stems: the stems of whatever waits for them, now rather than at the worker's pace. An import
 * ends with it.
 */
#include "manage.h"

#include <stdio.h>

#include "civic/petition_stems.h"
#include "civic/stems.h"

int
manage_stems(struct manage *m, int argc, char **argv)
{
	SQL(count_waiting, "SELECT COUNT(*) AS n FROM petition_search WHERE community_id > 0 AND version < ?");
	struct db_args version = ARGS(INT(STEMS_VERSION));
	enum stems_batch done;
	int64_t waiting = db_number(m->db, &count_waiting, version, 0);

	(void)argc, (void)argv;
	do {
		pool_leave(m->pool);
		pool_enter(m->pool);
		done = petition_stems_batch(m->db, m->pool);
	} while (done == STEMS_SOME_LEFT);
	switch (done) {
	case STEMS_ALL_DONE:
	case STEMS_SOME_LEFT:
		printf("%lld petitions got their stems\n", (long long)waiting);
		return 0;
	case STEMS_AWAY:
		printf("the process stem does not answer: the worker makes the stems when it does\n");
		return 0;
	case STEMS_FAILED: break;
	}
	fputs("the database failed; the worker makes the stems that are missing\n", stderr);
	return 1;
}
