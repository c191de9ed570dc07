/* Pictures: decoded and encoded anew by libvips, with the two loaders that they need. */
#include "media.h"

#include <stdbool.h>
#include <stdlib.h>
#include <malloc.h>
#include <vips/vips.h>
#include <vips/vector.h>

#include "base/log.h"

enum { JPEG_QUALITY = 82, PNG_EFFORT = 6 };

/* 72 to the inch, the same for every picture. */
static const double PIXELS_PER_MM = 72 / 25.4;

static GLogWriterOutput
say_nothing(GLogLevelFlags level, const GLogField *fields, gsize count, gpointer data)
{
	return G_LOG_WRITER_HANDLED;
}

void
picture_open(void)
{
	setenv("VIPS_BLOCK_UNTRUSTED", "1", 1);
	/* Its words hold what is in the file; the outcome is enough. */
	g_log_set_writer_func(say_nothing, NULL, NULL);
	if (VIPS_INIT("media") != 0)
		fatal("media: libvips cannot start: %s", vips_error_buffer());
	vips_operation_block_set("VipsForeignLoad", TRUE);
	vips_operation_block_set("VipsForeignLoadJpeg", FALSE);
	vips_operation_block_set("VipsForeignLoadPng", FALSE);
	/* No code made at run time (the sandbox would kill for it), no cache, as few threads as it can. */
	vips_vector_set_enabled(FALSE);
	vips_cache_set_max(0);
	vips_concurrency_set(1);
	/* Each arena more would take 64 MB of the sandbox's address space, and read a file when it shrinks. */
	mallopt(M_ARENA_MAX, 1);
}

static VipsImage *
load(enum media_type type, const char *bytes, size_t len, int shrink)
{
	VipsImage *image = NULL;
	int failed = type == MEDIA_JPEG
	    ? vips_jpegload_buffer((void *)bytes, len, &image, "shrink", shrink, "access",
	          VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL)
	    : vips_pngload_buffer((void *)bytes, len, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
	          VIPS_FAIL_ON_ERROR, NULL);

	return failed ? NULL : image;
}

/* How much of the reduction JPEG's own transform can do. */
static int
shrink_of(int width, int height)
{
	int longer = width > height ? width : height;

	for (int shrink = 8; shrink > 1; shrink /= 2)
		if (longer / shrink >= MEDIA_SIDE_MAX)
			return shrink;
	return 1;
}

/* Upright, small enough, eight bits of sRGB. What says "strip" below drops all that came along. */
static VipsImage *
convert(VipsImage *in)
{
	VipsImage *small = NULL, *coloured = NULL, *plain = NULL, *copy = NULL;
	/* Without a profile of its own a picture is in sRGB already: its numbers are not to change. */
	const char *export = vips_image_get_typeof(in, VIPS_META_ICC_NAME) != 0 ? "srgb" : NULL;

	if (vips_thumbnail_image(in, &small, MEDIA_SIDE_MAX, "height", MEDIA_SIDE_MAX, "size", VIPS_SIZE_DOWN,
	        "export_profile", export, NULL) != 0 ||
	    vips_colourspace(small, &coloured, VIPS_INTERPRETATION_sRGB, NULL) != 0 ||
	    vips_cast_uchar(coloured, &plain, NULL) != 0 ||
	    vips_copy(plain, &copy, "xres", PIXELS_PER_MM, "yres", PIXELS_PER_MM, NULL) != 0)
		return NULL;
	return copy;
}

enum media_outcome
picture_clean(enum media_type type, const char *bytes, size_t len, struct cleaned *out)
{
	void *encoded = NULL;
	size_t encoded_len = 0;
	VipsImage *in = load(type, bytes, len, 1);

	if (in == NULL)
		return MEDIA_BROKEN;
	/* Only the header has been read. */
	int width = vips_image_get_width(in), height = vips_image_get_height(in);
	if ((long long)width * height > MEDIA_PIXELS_MAX)
		return MEDIA_TOO_MANY_PIXELS;
	int shrink = type == MEDIA_JPEG ? shrink_of(width, height) : 1;
	if (shrink > 1 && (in = load(type, bytes, len, shrink)) == NULL)
		return MEDIA_BROKEN;
	VipsImage *picture = convert(in);
	if (picture == NULL)
		return MEDIA_BROKEN;
	int failed = type == MEDIA_JPEG
	    ? vips_jpegsave_buffer(picture, &encoded, &encoded_len, "strip", TRUE, "Q", JPEG_QUALITY,
	          "optimize_coding", TRUE, NULL)
	    : vips_pngsave_buffer(picture, &encoded, &encoded_len, "strip", TRUE, "compression", PNG_EFFORT, NULL);
	if (failed)
		return MEDIA_BROKEN;
	*out = (struct cleaned){ encoded, encoded_len, (unsigned)vips_image_get_width(picture),
		(unsigned)vips_image_get_height(picture) };
	return MEDIA_CLEANED;
}
