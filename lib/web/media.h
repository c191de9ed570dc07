/*
 * media: what the program `media` takes and gives, and the way to ask it.
 *
 * Pictures (JPEG, PNG) come back decoded and encoded anew: upright, at most MEDIA_SIDE_MAX pixels on
 * the longer side, in sRGB, without any metadata. PDFs come back rewritten, without document
 * properties; one that is encrypted, or could run, start, send or carry something, is refused. The
 * type is told from the bytes, never from a name. Fails closed: whatever is not MEDIA_CLEANED gives
 * no bytes, and nobody may keep or serve those that were sent.
 */
#ifndef VICHE_WEB_MEDIA_H
#define VICHE_WEB_MEDIA_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "web/request.h"

enum {
	MEDIA_FILE_MAX = 5 * 1024 * 1024,   /* bytes in */
	MEDIA_BODY_MAX = MEDIA_FILE_MAX + 200 * 1024, /* a form that brings one; nginx.conf has it too */
	MEDIA_RESULT_MAX = 8 * 1024 * 1024, /* bytes out: a picture may grow when it is encoded anew */
	MEDIA_PIXELS_MAX = 40 * 1000 * 1000, /* in, as the picture's header says */
	MEDIA_SIDE_MAX = 2048               /* out */
};

enum media_type { MEDIA_JPEG = 1, MEDIA_PNG, MEDIA_PDF };

/* Also the status byte of media's answer; 0 is that of an empty question. */
enum media_outcome {
	MEDIA_CLEANED = 1,
	MEDIA_NOT_A_TYPE,     /* neither JPEG nor PNG nor PDF */
	MEDIA_TOO_LARGE,      /* above MEDIA_FILE_MAX, or the result above MEDIA_RESULT_MAX */
	MEDIA_TOO_MANY_PIXELS,
	MEDIA_BROKEN,         /* damaged, cut short, or too costly to read */
	MEDIA_FORBIDDEN,      /* a PDF with content that we do not pass on */
	MEDIA_UNAVAILABLE,    /* the program media does not answer, or has too much to do; later it may */
	MEDIA_NONE            /* the form had no file in that field (media_take alone) */
};

struct media_file {
	enum media_type type;
	unsigned width, height; /* pixels; 0 of a PDF */
	const char *bytes;      /* in the pool */
	size_t len;
};

/* Asks media to clean these bytes. *out is filled only for MEDIA_CLEANED. */
enum media_outcome media_clean(struct pool *pool, const void *bytes, size_t len,
    struct media_file *out);

/* The file that this request's multipart form has under the name field, cleaned. *filename is its
 * name as the person's machine calls it, "" where there is none. A body that can't be read has been
 * replied to already, as form_read() does: then it returns MEDIA_NONE and *filename is NULL. */
enum media_outcome media_take(struct request *rq, const char *field, struct media_file *out,
    const char **filename);

/* "image/jpeg" */
const char *media_mime(enum media_type type);

/* What a person is told of an outcome that is not MEDIA_CLEANED, in the reader's language. */
const char *media_message(enum media_outcome outcome);
/* Replies with that as a problem: 400, 413, 415, 422 or 503. */
void media_reply(struct request *rq, enum media_outcome outcome);

/* An answer of the program media: the status byte is the outcome; a cleaned file's bytes come behind
 * a head of type (1 byte), width and height (4 bytes each, big-endian). */
enum { MEDIA_HEAD = 9 };

#endif
