/*
 * retention: who signed is public for a while, and then nobody's business (the clock's job).
 *
 * Art. 23-1 of the Law "On Citizens' Appeals": at least three months for petitions without enough
 * signatures, at least three years for those that had them; each community's rules may say longer. The
 * first are counted from the end of signing, which is never sooner than publication, the others from
 * publication and not before the answer. Then the rows of who signed, and who of
 * them wanted letters, are deleted; the numbers stay in the totals, which only collecting petitions have
 * counted again. What was hidden after its end loses them likewise.
 */
#ifndef VICHE_CIVIC_RETENTION_H
#define VICHE_CIVIC_RETENTION_H

#include <stdbool.h>

#include "data/db.h"

/* A bounded number of petitions a call; safe to run twice and to be killed anywhere. */
bool retention_remove_names(struct db *db);

#endif
