#include "web/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"
#include "base/text.h"
#include "web/multipart.h"

struct reader {
	struct pool *pool;
	const char *folder;
	size_t file_max, text_bytes;
	struct upload *out;
};

/* An open file that has no name any more; -1 where there can be none. */
static int
open_nameless(struct pool *pool, const char *folder)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	/* Not every file system has O_TMPFILE. */
	char *path = str_fmt(pool, "%s/upload-XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static bool
write_whole(int fd, const char *s, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, s, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s += n;
		len -= (size_t)n;
	}
	return lseek(fd, 0, SEEK_SET) == 0;
}

static enum upload_result
keep_file(struct reader *r, const struct part *part)
{
	/* What a browser sends for a file input that was left empty. */
	if (*part->filename == '\0' && part->len == 0)
		return UPLOAD_DONE;
	if (r->folder == NULL)
		return UPLOAD_DONE;
	if (r->out->file_count == UPLOAD_FILES_MAX)
		return UPLOAD_TOO_MANY;
	if (part->len > r->file_max)
		return UPLOAD_TOO_LARGE;

	int fd = open_nameless(r->pool, r->folder);
	if (fd < 0)
		return UPLOAD_FAILED;
	r->out->files[r->out->file_count++] = (struct upload_file){
		.field = part->name,
		.filename = part->filename,
		.type = str_empty(part->type) ? "application/octet-stream" : part->type,
		.fd = fd,
		.size = part->len,
	};
	return write_whole(fd, part->content, part->len) ? UPLOAD_DONE : UPLOAD_FAILED;
}

static enum upload_result
keep_text(struct reader *r, const struct part *part)
{
	if (part->len > UPLOAD_TEXT_MAX - r->text_bytes)
		return UPLOAD_TOO_LARGE;
	r->text_bytes += part->len;
	if (!text_is_utf8(part->content, part->len))
		return UPLOAD_MALFORMED;
	json_t *pair = json_array();
	json_array_append_new(pair, json_string(part->name));
	json_array_append_new(pair, json_stringn(part->content, part->len));
	json_array_append_new(r->out->texts, pair);
	return UPLOAD_DONE;
}

static enum upload_result
read_parts(struct reader *r, struct multipart *m)
{
	struct part part;

	for (size_t parts = 1;; parts++) {
		enum upload_result kept = UPLOAD_MALFORMED;
		switch (multipart_next(m, &part)) {
		case MULTIPART_END: return UPLOAD_DONE;
		case MULTIPART_BROKEN: return UPLOAD_MALFORMED;
		case MULTIPART_PART:
			if (parts > UPLOAD_PARTS_MAX)
				return UPLOAD_TOO_MANY;
			kept = part.filename != NULL ? keep_file(r, &part) : keep_text(r, &part);
		}
		if (kept != UPLOAD_DONE)
			return kept;
	}
}

enum upload_result
upload_read(struct pool *pool, const char *content_type, const char *body, size_t len,
    const char *folder, size_t file_max, struct upload *out)
{
	struct reader r = { .pool = pool, .folder = folder, .file_max = file_max, .out = out };
	struct multipart m;

	*out = (struct upload){ 0 };
	if (!multipart_open(&m, pool, content_type, body, len))
		return UPLOAD_MALFORMED;
	out->texts = json_array();
	enum upload_result result = read_parts(&r, &m);
	if (result != UPLOAD_DONE) {
		upload_close(out);
		json_decref(out->texts);
		*out = (struct upload){ 0 };
	}
	return result;
}

void
upload_close(struct upload *upload)
{
	for (size_t i = 0; i < upload->file_count; i++)
		close(upload->files[i].fd);
	upload->file_count = 0;
}
