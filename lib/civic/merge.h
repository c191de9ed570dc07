/*
 * merge: two similar petitions that gather signatures join, where both authors agree. A moderator
 * proposes; the one that is closed leads to the other, and its signers are invited to sign that one.
 * Signatures are never moved.
 */
#ifndef VICHE_CIVIC_MERGE_H
#define VICHE_CIVIC_MERGE_H

#include <jansson.h>
#include <stdint.h>

#include "data/db.h"

enum { MERGE_NOTE_MAX = 1000 };

enum merge_result {
	MERGE_DONE,
	MERGE_AGREED,  /* yours is noted; the other author's is still missing */
	MERGE_CLOSED,  /* one of them does not gather signatures (any more), or there is no such proposal */
	MERGE_SAME,    /* a petition with itself, or of the same author */
	MERGE_OPEN,    /* a proposal to close that petition is open already */
	MERGE_UNKNOWN,
	MERGE_FAILED
};

enum merge_result merge_propose(struct db *db, int64_t community, int64_t keep, int64_t close,
    int64_t moderator, const char *note);

/* One author's yes; the second one closes and says MERGE_DONE. A person who wrote both is refused at
 * the proposal. operation: request id. */
enum merge_result merge_agree(struct db *db, int64_t community, int64_t proposal, int64_t author,
    const char *operation);
enum merge_result merge_decline(struct db *db, int64_t community, int64_t proposal, int64_t author);

/* A moderator takes a proposal back (whoever made it), while it is open: MERGE_CLOSED or _UNKNOWN otherwise.
 * *close: the petition that it would have closed. */
enum merge_result merge_withdraw(struct db *db, int64_t community, int64_t proposal, int64_t *close);

/* The open proposals that wait for this author: id, keep_id, keep_title, close_id, close_title, note,
 * proposed_at, agreed (by this author), closes_mine. */
json_t *merge_waiting(struct db *db, int64_t community, int64_t author);

/* For staff, all proposals that a petition is in, newest first, at most 20: id, keep_id, keep_title,
 * close_id, close_title, note, proposed_at, keep_agreed, close_agreed, outcome (null while it waits; dropped where one
 * of the two left the gathering of signatures: nobody can agree any more). */
json_t *merge_proposals(struct db *db, int64_t community, int64_t petition);

#endif
