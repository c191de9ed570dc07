/*
 * lease: a role that one process holds at a time, by a row with an end (real clock).
 */
#ifndef VICHE_CIVIC_LEASE_H
#define VICHE_CIVIC_LEASE_H

#include <stdbool.h>

#include "data/db.h"

enum { LEASE_SECONDS = 5 };

/* Takes or prolongs the lease; false while another holder's has not ended. */
bool lease_hold(struct db *db, const char *role, const char *holder);

/* Ends one's own, so that the next need not wait. */
void lease_end(struct db *db, const char *role, const char *holder);

#endif
