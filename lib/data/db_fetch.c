#include "data/db_fetch.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "data/db.h"

enum {
	COLUMNS_MAX = 64,
	CELL_MAX = 1024 * 1024 /* longer than any text that a form takes */
};

enum cell { CELL_INT, CELL_BOOL, CELL_TEXT, CELL_TIME, CELL_HEX, CELL_DECIMAL };

static enum cell
cell_of(const MYSQL_FIELD *f)
{
	const unsigned binary = 63; /* the charset number of binary strings */

	switch ((int)f->type) {
	case MYSQL_TYPE_TINY: return f->length == 1 ? CELL_BOOL : CELL_INT;
	case MYSQL_TYPE_LONG: return f->length == 1 ? CELL_BOOL : CELL_INT;
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_YEAR: return CELL_INT;
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL: return f->decimals == 0 ? CELL_INT : CELL_DECIMAL;
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP: return CELL_TIME;
	case MYSQL_TYPE_STRING:
	case MYSQL_TYPE_VAR_STRING:
	case MYSQL_TYPE_BLOB:
	case MYSQL_TYPE_TINY_BLOB:
	case MYSQL_TYPE_MEDIUM_BLOB:
	case MYSQL_TYPE_LONG_BLOB: return f->charsetnr == binary ? CELL_HEX : CELL_TEXT;
	default: return CELL_TEXT;
	}
}

static json_t *
hex_json(const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char *s = malloc(len * 2 + 1);
	if (s == NULL)
		fatal("out of memory");
	for (size_t i = 0; i < len; i++) {
		s[2 * i] = digits[bytes[i] >> 4];
		s[2 * i + 1] = digits[bytes[i] & 15];
	}
	json_t *value = json_stringn(s, len * 2);
	free(s);
	return value;
}

static json_t *
cell_json(enum cell cell, const char *s, unsigned long len, int64_t number)
{
	switch (cell) {
	case CELL_INT: return json_integer(number);
	case CELL_BOOL: return json_boolean(number != 0);
	case CELL_DECIMAL: return json_real(strtod(s, NULL));
	case CELL_HEX: return hex_json((const unsigned char *)s, len);
	case CELL_TEXT: return json_stringn(s, len);
	case CELL_TIME: {
		char iso[32];
		if (len < 19)
			return json_null();
		snprintf(iso, sizeof iso, "%.10sT%.8sZ", s, s + 11);
		return json_string(iso);
	}
	}
	return json_null();
}

bool
db_fetch(MYSQL_STMT *st, json_t *rows, size_t most)
{
	MYSQL_BIND bind[COLUMNS_MAX] = { 0 };
	unsigned long lengths[COLUMNS_MAX] = { 0 };
	my_bool nulls[COLUMNS_MAX] = { 0 };
	int64_t numbers[COLUMNS_MAX] = { 0 };
	enum cell cells[COLUMNS_MAX];
	bool right = false;

	if (mysql_stmt_store_result(st) != 0)
		return false;
	MYSQL_RES *meta = mysql_stmt_result_metadata(st);
	unsigned columns = meta != NULL ? mysql_num_fields(meta) : 0;
	assert(columns > 0 && columns <= COLUMNS_MAX);
	MYSQL_FIELD *fields = mysql_fetch_fields(meta);
	for (unsigned i = 0; i < columns; i++) {
		cells[i] = cell_of(&fields[i]);
		bind[i].is_null = &nulls[i];
		bind[i].length = &lengths[i];
		if (cells[i] == CELL_INT || cells[i] == CELL_BOOL) {
			bind[i].buffer_type = MYSQL_TYPE_LONGLONG;
			bind[i].buffer = &numbers[i];
			bind[i].buffer_length = sizeof numbers[i];
		} else {
			size_t size = fields[i].max_length + 32;
			if (size > CELL_MAX)
				goto out;
			bind[i].buffer_type = MYSQL_TYPE_STRING;
			bind[i].buffer_length = size;
			if ((bind[i].buffer = calloc(1, size + 1)) == NULL)
				fatal("out of memory");
		}
	}
	if (mysql_stmt_bind_result(st, bind) != 0)
		goto out;
	int status;
	while ((status = mysql_stmt_fetch(st)) == 0) {
		if (json_array_size(rows) == DB_ROWS_MAX)
			goto out;
		json_t *row = json_object();
		for (unsigned i = 0; i < columns; i++)
			json_object_set_new(row, fields[i].name,
			    nulls[i] ? json_null()
			             : cell_json(cells[i], bind[i].buffer, lengths[i], numbers[i]));
		json_array_append_new(rows, row);
		if (json_array_size(rows) == most)
			break;
	}
	right = status == 0 || status == MYSQL_NO_DATA;
out:
	for (unsigned i = 0; i < columns; i++)
		if (cells[i] != CELL_INT && cells[i] != CELL_BOOL)
			free(bind[i].buffer);
	mysql_free_result(meta);
	mysql_stmt_free_result(st);
	return right;
}

time_t
db_time(json_t *row, const char *column)
{
	const char *s = json_string_value(json_object_get(row, column));
	time_t at = 0;

	return s != NULL && clock_parse(s, &at) ? at : 0;
}
