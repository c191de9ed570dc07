/*
 * pabulib: elections as Pabulib keeps them (pabulib.org/format): a text of three sections, META, PROJECTS
 * and VOTES, each with a line of column names, fields separated by semicolons, in double quotes where
 * they hold one. A file is one pot.
 *
 * A file that is not so is refused as a whole with the line and the reason. A single ballot that breaks
 * the election's own limits (or names an unknown project) does not count, and is counted as invalid.
 */
#ifndef VICHE_CIVIC_PABULIB_H
#define VICHE_CIVIC_PABULIB_H

#include "civic/tally.h"

enum {
	PABULIB_BYTES_MAX = 512 * 1024 * 1024,
	PABULIB_FIELDS_MAX = 100,       /* of a line */
	PABULIB_META_MAX = 200,         /* lines of META */
	PABULIB_ID_MAX = 200,           /* bytes of a project's id */
	PABULIB_SHOWN_INVALID = 100     /* invalid ballots whose lines are kept */
};

enum pabulib_vote { PABULIB_APPROVAL, PABULIB_ORDINAL, PABULIB_CUMULATIVE };

struct pabulib {
	struct tally tally;    /* ballots: the valid ones; counted */
	enum pabulib_vote vote;
	size_t invalid;        /* ballots that do not count… */
	size_t invalid_lines[PABULIB_SHOWN_INVALID]; /* …and where the first of them stand */
	/* What the file says of each project, or NULL where it has no such column; -1: says nothing. */
	int64_t *said_votes, *said_score, *said_selected;
};

struct pabulib_error {
	size_t line; /* from 1; 0: the file as a whole */
	char why[200];
};

/* Everything is in the pool, which must hold some forty times the text. text[len] is NUL. */
bool pabulib_read(struct pool *pool, char *text, size_t len, struct pabulib *pb,
    struct pabulib_error *error);

#endif
