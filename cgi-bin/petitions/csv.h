/*
 * csv: rows as comma-separated values (RFC 4180) in UTF-8 with a byte order mark, which office programs
 * want to see. What such a program would take for a formula gets an apostrophe before it: a cell that
 * begins with = + - @, a tab or a carriage return.
 */
#ifndef VICHE_PETITIONS_CSV_H
#define VICHE_PETITIONS_CSV_H

#include "web/request.h"

struct csv_column {
	const char *title; /* of the first line */
	const char *name;  /* of the row's column */
};

/* Replies with the rows as a file of that name. columns end with { 0 }; null is an empty cell. */
void reply_csv(struct request *rq, const char *filename, const struct csv_column *columns, json_t *rows);

/* ?part=…, from 1. */
int64_t export_part(struct request *rq);

/* Links to the parts of an export: [{number, url}]; one part has no number in its address. */
json_t *export_parts(struct pool *pool, const char *path, int64_t parts);

#endif
