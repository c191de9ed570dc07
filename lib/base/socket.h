/*
 * socket: one question and one answer over a Unix stream socket, bounded in size and time. So a web
 * program speaks with a service that the public never reaches (base/service.h).
 *
 * A question is a frame: four bytes of length, big-endian, then so many bytes. An answer is a frame
 * whose first byte is a status that the service defines. A connection carries one of each; then the
 * service closes it. An empty question asks whether the service lives: status 0, no bytes.
 */
#ifndef VICHE_BASE_SOCKET_H
#define VICHE_BASE_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

struct socket_call {
	const char *path;     /* the service's socket */
	const void *question;
	size_t len;
	size_t answer_max;    /* bytes without the status; a longer answer is refused unread */
	int64_t timeout_ms;   /* for everything, from connecting to the answer's last byte */
};

struct socket_answer {
	unsigned char status;
	char *bytes; /* in the pool, with a NUL behind them */
	size_t len;
};

enum socket_result {
	SOCKET_ANSWERED,
	SOCKET_AWAY,  /* nobody listens there */
	SOCKET_LATE,  /* no whole answer in time */
	SOCKET_BROKEN /* the service broke off, or its answer is no frame or above answer_max */
};

/* Asks. *answer is filled only for SOCKET_ANSWERED. */
enum socket_result socket_ask(struct pool *pool, const struct socket_call *call,
    struct socket_answer *answer);

/* var/run/NAME.sock of the configuration. */
const char *socket_path(struct pool *pool, const char *service);

/* For base/service.h: whole reads and writes on a non-blocking socket until the moment deadline of
 * clock_monotonic(). */
enum { SOCKET_HEAD = 4 };

enum socket_result socket_read(int fd, void *bytes, size_t len, int64_t deadline);
enum socket_result socket_write(int fd, const void *bytes, size_t len, int64_t deadline);
void socket_put_length(unsigned char head[static SOCKET_HEAD], size_t len);
size_t socket_length(const unsigned char head[static SOCKET_HEAD]);

#endif
