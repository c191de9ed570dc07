/*
 * petition_export: what is public of all petitions, and of one petition's signers, in parts of a bounded
 * number of rows, oldest first. Of a hidden petition only number, state and date are there.
 */
#ifndef VICHE_CIVIC_PETITION_EXPORT_H
#define VICHE_CIVIC_PETITION_EXPORT_H

#include <jansson.h>
#include <stdint.h>

#include "data/db.h"

enum {
	EXPORT_ROWS = 5000,    /* of a part without texts (DB_ROWS_MAX) */
	EXPORT_TEXTS = 200,    /* of a part with them */
	EXPORT_SIGNERS = 5000
};

/* How many petitions there are to export. */
int64_t export_count(struct db *db, int64_t community);

/* Part n (from 1): id, title, state, topic, district, addressee, author_name, published_at, closes_at,
 * threshold, signature_count, outside_count, verdict, answered_at, answered_by, refusal. */
json_t *export_petitions(struct db *db, int64_t community, int64_t part);
/* The same with text and answer (Markdown), fewer a part. */
json_t *export_texts(struct db *db, int64_t community, int64_t part);

/* name, signed_at of those with a public name. */
json_t *export_signers(struct db *db, int64_t community, int64_t petition, int64_t part);

#endif
