/*
 * signature_totals: counting without a lock (the clock's job; rule 4 of the house).
 *
 * A signature's time is given before its commit, so a row may appear with a time that has already
 * passed. The watermark therefore moves only over rows older than SETTLE_AFTER, which is longer
 * than any transaction may live (max_statement_time and idle_transaction_timeout of the server);
 * younger rows are counted afresh each second. A late commit is never skipped.
 */
#ifndef VICHE_CIVIC_SIGNATURE_TOTALS_H
#define VICHE_CIVIC_SIGNATURE_TOTALS_H

#include <stdbool.h>

#include "data/db.h"

enum { SETTLE_AFTER = 30 /* seconds */ };

/* Adds up all communities' totals. Safe to run twice and to be killed anywhere. */
bool signature_totals_add(struct db *db);

/* …and compares every total with its petition, where add() looks only at what was signed or taken back since the
 * watermark: for what changes a total otherwise, or was passed by. */
bool signature_totals_compare(struct db *db);

/* Counts what is settled anew for petitions that gather signatures: heals a clock that was set back.
 * Rarely (a scan of their signatures). */
bool signature_totals_recount(struct db *db);

/* Moves petitions that reached their threshold and were signed since the watermark, or whose term is over, each
 * in a transaction of its own that first recounts exactly. Returns how many moved, -1 where the database failed. */
int signature_totals_decide(struct db *db);
/* …and whoever reached it, whenever signed: a pause may have ended since. */
int signature_totals_decide_all(struct db *db);

#endif
