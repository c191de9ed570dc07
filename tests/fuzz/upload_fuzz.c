/* Fuzzes multipart/form-data: the first line is the Content-Type, the rest the body. Whatever it
 * is, nothing stays open, texts are clean and the bounds hold. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "base/text.h"
#include "web/upload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool so)
{
	if (!so)
		abort();
}

static int
lowest_fd(void)
{
	int fd = dup(STDERR_FILENO);
	close(fd);
	return fd;
}

static void
check(const struct upload *upload)
{
	json_t *pair;
	size_t i, texts = 0;

	must(upload->file_count <= UPLOAD_FILES_MAX);
	for (i = 0; i < upload->file_count; i++) {
		const struct upload_file *file = &upload->files[i];
		struct stat st;
		must(fstat(file->fd, &st) == 0 && (size_t)st.st_size == file->size);
		must(st.st_nlink == 0 && lseek(file->fd, 0, SEEK_CUR) == 0);
		must(text_is_utf8(file->field, strlen(file->field)) && *file->field != '\0');
		must(text_is_utf8(file->filename, strlen(file->filename)));
		must(strpbrk(file->filename, "/\\") == NULL && *file->type != '\0');
	}
	json_array_foreach(upload->texts, i, pair) {
		must(json_string_length(json_array_get(pair, 0)) > 0);
		texts += json_string_length(json_array_get(pair, 1));
	}
	must(i <= UPLOAD_PARTS_MAX && texts <= UPLOAD_TEXT_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pool *pool;
	struct upload upload;
	const uint8_t *eol = size > 0 ? memchr(data, '\n', size) : NULL;

	if (eol == NULL)
		return 0;
	if (pool == NULL)
		pool = pool_open(64 * 1024 * 1024);
	pool_enter(pool);
	int before = lowest_fd();
	char *type = str_ndup(pool, (const char *)data, (size_t)(eol - data));
	/* On the heap, where reading past its end is seen. */
	size_t len = (size_t)(data + size - eol - 1);
	char *body = malloc(len + (len == 0));
	memcpy(body, eol + 1, len);
	if (upload_read(pool, type, body, len, "/tmp", 4096, &upload) == UPLOAD_DONE)
		check(&upload);
	else
		must(upload.file_count == 0 && upload.texts == NULL);
	upload_close(&upload);
	must(lowest_fd() == before);
	free(body);
	pool_leave(pool);
	return 0;
}
