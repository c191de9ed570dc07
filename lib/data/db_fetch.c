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

enum cell { CELL_INT, CELL_BOOL, CELL_TEXT, CELL_TIME, CELL_DATE, CELL_HEX, CELL_DECIMAL };

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
	case MYSQL_TYPE_DATE: return CELL_DATE;
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

static char *
add_digits(char *to, unsigned n, int count)
{
	for (int i = count - 1; i >= 0; i--, n /= 10)
		to[i] = (char)('0' + n % 10);
	return to + count;
}

/* "2026-07-21T10:22:33Z", or the date alone. A page has dozens; printf took a tenth of a list's time. */
static json_t *
time_json(const MYSQL_TIME *t, bool with_time)
{
	char iso[24], *to = add_digits(iso, t->year, 4);

	*to++ = '-';
	to = add_digits(to, t->month, 2);
	*to++ = '-';
	to = add_digits(to, t->day, 2);
	if (with_time) {
		*to++ = 'T';
		to = add_digits(to, t->hour, 2);
		*to++ = ':';
		to = add_digits(to, t->minute, 2);
		*to++ = ':';
		to = add_digits(to, t->second, 2);
		*to++ = 'Z';
	}
	return json_stringn_nocheck(iso, (size_t)(to - iso));
}

struct column {
	enum cell cell;
	my_bool null;
	unsigned long len;
	union {
		int64_t number;
		MYSQL_TIME time;
		char *bytes;
	} at;
};

/* Texts are UTF-8, since the server takes nothing else into a column of utf8mb4. */
static json_t *
cell_json(const struct column *c)
{
	switch (c->cell) {
	case CELL_INT: return json_integer(c->at.number);
	case CELL_BOOL: return json_boolean(c->at.number != 0);
	case CELL_DECIMAL: return json_real(strtod(c->at.bytes, NULL));
	case CELL_HEX: return hex_json((const unsigned char *)c->at.bytes, c->len);
	case CELL_TEXT: return json_stringn_nocheck(c->at.bytes, c->len);
	case CELL_TIME: return time_json(&c->at.time, true);
	case CELL_DATE: return time_json(&c->at.time, false);
	}
	return json_null();
}

/* Where each column's values go: numbers and times into columns, texts into one block, which the caller frees.
 * NULL where a text is too long. */
static char *
bind_columns(MYSQL_STMT *st, const MYSQL_FIELD *fields, unsigned count, struct column *columns)
{
	MYSQL_BIND bind[COLUMNS_MAX] = { 0 };
	size_t sizes = 1;

	for (unsigned i = 0; i < count; i++) {
		struct column *c = &columns[i];
		*c = (struct column){ .cell = cell_of(&fields[i]) };
		bind[i].is_null = &c->null;
		bind[i].length = &c->len;
		switch (c->cell) {
		case CELL_INT:
		case CELL_BOOL:
			bind[i].buffer_type = MYSQL_TYPE_LONGLONG;
			bind[i].buffer = &c->at.number;
			bind[i].buffer_length = sizeof c->at.number;
			break;
		case CELL_TIME:
		case CELL_DATE:
			bind[i].buffer_type = c->cell == CELL_TIME ? MYSQL_TYPE_DATETIME : MYSQL_TYPE_DATE;
			bind[i].buffer = &c->at.time;
			bind[i].buffer_length = sizeof c->at.time;
			break;
		case CELL_TEXT:
		case CELL_HEX:
		case CELL_DECIMAL:
			bind[i].buffer_type = MYSQL_TYPE_STRING;
			bind[i].buffer_length = fields[i].max_length + 32;
			if (bind[i].buffer_length > CELL_MAX)
				return NULL;
			sizes += bind[i].buffer_length;
			break;
		}
	}
	char *block = malloc(sizes), *next = block;
	if (block == NULL)
		fatal("out of memory");
	for (unsigned i = 0; i < count; i++) {
		if (bind[i].buffer_type != MYSQL_TYPE_STRING)
			continue;
		bind[i].buffer = columns[i].at.bytes = next;
		next += bind[i].buffer_length;
	}
	if (mysql_stmt_bind_result(st, bind) == 0)
		return block;
	free(block);
	return NULL;
}

static json_t *
row_json(const MYSQL_FIELD *fields, unsigned count, const struct column *columns)
{
	json_t *row = json_object();

	for (unsigned i = 0; i < count; i++)
		json_object_setn_new_nocheck(row, fields[i].name, fields[i].name_length,
		    columns[i].null ? json_null() : cell_json(&columns[i]));
	return row;
}

bool
db_fetch(MYSQL_STMT *st, json_t *rows, size_t most)
{
	struct column columns[COLUMNS_MAX];
	bool right = false;
	int status;

	if (mysql_stmt_store_result(st) != 0)
		return false;
	MYSQL_RES *meta = mysql_stmt_result_metadata(st);
	unsigned count = meta != NULL ? mysql_num_fields(meta) : 0;
	assert(count > 0 && count <= COLUMNS_MAX);
	const MYSQL_FIELD *fields = mysql_fetch_fields(meta);
	char *block = bind_columns(st, fields, count, columns);
	if (block == NULL)
		goto out;
	while ((status = mysql_stmt_fetch(st)) == 0) {
		if (json_array_size(rows) == DB_ROWS_MAX)
			goto out;
		json_array_append_new(rows, row_json(fields, count, columns));
		if (json_array_size(rows) == most)
			break;
	}
	right = status == 0 || status == MYSQL_NO_DATA;
out:
	free(block);
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
