#include "csv.h"

#include <inttypes.h>
#include <string.h>

enum { PARTS_MAX = 1000000 };

static void
add_cell(struct buf *b, const char *s)
{
	buf_add_char(b, '"');
	if (*s != '\0' && strchr("=+-@\t\r", *s) != NULL)
		buf_add_char(b, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			buf_add_char(b, '"');
		buf_add_char(b, *s);
	}
	buf_add_char(b, '"');
}

static void
add_value(struct buf *b, json_t *value)
{
	if (json_is_integer(value))
		buf_fmt(b, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_boolean(value))
		buf_add(b, json_is_true(value) ? "true" : "false");
	else if (json_is_string(value))
		add_cell(b, json_string_value(value));
}

void
reply_csv(struct request *rq, const char *filename, const struct csv_column *columns, json_t *rows)
{
	struct buf b;
	json_t *row;
	size_t i;

	buf_init(&b, rq->pool);
	buf_add(&b, "\xef\xbb\xbf");
	for (const struct csv_column *c = columns; c->title != NULL; c++)
		buf_fmt(&b, "%s%s", c == columns ? "" : ",", c->title);
	buf_add(&b, "\r\n");
	json_array_foreach(rows, i, row) {
		for (const struct csv_column *c = columns; c->title != NULL; c++) {
			if (c != columns)
				buf_add_char(&b, ',');
			add_value(&b, json_object_get(row, c->name));
		}
		buf_add(&b, "\r\n");
	}
	if (request_failed(rq))
		return;
	reply_header(rq, "Content-Disposition", str_fmt(rq->pool, "attachment; filename=\"%s\"", filename));
	reply_cacheable(rq, 10);
	reply_text(rq, 200, "text/csv; charset=utf-8; header=present", b.s);
}

int64_t
export_part(struct request *rq)
{
	return query_int(rq, "part", 1, PARTS_MAX, 1);
}

json_t *
export_parts(struct pool *pool, const char *path, int64_t parts)
{
	json_t *links = json_array();

	for (int64_t n = 1; n <= parts && n <= PARTS_MAX; n++)
		json_array_append_new(links,
		    json_pack("{s:I, s:s}", "number", (json_int_t)n, "url",
		        n == 1 ? path : str_fmt(pool, "%s?part=%" PRId64, path, n)));
	return links;
}
