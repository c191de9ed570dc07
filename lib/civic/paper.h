/*
 * paper: sheets of signatures on paper, entered by operators and checked by others.
 *
 * A sheet (paper_batch) is of one petition; a line of it (paper_row) is the account that the signer's tax
 * number leads to, for which the number was hashed and forgotten (civic/person.h). Two operators type it:
 * the second one the number alone, and the line counts where both lead to the same person. SQL holds that
 * they are two. A line that is wrong is struck out, never changed, and may be entered again.
 *
 * The sheet is confirmed whole, once, where every line that stands is checked: then its people sign, as
 * civic/signing.h lets them, in one transaction (civic/paper_confirm.c: program petitions, which never
 * sees a number). What came of each line stands beside it.
 *
 * Paper proves no residence: a signer counts whose residence is known otherwise, by the community's
 * register for most. Nobody is made anybody's account by paper: see identity.unproved.
 */
#ifndef VICHE_CIVIC_PAPER_H
#define VICHE_CIVIC_PAPER_H

#include <jansson.h>
#include <stdint.h>

#include "base/pool.h"
#include "civic/community.h"
#include "civic/person.h"
#include "civic/signing.h"
#include "data/db.h"

/* Lines of a sheet, two printed pages, so that a confirmation stays one short transaction; sheets that a
 * page lists. */
enum { PAPER_LINES = 100, PAPER_SHEET_MAX = 20, PAPER_LISTED = 50 };

enum paper_result {
	PAPER_DONE,
	PAPER_UNKNOWN,     /* no such sheet, line or petition that gathers signatures */
	PAPER_NO_OPERATOR, /* of no open office */
	PAPER_TWICE,       /* that sheet of the petition is entered; the person stands in it */
	PAPER_FULL,
	PAPER_CONFIRMED,   /* already */
	PAPER_OTHER_NAME,  /* the number is of somebody with another name */
	PAPER_MISMATCH,    /* the second number leads to somebody else, or to nobody */
	PAPER_OWN,         /* one's own line: another operator checks it */
	PAPER_UNCHECKED,   /* some line stands unchecked, or none stands */
	PAPER_CLOSED,      /* the petition does not gather signatures now */
	PAPER_REFUSED,     /* by the petition's rules: *why */
	PAPER_FAILED
};

struct paper_sheet {
	int64_t community, operator, petition;
	const char *sheet, *collected_on; /* ISO 8601 */
	int64_t id; /* given */
};

enum paper_result paper_begin(struct db *db, struct paper_sheet *sheet);

/* The newest first: id, petition_id, title, sheet, collected_on, office, line_count, checked, confirmed_at. */
json_t *paper_list(struct db *db, int64_t community);
/* One: the same and created_at, operator, confirmed_by (names); NULL where there is none. */
json_t *paper_find(struct db *db, int64_t community, int64_t id);
/* Its lines: line, name, entered_by (id), entered_name, checked_name, struck, checked, outcome. */
json_t *paper_rows(struct db *db, int64_t community, int64_t id);

struct paper_act {
	const struct community *community;
	int64_t sheet, operator, line;
	enum sign_result why; /* given with PAPER_REFUSED */
};

/* A line is added: act->line receives it. */
enum paper_result paper_enter(struct db *db, struct pool *pool, struct paper_act *act,
    const struct identity *signer);
/* Another operator types the number of a line. */
enum paper_result paper_check(struct db *db, struct pool *pool, const struct paper_act *act,
    const char *number);
enum paper_result paper_strike(struct db *db, const struct paper_act *act);

/* All who stand in it sign; *signed receives how many signatures were added. */
enum paper_result paper_confirm(struct db *db, int64_t community, int64_t sheet, int64_t operator,
    int64_t *added);

#endif
