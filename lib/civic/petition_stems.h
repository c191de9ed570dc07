/*
 * petition_stems: stores the stems of what is public, for searches and similar petitions. The table
 * petition_search has a row for each public petition from the moment of its publication; what lacks
 * stems, or has those of an older version, is done here: by the worker as it comes, by `manage` at once
 * after an import.
 *
 * Until then a petition is not found by stems, and nothing else is amiss: a process `stem` that was down
 * costs time alone. Texts are read without a lock; a text that changed meanwhile is done again. The rows
 * of stem_count are raised and lowered in the same transaction as the stems that they count.
 */
#ifndef VICHE_CIVIC_PETITION_STEMS_H
#define VICHE_CIVIC_PETITION_STEMS_H

#include <stdbool.h>

#include "base/pool.h"
#include "data/db.h"

enum stems_batch {
	STEMS_ALL_DONE, /* nothing waits any more */
	STEMS_SOME_LEFT,
	STEMS_AWAY,     /* the process `stem` does not answer */
	STEMS_FAILED    /* the database */
};

/* Does the next ones: at most 50 petitions or some 64 kB of text. */
enum stems_batch petition_stems_batch(struct db *db, struct pool *pool);

/* The worker's job: a batch, and while `stem` is away another try in five seconds. */
bool petition_stems_job(struct db *db);

#endif
