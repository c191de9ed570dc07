#include "web/media.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/socket.h"
#include "web/i18n.h"
#include "web/problem.h"
#include "web/upload.h"

enum {
	PATIENCE_MS = 8000,    /* longer than a file takes media at most, shorter than nginx waits for us */
	AT_ONCE = 2,           /* as many as media has processes (scripts/instance.sh) */
	TURN_MS = 2000,        /* how long one waits for its turn */
	TURN_PAUSE_MS = 10
};

static unsigned
number(const unsigned char *at)
{
	return (unsigned)at[0] << 24 | (unsigned)at[1] << 16 | (unsigned)at[2] << 8 | at[3];
}

/* Media's word is not taken for a size or a type that it cannot have. */
static bool
is_sound(const struct media_file *f)
{
	bool picture = f->type == MEDIA_JPEG || f->type == MEDIA_PNG;

	if (f->len == 0 || (!picture && f->type != MEDIA_PDF))
		return false;
	return picture ? f->width >= 1 && f->width <= MEDIA_SIDE_MAX && f->height >= 1 &&
	                     f->height <= MEDIA_SIDE_MAX
	               : f->width == 0 && f->height == 0;
}

static enum media_outcome
read_answer(const struct socket_answer *a, struct media_file *out)
{
	const unsigned char *head = (const unsigned char *)a->bytes;

	if (a->status != MEDIA_CLEANED)
		return a->status > MEDIA_CLEANED && a->status < MEDIA_UNAVAILABLE ? a->status : MEDIA_UNAVAILABLE;
	if (a->len < MEDIA_HEAD)
		return MEDIA_UNAVAILABLE;
	struct media_file f = { .type = head[0], .width = number(head + 1), .height = number(head + 5),
		.bytes = a->bytes + MEDIA_HEAD, .len = a->len - MEDIA_HEAD };
	if (!is_sound(&f))
		return MEDIA_UNAVAILABLE;
	*out = f;
	return MEDIA_CLEANED;
}

/* One of AT_ONCE places to ask from, held until it is closed (or its holder ends); -1 where all stay
 * taken. So uploads, when media is slow or stopped, occupy some of a program's processes and not all:
 * the others go on showing pages. */
static int
take_place(struct pool *pool)
{
	int64_t deadline = clock_monotonic() + TURN_MS;
	const char *path = str_fmt(pool, "%s/run/media.place", config_get("var"));

	do {
		for (int i = 0; i < AT_ONCE; i++) {
			/* Only locked, never written: whoever made it, all may. */
			int fd = open(str_fmt(pool, "%s%d", path, i), O_RDONLY | O_CREAT | O_CLOEXEC, 0644);
			if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
				return fd;
			if (fd < 0)
				log_error("media", "%s%d cannot be opened: %s", path, i, strerror(errno));
			else
				close(fd);
		}
		nanosleep(&(struct timespec){ .tv_nsec = TURN_PAUSE_MS * 1000000L }, NULL);
	} while (clock_monotonic() < deadline);
	return -1;
}

static enum media_outcome
ask(struct pool *pool, const void *bytes, size_t len, struct media_file *out)
{
	struct socket_call call = { .path = socket_path(pool, "media"), .question = bytes, .len = len,
		.answer_max = MEDIA_HEAD + MEDIA_RESULT_MAX, .timeout_ms = PATIENCE_MS };
	struct socket_answer answer;
	enum media_outcome outcome;

	switch (socket_ask(pool, &call, &answer)) {
	case SOCKET_ANSWERED:
		outcome = read_answer(&answer, out);
		if (outcome == MEDIA_UNAVAILABLE)
			log_error("media", "its answer makes no sense (status %u, %zu bytes)", (unsigned)answer.status,
			    answer.len);
		return outcome;
	case SOCKET_AWAY: log_error("media", "nobody answers on its socket"); break;
	case SOCKET_LATE: log_error("media", "no answer in %d ms", PATIENCE_MS); break;
	case SOCKET_BROKEN: log_error("media", "it broke off"); break;
	}
	return MEDIA_UNAVAILABLE;
}

enum media_outcome
media_clean(struct pool *pool, const void *bytes, size_t len, struct media_file *out)
{
	if (len == 0)
		return MEDIA_NOT_A_TYPE;
	if (len > MEDIA_FILE_MAX)
		return MEDIA_TOO_LARGE;
	int place = take_place(pool);
	if (place < 0) {
		log_info("media", "no turn in %d ms", TURN_MS);
		return MEDIA_UNAVAILABLE;
	}
	enum media_outcome outcome = ask(pool, bytes, len, out);
	close(place);
	return outcome;
}

static enum media_outcome
clean_upload(struct request *rq, const struct upload_file *file, struct media_file *out)
{
	char *bytes = pool_alloc(rq->pool, file->size + 1);
	size_t got = 0;

	while (got < file->size) {
		ssize_t n = pread(file->fd, bytes + got, file->size - got, (off_t)got);
		if (n <= 0) {
			request_fail(rq, "an upload's temporary file could not be read");
			return MEDIA_UNAVAILABLE;
		}
		got += (size_t)n;
	}
	return media_clean(rq->pool, bytes, file->size, out);
}

static enum media_outcome
refuse_body(struct request *rq)
{
	reply_problem(rq, 400, "malformed-body", _("The form arrived damaged. Send it again."));
	return MEDIA_NONE;
}

enum media_outcome
media_take(struct request *rq, const char *field, struct media_file *out, const char **filename)
{
	enum media_outcome outcome = MEDIA_NONE;
	struct upload upload;

	*filename = NULL;
	switch (upload_read(rq->pool, request_param(rq, "CONTENT_TYPE"), rq->body, rq->body_len,
	    str_fmt(rq->pool, "%s/tmp", config_get("var")), MEDIA_FILE_MAX, &upload)) {
	case UPLOAD_DONE: break;
	case UPLOAD_TOO_LARGE: *filename = ""; return MEDIA_TOO_LARGE;
	case UPLOAD_MALFORMED:
	case UPLOAD_TOO_MANY: return refuse_body(rq);
	case UPLOAD_FAILED: request_fail(rq, "an upload's temporary file could not be written"); return MEDIA_NONE;
	}
	*filename = "";
	for (size_t i = 0; i < upload.file_count && outcome == MEDIA_NONE; i++)
		if (str_eq(upload.files[i].field, field)) {
			*filename = upload.files[i].filename;
			outcome = clean_upload(rq, &upload.files[i], out);
		}
	upload_close(&upload);
	return outcome;
}

const char *
media_mime(enum media_type type)
{
	switch (type) {
	case MEDIA_JPEG: return "image/jpeg";
	case MEDIA_PNG: return "image/png";
	case MEDIA_PDF: return "application/pdf";
	}
	return "application/octet-stream";
}

const char *
media_message(enum media_outcome outcome)
{
	switch (outcome) {
	case MEDIA_NOT_A_TYPE:
		return _("This is not a PDF, JPEG or PNG file. Save it as one of these and add it again.");
	case MEDIA_TOO_LARGE:
		return _("The file is too large: at most 5 MB. Make it smaller and add it again.");
	case MEDIA_TOO_MANY_PIXELS:
		return _("The picture is too large: at most 40 megapixels. Make it smaller and add it again.");
	case MEDIA_BROKEN:
		return _("The file is damaged or was not saved to the end. Save it once more and add it again.");
	case MEDIA_FORBIDDEN:
		return _("This PDF is protected by a password or holds scripts, attached files or other active "
		         "content. Print it to a new PDF and add that one.");
	case MEDIA_UNAVAILABLE:
		return _("Files cannot be checked at the moment, so this one was not kept. Everything else is in "
		         "place: add the file again in a minute.");
	case MEDIA_NONE: return _("Choose a file first.");
	case MEDIA_CLEANED: break;
	}
	return "";
}

void
media_reply(struct request *rq, enum media_outcome outcome)
{
	static const struct {
		int status;
		const char *type;
	} problems[] = {
		[MEDIA_CLEANED] = { 500, "failure" },
		[MEDIA_NOT_A_TYPE] = { 415, "unsupported-file" },
		[MEDIA_TOO_LARGE] = { 413, "too-large" },
		[MEDIA_TOO_MANY_PIXELS] = { 422, "too-many-pixels" },
		[MEDIA_BROKEN] = { 422, "broken-file" },
		[MEDIA_FORBIDDEN] = { 422, "forbidden-content" },
		[MEDIA_UNAVAILABLE] = { 503, "media-unavailable" },
		[MEDIA_NONE] = { 422, "no-file" },
	};

	if (outcome == MEDIA_UNAVAILABLE)
		reply_header(rq, "Retry-After", "30");
	reply_problem(rq, problems[outcome].status, problems[outcome].type, media_message(outcome));
}
