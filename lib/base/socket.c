#include "base/socket.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/str.h"

enum { CROWDED_PAUSE_MS = 5 };

const char *
socket_path(struct pool *pool, const char *service)
{
	return str_fmt(pool, "%s/run/%s.sock", config_get("var"), service);
}

void
socket_put_length(unsigned char head[static SOCKET_HEAD], size_t len)
{
	for (int i = 0; i < SOCKET_HEAD; i++)
		head[i] = (unsigned char)(len >> (8 * (SOCKET_HEAD - 1 - i)));
}

size_t
socket_length(const unsigned char head[static SOCKET_HEAD])
{
	return (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
}

/* Waits until fd is ready for what is wanted; false where the deadline passed first. */
static bool
ready(int fd, short wanted, int64_t deadline)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = wanted };
		int64_t left = deadline - clock_monotonic();
		if (left <= 0)
			return false;
		int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		/* An error or a hang-up is told by the read or write that follows. */
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

static bool
would_wait(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

enum socket_result
socket_read(int fd, void *bytes, size_t len, int64_t deadline)
{
	char *at = bytes;

	while (len > 0) {
		if (!ready(fd, POLLIN, deadline))
			return SOCKET_LATE;
		ssize_t n = recv(fd, at, len, 0);
		if (n < 0 && would_wait())
			continue;
		if (n <= 0)
			return SOCKET_BROKEN;
		at += n;
		len -= (size_t)n;
	}
	return SOCKET_ANSWERED;
}

enum socket_result
socket_write(int fd, const void *bytes, size_t len, int64_t deadline)
{
	const char *at = bytes;

	while (len > 0) {
		if (!ready(fd, POLLOUT, deadline))
			return SOCKET_LATE;
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
		if (n < 0 && would_wait())
			continue;
		if (n <= 0)
			return SOCKET_BROKEN;
		at += n;
		len -= (size_t)n;
	}
	return SOCKET_ANSWERED;
}

static enum socket_result
join(int fd, const char *path, int64_t deadline)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(path);

	if (len >= sizeof address.sun_path)
		return SOCKET_AWAY;
	memcpy(address.sun_path, path, len);
	while (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		/* EAGAIN: the queue of those who wait to be accepted is full, and poll cannot tell when it is not. */
		if (!would_wait())
			return SOCKET_AWAY;
		if (clock_monotonic() >= deadline)
			return SOCKET_LATE;
		nanosleep(&(struct timespec){ .tv_nsec = CROWDED_PAUSE_MS * 1000000L }, NULL);
	}
	return SOCKET_ANSWERED;
}

static enum socket_result
talk(int fd, struct pool *pool, const struct socket_call *call, int64_t deadline,
    struct socket_answer *answer)
{
	unsigned char head[SOCKET_HEAD];
	enum socket_result result = join(fd, call->path, deadline);

	socket_put_length(head, call->len);
	if (result == SOCKET_ANSWERED)
		result = socket_write(fd, head, sizeof head, deadline);
	if (result == SOCKET_ANSWERED)
		result = socket_write(fd, call->question, call->len, deadline);
	if (result == SOCKET_ANSWERED)
		result = socket_read(fd, head, sizeof head, deadline);
	if (result != SOCKET_ANSWERED)
		return result;
	size_t len = socket_length(head);
	if (len < 1 || len - 1 > call->answer_max)
		return SOCKET_BROKEN;
	*answer = (struct socket_answer){ .bytes = pool_alloc(pool, len), .len = len - 1 };
	result = socket_read(fd, &answer->status, 1, deadline);
	return result == SOCKET_ANSWERED ? socket_read(fd, answer->bytes, answer->len, deadline) : result;
}

enum socket_result
socket_ask(struct pool *pool, const struct socket_call *call, struct socket_answer *answer)
{
	struct socket_answer got;

	if (call->len > UINT32_MAX)
		return SOCKET_BROKEN;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return SOCKET_AWAY;
	enum socket_result result = talk(fd, pool, call, clock_monotonic() + call->timeout_ms, &got);
	close(fd);
	if (result == SOCKET_ANSWERED)
		*answer = got;
	return result;
}
