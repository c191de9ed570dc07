/*
 * account: what a person may do with their own account, in all communities at once: see and end their
 * sessions, take all their data along, and leave.
 *
 * Leaving (account_leave) removes at once everything that the law does not make the community keep:
 * sessions, residence and its history, ages, the address for letters, what was followed, drafts. What
 * stays is said beforehand (account_kept): signatures, and the name beside them for as long as the list
 * of signers must be public (Art. 23-1 of the Law "On Citizens' Appeals"; civic/retention.h); petitions
 * that were sent, with their author's name; the events of decisions. The row itself stays as a tombstone
 * with person_key, so that nobody signs twice by leaving and coming back: a login finds it, and the
 * account lives again, empty. Once no signature depends on it, the worker forgets the names, and which
 * person it was (account_forget).
 */
#ifndef VICHE_CIVIC_ACCOUNT_H
#define VICHE_CIVIC_ACCOUNT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"
#include "web/lang.h"

enum { ACCOUNT_SESSIONS_MAX = 100, ACCOUNT_ROWS_MAX = 10000 /* of each list in an export */ };

/* The person's sessions that have not ended, the latest used first: id, device, provider, community (its
 * title), began_at, seen_at, ends_at, at_counter. */
json_t *account_sessions(struct db *db, int64_t person, enum lang lang);

/* Ends one of the person's sessions; false where there is none of that number (or the database failed). */
bool account_end_session(struct db *db, int64_t person, int64_t session);
/* Ends all of them but that one (0: all). Returns how many. */
int64_t account_end_sessions(struct db *db, int64_t person, int64_t but);

/* What is known of the person as they are told it: created_at, identity (number, account), ages [{age,
 * on_date}], communities [{title, joined…}]. */
json_t *account_known(struct db *db, int64_t person, enum lang lang);

/* Everything that is kept about the person, in all communities (see cgi-bin/cabinet/export.c). NULL where
 * the database failed. */
json_t *account_export(struct db *db, int64_t person);

/* What leaving would keep: signatures (that still have a name), petitions (sent), drafts (that would go),
 * roles (while there are any, nobody leaves). */
json_t *account_kept(struct db *db, int64_t person);

enum leave_result {
	LEAVE_DONE,
	LEAVE_STAFF, /* they have a role somewhere: it is to be ended first */
	LEAVE_FAILED
};

enum leave_result account_leave(struct db *db, int64_t person);

/* The worker's job: forgets who they were of whom nothing depends any more. */
bool account_forget(struct db *db);

#endif
