/*
 * idp_file: the providers' files, read at start and held against what is declared. Internal to idp*.c.
 */
#ifndef VICHE_WEB_IDP_FILE_H
#define VICHE_WEB_IDP_FILE_H

#include "web/idp.h"

enum { IDP_FILE_MAX = 64 * 1024, IDP_SECRET_MAX = 16 * 1024 };

struct idp_pair {
	struct idp_pair *next;
	char *name, *value;
};

/* idp.c's table by name, or NULL. */
const struct idp_dialect *idp_dialect_named(const char *name);

/* Fills the table from the folder, in the order of the buttons; returns their number. Whatever is
 * wrong ends the process with a sentence that names the file. */
size_t idp_read_folder(struct idp all[static IDP_MAX]);

/* On the heap: see idp_origins(). */
char *idp_file_origins(const struct idp *all, size_t count);

#endif
