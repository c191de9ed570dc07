/*
 * attachment_sweep: removes bytes under var/files that no row of civic/attachment.h points to: a program
 * ended between writing them and its COMMIT, or between the COMMIT of a removal and the file's end.
 */
#ifndef VICHE_CIVIC_ATTACHMENT_SWEEP_H
#define VICHE_CIVIC_ATTACHMENT_SWEEP_H

#include <stdbool.h>

#include "data/db.h"

enum { SWEPT_AFTER = 3600 /* seconds: whoever has just written one is about to make its row */ };

/* The worker's job: all folders, so many names a question. False where the database failed; then nothing
 * is removed. Safe to run twice and to be killed anywhere. */
bool attachment_sweep(struct db *db);

#endif
