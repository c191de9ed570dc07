/*
 * media: the parts of the program that cleans files. Both cleaners run in the sandbox's child: they
 * may open nothing and need not free.
 */
#ifndef VICHE_MEDIA_MEDIA_H
#define VICHE_MEDIA_MEDIA_H

#include <stddef.h>

#include "web/media.h"

struct cleaned {
	const void *bytes;
	size_t len;
	unsigned width, height;
};

/* A JPEG or PNG by libvips. picture_open() must have been called before the sandbox. */
void picture_open(void);
enum media_outcome picture_clean(enum media_type type, const char *bytes, size_t len,
    struct cleaned *out);

/* A PDF by libqpdf. */
enum media_outcome document_clean(const char *bytes, size_t len, struct cleaned *out);

/* The JPEG without comments, without application segments but those that say how to read its colours
 * (JFIF, Adobe), and without what follows its end; decoded nowhere. The result has at most len bytes,
 * *length receives their number. NULL where it is no JPEG. The caller frees. */
unsigned char *jpeg_strip(const unsigned char *bytes, size_t len, size_t *length);

#endif
