#include "data/tx.h"

#include <time.h>

enum tx_result
tx_run(struct db *db, bool (*work)(struct db *db, void *ctx), void *ctx)
{
	/* What failed before is not ours to forgive: work would run without what it was to know. */
	if (db_failed(db))
		return TX_FAILED;
	for (int try = 1;; try++) {
		bool wanted = false;

		if (db_plain(db, "START TRANSACTION")) {
			wanted = work(db, ctx);
			if (wanted && !db_failed(db)) {
				if (db_plain(db, "COMMIT"))
					return TX_DONE;
				if (db_unreachable(db))
					return TX_UNKNOWN;
			} else if (!db_failed(db) && db_plain(db, "ROLLBACK")) {
				return TX_REFUSED;
			}
		}
		if (!db_must_retry(db) || try == TX_TRIES) {
			/* The error stays; locks would else be held until this process is asked again. */
			db_plain(db, "ROLLBACK");
			return TX_FAILED;
		}
		db_forgive(db);
		db_plain(db, "ROLLBACK");
		nanosleep(&(struct timespec){ .tv_nsec = 2000000L << try }, NULL);
	}
}
