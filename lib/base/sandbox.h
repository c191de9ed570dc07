/*
 * sandbox: work on bytes that nobody vouches for, in a child process that can do nothing but compute.
 *
 * The child has no descriptor but the one for its result and no way to get another: it cannot open,
 * connect, start or signal anything (seccomp(2): any call beyond memory, threads, clocks and writing
 * the result kills it; opening to read and asking about files only fails), and its memory, processor time and life are bounded. So what a broken decoder
 * does ends with the child. Before sandbox_run() the caller loads all that work will need: nothing can
 * be opened later. The caller must have one thread.
 */
#ifndef VICHE_BASE_SANDBOX_H
#define VICHE_BASE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

struct sandbox_job {
	/* In the child; what it gives to sandbox_put(out, …) is the result, once it returns. */
	void (*work)(void *ctx, int out);
	void *ctx;
	size_t memory;     /* bytes of address space above what the process has already */
	unsigned cpu_s;    /* seconds of processor time */
	int64_t wall_ms;   /* from beginning to end */
	size_t output_max; /* bytes of result */
};

struct sandbox_output {
	char *bytes; /* in the pool */
	size_t len;
};

enum sandbox_result {
	SANDBOX_DONE,
	SANDBOX_FORBIDDEN, /* it made a call that it may not make, and was killed */
	SANDBOX_LATE,      /* its time ran out */
	SANDBOX_BROKE,     /* it died, ran out of memory or said too much */
	SANDBOX_FAILED     /* it could not be started or confined, so it did not run */
};

/* Runs the job. *output is filled only for SANDBOX_DONE. Nothing of the child is left. */
enum sandbox_result sandbox_run(struct pool *pool, const struct sandbox_job *job,
    struct sandbox_output *output);

/* For work: false where nobody takes the bytes any more. */
bool sandbox_put(int out, const void *bytes, size_t len);

#endif
