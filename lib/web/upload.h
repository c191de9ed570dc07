/*
 * upload: multipart/form-data (RFC 7578) under bounds; files go to bounded temporary files that are
 * unlinked as soon as they are open, so nothing is left whatever happens.
 */
#ifndef VICHE_WEB_UPLOAD_H
#define VICHE_WEB_UPLOAD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"

enum {
	UPLOAD_PARTS_MAX = 40,
	UPLOAD_FILES_MAX = 8,
	UPLOAD_HEADER_MAX = 4096,      /* bytes of one part's headers */
	UPLOAD_BOUNDARY_MAX = 70,      /* RFC 2046 §5.1.1 */
	UPLOAD_AROUND_MAX = 1024,      /* bytes before the first part, and after the last */
	UPLOAD_TEXT_MAX = 1024 * 1024  /* bytes of all texts, which stay in the request's memory */
};

struct upload_file {
	/* As the client says: cleaned, never trusted. The filename has no folder, the type is in
	 * lower case without parameters. */
	const char *field, *filename, *type;
	int fd;                              /* at its start; closed by upload_close() */
	size_t size;
};

struct upload {
	json_t *texts; /* [[name, value]…] in the entered pool */
	struct upload_file files[UPLOAD_FILES_MAX];
	size_t file_count;
};

enum upload_result {
	UPLOAD_DONE,
	UPLOAD_MALFORMED, /* no boundary, a broken header, not UTF-8, cut short */
	UPLOAD_TOO_MANY,  /* parts or files */
	UPLOAD_TOO_LARGE, /* a file above file_max, or the texts together */
	UPLOAD_FAILED     /* no temporary file could be written */
};

/* content_type is the request's header. folder is where the temporary files are made; with NULL
 * only the texts are read and files are passed over. A file input that was left empty is no file.
 * After anything but UPLOAD_DONE out is empty and nothing is open. */
enum upload_result upload_read(struct pool *pool, const char *content_type, const char *body,
    size_t len, const char *folder, size_t file_max, struct upload *out);

/* Closes the files. Safe after any result, and twice. */
void upload_close(struct upload *upload);

#endif
