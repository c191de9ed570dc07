/*
 * tx: a transaction as a function that may be run again.
 *
 * MariaDB may refuse a transaction through no fault of its own (deadlock 1213, lock wait 1205,
 * snapshot conflict 1020, a cluster's certification 1047): it is rolled back and work runs again,
 * at most TX_TRIES times. So work must do nothing but SQL and memory of the pool.
 */
#ifndef VICHE_DATA_TX_H
#define VICHE_DATA_TX_H

#include <stdbool.h>

#include "data/db.h"

enum { TX_TRIES = 6 };

enum tx_result {
	TX_DONE,    /* committed */
	TX_UNKNOWN, /* the connection broke at COMMIT: ask by a key whether it happened */
	TX_REFUSED, /* work returned false: rolled back, an expected outcome */
	TX_FAILED   /* an unexpected error: rolled back, db_failed() is set */
};

enum tx_result tx_run(struct db *db, bool (*work)(struct db *db, void *ctx), void *ctx);

#endif
