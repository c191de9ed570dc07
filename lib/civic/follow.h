/*
 * follow: signers who asked to hear of a petition's answer by letter. Only whose signature stands may; it
 * ends with the signature (civic/signing.h) or by a letter's "unsubscribe".
 */
#ifndef VICHE_CIVIC_FOLLOW_H
#define VICHE_CIVIC_FOLLOW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "data/db.h"

/* Begins, or begins again; false where the person has no signature under the petition in this community. */
bool follow_begin(struct db *db, int64_t community, int64_t petition, int64_t person);
/* Ends; more than once is harmless. */
void follow_end(struct db *db, int64_t community, int64_t petition, int64_t person);
bool follow_on(struct db *db, int64_t community, int64_t petition, int64_t person);

/* Sets followed in each row of a list of {petition_id}. */
void follow_mark(struct db *db, int64_t community, int64_t person, json_t *rows);

#endif
