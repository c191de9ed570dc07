/*
 * db_fetch: the rows of an executed statement as JSON objects (the inside of data/db.h, where the
 * mapping of types is told).
 */
#ifndef VICHE_DATA_DB_FETCH_H
#define VICHE_DATA_DB_FETCH_H

#include <jansson.h>
#include <mysql.h>
#include <stdbool.h>
#include <stddef.h>

/* Appends at most most rows (0: DB_ROWS_MAX, and more is a failure). False where the result could
 * not be read or does not fit its bounds. */
bool db_fetch(MYSQL_STMT *st, json_t *rows, size_t most);

#endif
