/* JPEG's segments (ITU-T T.81, annex B): those of a picture inside a PDF that tell of its maker. */
#include "media.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum marker { TEM = 0x01, RST0 = 0xd0, RST7 = 0xd7, SOI = 0xd8, EOI = 0xd9, SOS = 0xda, APP0 = 0xe0,
	APP14 = 0xee, APP15 = 0xef, COM = 0xfe };

struct walk {
	const unsigned char *at, *end;
	unsigned char *to;
};

static void
copy(struct walk *w, const unsigned char *from, size_t len)
{
	memcpy(w->to, from, len);
	w->to += len;
}

/* The next marker, over its fill bytes; false where there is none. */
static bool
next_marker(struct walk *w, int *marker)
{
	if (w->end - w->at < 2 || *w->at != 0xff)
		return false;
	while (w->at < w->end && *w->at == 0xff)
		w->at++;
	if (w->at == w->end || *w->at == 0)
		return false;
	*marker = *w->at++;
	return true;
}

/* Behind a scan's header: its coded data, up to a marker that is neither stuffing nor a restart. */
static void
copy_scan(struct walk *w)
{
	const unsigned char *from = w->at;

	while (w->end - w->at >= 2 &&
	    !(w->at[0] == 0xff && w->at[1] != 0 && w->at[1] != 0xff && (w->at[1] < RST0 || w->at[1] > RST7)))
		w->at++;
	if (w->end - w->at < 2)
		w->at = w->end;
	copy(w, from, (size_t)(w->at - from));
}

static bool
tells_of_colours(int marker)
{
	return marker == APP0 || marker == APP14;
}

/* All segments up to the end marker; one without it is read by everyone, so it may be cut there. */
static bool
strip(struct walk *w)
{
	int marker;

	if (!next_marker(w, &marker) || marker != SOI)
		return false;
	copy(w, (const unsigned char[]){ 0xff, SOI }, 2);
	while (w->at < w->end && next_marker(w, &marker) && marker != EOI) {
		if (marker == SOI || marker == TEM || (marker >= RST0 && marker <= RST7) || w->end - w->at < 2)
			return false;
		size_t size = (size_t)w->at[0] << 8 | w->at[1];
		if (size < 2 || size > (size_t)(w->end - w->at))
			return false;
		if (!((marker >= APP0 && marker <= APP15) || marker == COM) || tells_of_colours(marker)) {
			copy(w, (const unsigned char[]){ 0xff, (unsigned char)marker }, 2);
			copy(w, w->at, size);
		}
		w->at += size;
		if (marker == SOS)
			copy_scan(w);
	}
	return true;
}

unsigned char *
jpeg_strip(const unsigned char *bytes, size_t len, size_t *length)
{
	unsigned char *result = malloc(len + 1);
	struct walk w = { bytes, bytes + len, result };

	if (result == NULL || !strip(&w)) {
		free(result);
		return NULL;
	}
	/* The end marker takes its own place or that of what was left out; where it never was and nothing
	 * was, there may be no room for it. */
	if ((size_t)(w.to - result) + 2 <= len)
		copy(&w, (const unsigned char[]){ 0xff, EOI }, 2);
	*length = (size_t)(w.to - result);
	return result;
}
