#include "civic/petition_files.h"

#include <stdbool.h>

#include "base/str.h"
#include "civic/attachment.h"
#include "data/files.h"
#include "data/tx.h"

struct work {
	struct attachment a;
	int64_t id;
	enum petition_file_result result;
};

/* The author's own petition in a state in which its text may change: locked, so that it is not sent in
 * meanwhile, and files that come at once come one after the other. */
static enum petition_file_result
lock_own(struct db *db, int64_t community, int64_t petition, int64_t author)
{
	SQL(lock_own_petition, "SELECT state IN ('draft', 'returned') AS is_open FROM petition WHERE id = ? AND "
	                       "community_id = ? AND author_id = ? FOR UPDATE");

	json_t *row = db_row(db, &lock_own_petition, ARGS(INT(petition), INT(community), INT(author)));
	if (db_failed(db))
		return PETITION_FILE_FAILED;
	if (row == NULL)
		return PETITION_FILE_UNKNOWN;
	return json_is_true(json_object_get(row, "is_open")) ? PETITION_FILE_DONE : PETITION_FILE_CLOSED;
}

static bool
add(struct db *db, void *ctx)
{
	struct work *w = ctx;

	w->result = lock_own(db, w->a.community, w->a.petition, w->a.author);
	if (w->result != PETITION_FILE_DONE)
		return false;
	switch (attachment_add(db, &w->a, &w->id)) {
	case ATTACHMENT_DONE: return true;
	case ATTACHMENT_FULL: w->result = PETITION_FILE_FULL; return false;
	case ATTACHMENT_FAILED: w->result = PETITION_FILE_FAILED; return false;
	}
	return false;
}

/* What became of a COMMIT whose answer was lost: the stored name is this file's alone. */
static bool
was_added(struct db *db, struct work *w)
{
	SQL(find_stored, "SELECT id FROM attachment WHERE stored = UNHEX(?) AND community_id = ?");

	db_next(db);
	w->id = db_number(db, &find_stored, ARGS(TEXT(w->a.stored), INT(w->a.community)), 0);
	return w->id != 0;
}

enum petition_file_result
petition_file_add(struct db *db, struct pool *pool, const struct petition_file *f, int64_t *id)
{
	char stored[FILE_NAME_SIZE];
	struct work w = { .a = { .community = f->community, .kind = "petition", .subject = f->petition,
		                  .petition = f->petition, .author = f->author,
		                  .name = attachment_name(pool, f->name, f->file->type), .file = f->file,
		                  .stored = stored, .most = PETITION_ATTACHMENTS_MAX },
		.result = PETITION_FILE_FAILED };

	if (!files_put(pool, f->file->bytes, f->file->len, stored))
		return PETITION_FILE_FAILED;
	enum tx_result done = tx_run(db, add, &w);
	if (done == TX_DONE || (done == TX_UNKNOWN && was_added(db, &w))) {
		*id = w.id;
		return PETITION_FILE_DONE;
	}
	/* While the database is away nobody knows whether a row points to the bytes: then they stay. */
	if (!db_failed(db) || done != TX_UNKNOWN)
		files_remove(pool, stored);
	return done == TX_REFUSED ? w.result : PETITION_FILE_FAILED;
}

static bool
take_out(struct db *db, void *ctx)
{
	struct work *w = ctx;

	w->result = lock_own(db, w->a.community, w->a.petition, w->a.author);
	if (w->result != PETITION_FILE_DONE)
		return false;
	switch (attachment_remove(db, w->a.community, w->id)) {
	case 1: return true;
	case 0: w->result = PETITION_FILE_UNKNOWN; return false;
	default: w->result = PETITION_FILE_FAILED; return false;
	}
}

enum petition_file_result
petition_file_remove(struct db *db, struct pool *pool, int64_t community, int64_t id, int64_t author,
    int64_t *petition)
{
	json_t *row = attachment_find(db, community, id);

	if (row == NULL || !str_eq(json_string_value(json_object_get(row, "kind")), "petition"))
		return db_failed(db) ? PETITION_FILE_FAILED : PETITION_FILE_UNKNOWN;
	*petition = json_integer_value(json_object_get(row, "petition_id"));
	struct work w = { .a = { .community = community, .petition = *petition, .author = author }, .id = id,
		.result = PETITION_FILE_FAILED };
	enum tx_result done = tx_run(db, take_out, &w);
	if (done == TX_UNKNOWN) {
		db_next(db);
		done = attachment_find(db, community, id) == NULL && !db_failed(db) ? TX_DONE : TX_FAILED;
	}
	if (done != TX_DONE)
		return done == TX_REFUSED ? w.result : PETITION_FILE_FAILED;
	files_remove(pool, json_string_value(json_object_get(row, "stored")));
	return PETITION_FILE_DONE;
}
