/*
 * media: makes pictures and PDFs harmless (web/media.h). A service on a socket that only our programs
 * reach, without database or network; each file is opened in a sandbox of its own (base/sandbox.h).
 */
#include "media.h"

#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/sandbox.h"
#include "base/service.h"

enum {
	JOB_MEMORY = 512 * 1024 * 1024, /* 40 megapixels of an interlaced PNG with alpha are 160 MB */
	JOB_CPU_S = 5,
	JOB_MS = 6000,                  /* media_clean() waits somewhat longer */
	READ_MS = 3000,
	POOL_MAX = MEDIA_FILE_MAX + MEDIA_RESULT_MAX + 1024 * 1024
};

struct job {
	enum media_type type;
	const char *bytes;
	size_t len;
};

static bool
begins(const struct service_question *q, const char *magic, size_t len)
{
	return q->len >= len && memcmp(q->bytes, magic, len) == 0;
}

/* By content; 0 for none of ours. */
static enum media_type
type_of(const struct service_question *q)
{
	if (begins(q, "\xff\xd8\xff", 3))
		return MEDIA_JPEG;
	if (begins(q, "\x89PNG\r\n\x1a\n", 8))
		return MEDIA_PNG;
	if (begins(q, "%PDF-", 5))
		return MEDIA_PDF;
	return 0;
}

static void
put_number(unsigned char *at, unsigned n)
{
	for (int i = 0; i < 4; i++)
		at[i] = (unsigned char)(n >> (24 - 8 * i));
}

/* In the sandbox. The result: the outcome's byte, then the head and the file. */
static void
clean(void *ctx, int out)
{
	const struct job *job = ctx;
	struct cleaned c = { 0 };
	unsigned char result[1 + MEDIA_HEAD];

	enum media_outcome outcome = job->type == MEDIA_PDF ? document_clean(job->bytes, job->len, &c)
	                                                    : picture_clean(job->type, job->bytes, job->len, &c);
	if (outcome == MEDIA_CLEANED && c.len > MEDIA_RESULT_MAX)
		outcome = MEDIA_TOO_LARGE;
	result[0] = (unsigned char)outcome;
	result[1] = (unsigned char)job->type;
	put_number(result + 2, c.width);
	put_number(result + 6, c.height);
	if (outcome != MEDIA_CLEANED)
		sandbox_put(out, result, 1);
	else if (sandbox_put(out, result, sizeof result))
		sandbox_put(out, c.bytes, c.len);
}

static enum media_outcome
outcome_of(enum sandbox_result result, const struct sandbox_output *o)
{
	switch (result) {
	case SANDBOX_DONE:
		if (o->len == 0)
			return MEDIA_BROKEN;
		/* A child that was taken over may say anything, but not that a file without bytes is clean. */
		return (unsigned char)o->bytes[0] != MEDIA_CLEANED || o->len > 1 + MEDIA_HEAD
		    ? (unsigned char)o->bytes[0]
		    : MEDIA_BROKEN;
	case SANDBOX_FORBIDDEN:
		log_error("sandbox", "a file made its decoder try a forbidden call; it was killed");
		return MEDIA_BROKEN;
	case SANDBOX_LATE: log_info("sandbox", "a file took too long"); return MEDIA_BROKEN;
	case SANDBOX_BROKE: log_info("sandbox", "a file ended its decoder"); return MEDIA_BROKEN;
	case SANDBOX_FAILED: return MEDIA_UNAVAILABLE;
	}
	return MEDIA_UNAVAILABLE;
}

static void
answer(struct pool *pool, const struct service_question *q, struct service_answer *a)
{
	struct job job = { type_of(q), q->bytes, q->len };
	struct sandbox_output o = { 0 };

	if (job.type == 0) {
		a->status = MEDIA_NOT_A_TYPE;
		return;
	}
	enum sandbox_result result = sandbox_run(pool,
	    &(struct sandbox_job){ .work = clean, .ctx = &job, .memory = JOB_MEMORY, .cpu_s = JOB_CPU_S,
	        .wall_ms = JOB_MS, .output_max = 1 + MEDIA_HEAD + MEDIA_RESULT_MAX },
	    &o);
	a->status = (unsigned char)outcome_of(result, &o);
	if (a->status == MEDIA_CLEANED) {
		a->bytes = o.bytes + 1;
		a->len = o.len - 1;
	}
}

static void
start(void)
{
	/* The time zone's file is read now: in the sandbox it could not be. */
	tzset();
	picture_open();
}

int
main(int argc, char **argv)
{
	return service_run(&(struct service){ .name = "media", .question_max = MEDIA_FILE_MAX,
	                       .pool_max = POOL_MAX, .read_ms = READ_MS, .start = start, .answer = answer },
	    argc, argv);
}
