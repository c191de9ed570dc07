/* jpeg_strip() of the program media: any bytes as a picture inside a PDF. What it gives is no longer
 * than what it got, begins as a JPEG does, holds no comment, and is the same when stripped again. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../cgi-bin/media/jpeg.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t once = 0, twice = 0;
	unsigned char *a = jpeg_strip(data, size, &once), *b;

	if (a == NULL)
		return 0;
	if (once > size || once < 2 || a[0] != 0xff || a[1] != SOI)
		abort();
	b = jpeg_strip(a, once, &twice);
	if (b == NULL || twice != once || memcmp(a, b, once) != 0)
		abort();
	free(a);
	free(b);
	return 0;
}
