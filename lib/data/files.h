/*
 * files: bytes that are kept under var/files by random names, for the database's rows to point to.
 *
 * A name is 32 hexadecimal digits (128 random bits); the file lies in a folder of its first two. A
 * file is there whole or not at all, also after a power cut, and never changes. nginx sends it when a
 * program answers with its location (reply_file() in web/request.h); no address leads to it.
 */
#ifndef VICHE_DATA_FILES_H
#define VICHE_DATA_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/pool.h"

enum { FILE_NAME_SIZE = 33, FILE_NAME_BYTES = 16 };

/* Keeps the bytes; name receives their new name. False (and one line in the log) where the disk does
 * not take them. */
bool files_put(struct pool *pool, const void *bytes, size_t len, char name[static FILE_NAME_SIZE]);

/* Forgets them. A name that is none, or of no file, does nothing. */
void files_remove(struct pool *pool, const char *name);

/* Where nginx finds the file: "/.files/ab/cdef…", or NULL where name is none. */
const char *files_location(struct pool *pool, const char *name);

enum { FILES_FOLDERS = 256 };

/* Hands the name of every file in one of the folders (from 0) that was put away before that moment (real
 * clock) to each(). What was begun before it and never finished is removed. */
void files_walk(int folder, time_t before, void (*each)(void *ctx, const char *name), void *ctx);

#endif
