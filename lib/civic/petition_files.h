/*
 * petition_files: the files of a petition, which its author adds and removes while the text is theirs
 * to change (draft, returned). Who may see the petition may see them.
 */
#ifndef VICHE_CIVIC_PETITION_FILES_H
#define VICHE_CIVIC_PETITION_FILES_H

#include <jansson.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"
#include "web/media.h"

enum petition_file_result {
	PETITION_FILE_DONE,
	PETITION_FILE_FULL,    /* it has PETITION_ATTACHMENTS_MAX */
	PETITION_FILE_CLOSED,  /* its state does not allow that (any more) */
	PETITION_FILE_UNKNOWN, /* no such petition or file, or not theirs */
	PETITION_FILE_FAILED
};

struct petition_file {
	int64_t community, petition, author;
	const char *name; /* as the person's machine calls it */
	const struct media_file *file; /* cleaned */
};

/* Keeps the bytes and the row; nothing of either is left unless it is PETITION_FILE_DONE. */
enum petition_file_result petition_file_add(struct db *db, struct pool *pool,
    const struct petition_file *file, int64_t *id);

/* *petition receives whose it was, where the file was found. */
enum petition_file_result petition_file_remove(struct db *db, struct pool *pool, int64_t community,
    int64_t id, int64_t author, int64_t *petition);

#endif
