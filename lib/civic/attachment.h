/*
 * attachment: files that belong to something: a petition, an answer, a milestone. Rows only; the
 * bytes are put away by data/files.h first, and only those that media has cleaned (web/media.h).
 *
 * A subject (kind and id, within a community) has at most so many at a time; a place is taken by the
 * INSERT itself. A removed one leaves its row and loses its bytes.
 */
#ifndef VICHE_CIVIC_ATTACHMENT_H
#define VICHE_CIVIC_ATTACHMENT_H

#include <jansson.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"
#include "web/media.h"

enum {
	ATTACHMENT_NAME_MAX = 120,  /* characters */
	ATTACHMENTS_MAX = 10,       /* of one subject, whatever its kind allows */
	PETITION_ATTACHMENTS_MAX = 3
};

struct attachment {
	int64_t community;
	const char *kind;  /* "petition", "answer", "milestone" */
	int64_t subject;
	int64_t petition;  /* whose readers may see it; 0 for none */
	int64_t author;
	const char *name;  /* as attachment_name() made it */
	const struct media_file *file;
	const char *stored; /* by files_put() */
	int64_t most;      /* of this subject, up to ATTACHMENTS_MAX */
};

enum attachment_result {
	ATTACHMENT_DONE,
	ATTACHMENT_FULL,   /* the subject has as many as it may */
	ATTACHMENT_FAILED  /* db_failed() is set */
};

/* Within a transaction of the caller, or by itself. *id receives its number. */
enum attachment_result attachment_add(struct db *db, const struct attachment *a, int64_t *id);

/* Those that are there, in their order: {id, name, type, size, width, height, created_at}. */
json_t *attachment_list(struct db *db, int64_t community, const char *kind, int64_t subject);

/* One that is there: the same and {kind, subject_id, petition_id, author_id, stored}; or NULL. */
json_t *attachment_find(struct db *db, int64_t community, int64_t id);

/* Takes the row out of the subject; 1, or 0 where it is not there (any more), or DB_FAILED. When that
 * is committed, files_remove(stored). */
int64_t attachment_remove(struct db *db, int64_t community, int64_t id);

/* A file's name to keep: one line, no path, no characters that a file system minds, with the ending of
 * what it is; "file.pdf" where nothing is left. */
const char *attachment_name(struct pool *pool, const char *name, enum media_type type);

/* A row as the JSON face sends it, {id, name, type, size, width, height}, and as views show it: also
 * {url, label ("PDF"), size_text ("1.2 MB", in the reader's language)}. */
json_t *attachment_item(json_t *row);
json_t *attachment_card(struct pool *pool, json_t *row);

#endif
