/*
 * notice: what a person is told about what happened; queued in the transaction of its cause, sent
 * by `worker post`.
 */
#ifndef VICHE_CIVIC_NOTICE_H
#define VICHE_CIVIC_NOTICE_H

#include "civic/lifecycle.h"

/* Queues the notice to the subject's author, if it has one. Errors are sticky in db. */
void notice_queue(struct db *db, const struct move *move, const char *notice);

#endif
