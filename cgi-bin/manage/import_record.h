/*
 * import_record: a file of petitions, read and checked line by line; knows no database.
 *
 * The format is that of the UK Parliament's petitions service, one JSON object a line. Kept are
 * action, background and additional_details, state, signature_count, the dates of what happened, the
 * rejection and the government's response. There is no place for debate, committee_note,
 * departments, topics and signatures_by_region.
 */
#ifndef VICHE_IMPORT_RECORD_H
#define VICHE_IMPORT_RECORD_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "base/pool.h"

enum {
	IMPORT_LINE_MAX = 1024 * 1024,         /* bytes; the longest of the real file has 8 kB */
	IMPORT_TITLE_MAX = 200,                /* characters, as the column; the source allows 80 */
	IMPORT_TEXT_BYTES = 65535,             /* as the column */
	IMPORT_CODE_MAX = 20,                  /* as the column */
	IMPORT_ANSWER_MAX = 20000,             /* characters of a response; the longest has 5,661 */
	IMPORT_COUNT_MAX = 1000 * 1000 * 1000, /* leaves the column room for signatures to come */
	IMPORT_RESPONSE_THRESHOLD = 10000      /* of the source: response_threshold_reached_at */
};

enum import_state { IMPORT_REJECTED, IMPORT_CLOSED, IMPORT_OPEN };

struct import_record {
	int64_t id, signature_count;
	enum import_state state;
	const char *title, *text;
	const char *reason, *remarks; /* rejected; remarks may be NULL */
	/* 0 where it did not happen. Checked: created <= submitted <= opened or rejected,
	 * opened <= closed, opened <= response_reached. */
	time_t created, updated, submitted, opened, closed, rejected, response_reached;
	const char *response; /* Markdown; NULL where there is none */
	time_t responded;     /* noon of its day, never before it was opened */
};

/* A file and what its lines are read with. */
struct import_source {
	FILE *file;
	struct pool *pool; /* entered by the caller, who leaves it when done with some records */
	time_t now;        /* what has happened by then can have happened */
	char line[IMPORT_LINE_MAX + 1];
};

enum import_line {
	IMPORT_GOOD, /* *r is filled, its texts are of the pool */
	IMPORT_EMPTY,
	IMPORT_BROKEN, /* *why says why, in words that may quote the line */
	IMPORT_NONE    /* the file's end, or ferror() */
};

enum import_line import_next(struct import_source *from, struct import_record *r, const char **why);

#endif
