#include "base/service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/socket.h"

enum { ALIVE_MS = 2000, ALIVE_POOL = 64 * 1024 };

static volatile sig_atomic_t ending;

static void
on_term(int signal)
{
	(void)signal;
	ending = 1;
}

/* Who asked may have given up while the question waited its turn. */
static bool
still_there(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) == 0;
}

static bool
send_answer(int fd, const struct service *s, const struct service_answer *answer)
{
	unsigned char head[SOCKET_HEAD + 1];
	int64_t deadline = clock_monotonic() + s->read_ms;

	socket_put_length(head, answer->len + 1);
	head[SOCKET_HEAD] = answer->status;
	return socket_write(fd, head, sizeof head, deadline) == SOCKET_ANSWERED &&
	    socket_write(fd, answer->bytes, answer->len, deadline) == SOCKET_ANSWERED;
}

/* Why this question got no answer, or NULL. */
static const char *
converse(int fd, const struct service *s, struct pool *pool)
{
	unsigned char head[SOCKET_HEAD];
	int64_t begun = clock_monotonic(), deadline = begun + s->read_ms;
	struct service_answer answer = { 0 };

	if (socket_read(fd, head, sizeof head, deadline) != SOCKET_ANSWERED)
		return "no question came";
	size_t len = socket_length(head);
	if (len > s->question_max)
		return "a question above the limit";
	char *bytes = pool_alloc(pool, len + 1);
	if (socket_read(fd, bytes, len, deadline) != SOCKET_ANSWERED)
		return "a question was cut short";
	if (!still_there(fd))
		return "who asked is gone";
	if (len > 0) {
		s->answer(pool, &(struct service_question){ bytes, len }, &answer);
		log_info("question", "%zu bytes, status %u, %zu bytes, %lld ms", len, (unsigned)answer.status,
		    answer.len, (long long)(clock_monotonic() - begun));
	}
	return send_answer(fd, s, &answer) ? NULL : "the answer was not taken";
}

void
service_loop(const struct service *s, int listener)
{
	struct sigaction term = { .sa_handler = on_term };
	struct pool *pool = pool_open(s->pool_max);
	sigset_t blocked, waiting;

	/* SIGTERM is let in only while nothing is at hand: a question is answered first. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &waiting);
	sigdelset(&waiting, SIGTERM);
	sigaction(SIGTERM, &term, NULL);
	/* Several processes wait for the same connection: who comes second goes on waiting above. */
	fcntl(listener, F_SETFL, fcntl(listener, F_GETFL) | O_NONBLOCK);
	while (!ending) {
		struct pollfd p = { .fd = listener, .events = POLLIN };
		if (ppoll(&p, 1, NULL, &waiting) <= 0)
			continue;
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
				log_error("accept", "%s", strerror(errno));
			continue;
		}
		const char *why = converse(fd, s, pool);
		if (why != NULL)
			log_info("unanswered", "%s", why);
		close(fd);
		pool_leave(pool);
	}
	pool_close(pool);
}

/* Whether the instance's service answers an empty question. */
static int
alive(const struct service *s)
{
	struct pool *pool = pool_open(ALIVE_POOL);
	struct socket_answer answer;
	struct socket_call call = { .path = socket_path(pool, s->name), .question = "",
		.timeout_ms = ALIVE_MS };

	enum socket_result result = socket_ask(pool, &call, &answer);
	pool_close(pool);
	return result == SOCKET_ANSWERED ? 0 : 1;
}

int
service_run(const struct service *s, int argc, char **argv)
{
	char path[1024];

	config_open();
	if (argc == 2 && strcmp(argv[1], "--alive") == 0)
		return alive(s);
	if (argc > 1)
		fatal("%s: only --alive is understood here; scripts/run starts it with its socket", s->name);
	snprintf(path, sizeof path, "%s/log/%s.log", config_get("var"), s->name);
	log_open(s->name, path);
	int listening = 0;
	socklen_t size = sizeof listening;
	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || !listening)
		fatal("%s answers on a socket: scripts/run starts it with one", s->name);
	if (s->start != NULL)
		s->start();
	service_loop(s, STDIN_FILENO);
	return 0;
}
