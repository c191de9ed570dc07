/*
 * service: the other side of base/socket.h, a process that answers questions on a Unix socket and
 * that the public never reaches. It has no database user, and nginx does not know it.
 *
 * A service's main() is one call of service_run(). spawn-fcgi hands the listening socket over as
 * descriptor 0, multiwatch keeps as many processes as scripts/instance.sh says; each answers one
 * question at a time until SIGTERM, after the question at hand. Started by hand, `--alive` asks the
 * instance's running service whether it answers and tells by the exit status.
 */
#ifndef VICHE_BASE_SERVICE_H
#define VICHE_BASE_SERVICE_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

struct service_question {
	const char *bytes; /* with a NUL behind them; never empty */
	size_t len;
};

/* Status 0 and no bytes unless the handler says otherwise. */
struct service_answer {
	unsigned char status;
	const void *bytes;
	size_t len;
};

struct service {
	const char *name;      /* of the program, its socket and its log */
	size_t question_max;   /* bytes; who sends more is hung up on */
	size_t pool_max;       /* bytes of memory for one question, the question itself included */
	int64_t read_ms;       /* for a question to arrive whole, and for an answer to be taken */
	void (*start)(void);   /* once, before the first question; or NULL */
	/* Everything in pool is gone after the answer is sent. */
	void (*answer)(struct pool *pool, const struct service_question *question,
	    struct service_answer *answer);
};

int service_run(const struct service *service, int argc, char **argv);

/* The loop itself, on a listening socket, until SIGTERM. */
void service_loop(const struct service *service, int listener);

#endif
