#include "civic/attachment_sweep.h"

#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/str.h"
#include "data/files.h"

enum { AT_ONCE = 500 /* names in one question */, SWEEP_POOL = 256 * 1024 };

struct sweep {
	struct db *db;
	size_t count, removed;
	char names[AT_ONCE][FILE_NAME_SIZE];
};

/* Asks for those that have no row: an answer that does not come removes nothing. */
static void
remove_strays(struct sweep *s)
{
	SQL(stray_files, "SELECT j.name FROM JSON_TABLE(?, '$[*]' COLUMNS (name CHAR(32) PATH '$')) j LEFT JOIN "
	                 "attachment a ON a.stored = UNHEX(j.name) AND a.community_id > 0 AND a.removed_at IS NULL "
	                 "WHERE a.id IS NULL");
	struct pool *pool = pool_open(SWEEP_POOL);
	struct buf list;
	json_t *row;
	size_t i;

	buf_init(&list, pool);
	for (i = 0; i < s->count; i++)
		buf_fmt(&list, "%c\"%s\"", i == 0 ? '[' : ',', s->names[i]);
	buf_add_char(&list, ']');
	json_t *rows = s->count > 0 ? db_rows(s->db, &stray_files, ARGS(TEXT(list.s))) : NULL;
	json_array_foreach(rows, i, row)
		files_remove(pool, json_string_value(json_object_get(row, "name")));
	s->removed += json_array_size(rows);
	s->count = 0;
	pool_close(pool);
}

static void
take(void *ctx, const char *name)
{
	struct sweep *s = ctx;

	memcpy(s->names[s->count++], name, FILE_NAME_SIZE);
	if (s->count == AT_ONCE)
		remove_strays(s);
}

bool
attachment_sweep(struct db *db)
{
	static struct sweep s;

	s = (struct sweep){ .db = db };
	for (int folder = 0; folder < FILES_FOLDERS && !db_failed(db); folder++)
		files_walk(folder, time(NULL) - SWEPT_AFTER, take, &s);
	remove_strays(&s);
	if (s.removed > 0)
		log_info("files", "%zu files without a row are removed", s.removed);
	return !db_failed(db);
}
