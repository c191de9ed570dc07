/* base/socket and base/service: a question and its answer, under bounds; a service that is away, late,
 * cut short or lying; a peer that is slow or gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/service.h"
#include "base/socket.h"
#include "base/str.h"

enum { POOL = 32 * 1024 * 1024, QUESTION_MAX = 1024 * 1024, READ_MS = 600, PATIENCE_MS = 20000 };

static struct pool *pool;
static char folder[] = "/tmp/viche-socket.XXXXXX", path[64];
static pid_t server;

/* Says the question backwards; its first letter asks for other behaviour. */
static void
backwards(struct pool *p, const struct service_question *q, struct service_answer *a)
{
	char *bytes = pool_alloc(p, q->len);

	for (size_t i = 0; i < q->len; i++)
		bytes[i] = q->bytes[q->len - 1 - i];
	*a = (struct service_answer){ .status = 7, .bytes = bytes, .len = q->len };
	if (q->bytes[0] == 'S')
		usleep(300 * 1000);
	if (q->bytes[0] == 'E')
		*a = (struct service_answer){ .status = 9 };
}

static const struct service service = { .name = "test", .question_max = QUESTION_MAX, .pool_max = POOL,
	.read_ms = READ_MS, .answer = backwards };

static int
listener(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	unlink(path);
	memcpy(address.sun_path, path, strlen(path));
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 8) != 0)
		abort();
	return fd;
}

/* A server that does what talk does with the first connection, in a process of its own. */
static pid_t
serve(void (*talk)(int listening))
{
	int fd = listener();
	pid_t pid = fork();

	if (pid == 0) {
		talk(fd);
		_exit(0);
	}
	close(fd);
	return pid;
}

static void
run_service(int listening)
{
	log_open("test", "/dev/null");
	service_loop(&service, listening);
}

static int
start(void **state)
{
	pool = pool_open(POOL);
	server = serve(run_service);
	return 0;
}

static int
end(void **state)
{
	int status;

	kill(server, SIGTERM);
	waitpid(server, &status, 0);
	pool_close(pool);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static enum socket_result
ask_for(const char *question, size_t len, size_t answer_max, int64_t ms, struct socket_answer *a)
{
	struct socket_call call = { .path = path, .question = question, .len = len, .answer_max = answer_max,
		.timeout_ms = ms };
	return socket_ask(pool, &call, a);
}

static enum socket_result
ask(const char *question, struct socket_answer *a)
{
	return ask_for(question, strlen(question), 1000, PATIENCE_MS, a);
}

static void
still_answers(void)
{
	struct socket_answer a;

	assert_int_equal(ask("abc", &a), SOCKET_ANSWERED);
	assert_string_equal(a.bytes, "cba");
}

static void
an_answer_comes_back(void **state)
{
	struct socket_answer a;

	assert_int_equal(ask("Віче", &a), SOCKET_ANSWERED);
	assert_int_equal(a.status, 7);
	assert_int_equal(a.len, strlen("Віче"));
	assert_int_equal((unsigned char)a.bytes[0], 0xb5);
	assert_int_equal(ask("E", &a), SOCKET_ANSWERED);
	assert_int_equal(a.status, 9);
	assert_int_equal(a.len, 0);
	assert_string_equal(a.bytes, "");
}

static void
an_empty_question_asks_whether_it_lives(void **state)
{
	struct socket_answer a;

	assert_int_equal(ask("", &a), SOCKET_ANSWERED);
	assert_int_equal(a.status, 0);
	assert_int_equal(a.len, 0);
}

static void
megabytes_pass_whole(void **state)
{
	char *big = pool_alloc(pool, QUESTION_MAX);
	struct socket_answer a;

	for (size_t i = 0; i < QUESTION_MAX; i++)
		big[i] = (char)(i * 31 + i / 251);
	big[0] = 'x';
	assert_int_equal(ask_for(big, QUESTION_MAX, QUESTION_MAX, PATIENCE_MS, &a), SOCKET_ANSWERED);
	assert_int_equal(a.len, QUESTION_MAX);
	for (size_t i = 0; i < QUESTION_MAX; i += 4099)
		assert_int_equal(a.bytes[i], big[QUESTION_MAX - 1 - i]);
}

static void
bounds_hold_on_both_sides(void **state)
{
	char *big = pool_alloc(pool, QUESTION_MAX + 1);
	struct socket_answer a = { .status = 42 };

	memset(big, 'x', QUESTION_MAX + 1);
	assert_int_equal(ask_for(big, QUESTION_MAX + 1, QUESTION_MAX, PATIENCE_MS, &a), SOCKET_BROKEN);
	assert_int_equal(ask_for("four", 4, 3, PATIENCE_MS, &a), SOCKET_BROKEN);
	assert_int_equal(a.status, 42);
	assert_int_equal(ask_for("four", 4, 4, PATIENCE_MS, &a), SOCKET_ANSWERED);
	still_answers();
}

static void
a_slow_answer_is_not_waited_for(void **state)
{
	struct socket_answer a;
	int64_t begun = clock_monotonic();

	assert_int_equal(ask_for("Slow", 4, 1000, 50, &a), SOCKET_LATE);
	assert_true(clock_monotonic() - begun >= 50);
	still_answers();
}

static int
connection(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static void
a_peer_that_says_nothing_or_half_is_hung_up_on(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} halves[] = { { "", 0 }, { "\0\0", 2 }, { "\0\0\0\11abc", 7 }, { "\xff\xff\xff\xff", 4 } };
	char c;

	for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
		int fd = connection();
		assert_int_equal(write(fd, halves[i].bytes, halves[i].len), (ssize_t)halves[i].len);
		/* The end of the connection, not an answer: the read ends only when the service hangs up. */
		assert_true(read(fd, &c, 1) <= 0);
		close(fd);
		still_answers();
	}
}

static void
a_peer_that_went_away_does_no_harm(void **state)
{
	for (int i = 0; i < 20; i++) {
		int fd = connection();
		assert_int_equal(write(fd, "\0\0\0\3abc", (size_t)(i % 8)), i % 8);
		close(fd);
	}
	still_answers();
}

static void
sigterm_ends_it_after_the_question(void **state)
{
	char reply[5] = "";
	size_t got = 0;
	int fd = connection(), status;

	/* Taken before the signal, since its head and half were read: the answer still comes. */
	assert_int_equal(write(fd, "\0\0\0\4S12", 7), 7);
	usleep(50 * 1000);
	kill(server, SIGTERM);
	assert_int_equal(write(fd, "3", 1), 1);
	while (got < sizeof reply) {
		ssize_t n = read(fd, reply + got, sizeof reply - got);
		assert_true(n > 0);
		got += (size_t)n;
	}
	assert_int_equal(reply[3], 5);
	assert_int_equal(reply[4], 7);
	close(fd);
	assert_int_equal(waitpid(server, &status, 0), server);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	server = serve(run_service);
	still_answers();
}

static void
nobody_there_is_said_at_once(void **state)
{
	struct socket_answer a;
	struct socket_call call = { .path = "/tmp/viche-no-such.sock", .question = "x", .len = 1,
		.answer_max = 9, .timeout_ms = PATIENCE_MS };
	char *longest = pool_alloc(pool, 300);

	assert_int_equal(socket_ask(pool, &call, &a), SOCKET_AWAY);
	memset(longest, 'x', 299);
	call.path = longest;
	assert_int_equal(socket_ask(pool, &call, &a), SOCKET_AWAY);
}

/* Servers that are not ours: */
static void
take(int listening, const char *say, size_t len)
{
	char question[64];
	int fd = accept(listening, NULL, NULL);

	if (read(fd, question, sizeof question) > 0 && write(fd, say, len) == (ssize_t)len)
		shutdown(fd, SHUT_WR);
	while (read(fd, question, sizeof question) > 0)
		continue;
}
static void silent(int listening) { take(listening, "", 0); }
static void headless(int listening) { take(listening, "\0\0", 2); }
static void statusless(int listening) { take(listening, "\0\0\0\0", 4); }
static void endless(int listening) { take(listening, "\xff\xff\xff\xff\1", 5); }
static void cut(int listening) { take(listening, "\0\0\0\11\1abc", 8); }
static void deaf(int listening) { pause(); }

static void
a_lying_service_is_not_believed(void **state)
{
	void (*const liars[])(int) = { silent, headless, statusless, endless, cut };
	char good[64];
	struct socket_answer a = { .status = 42 };

	snprintf(good, sizeof good, "%s", path);
	snprintf(path, sizeof path, "%s/liar", folder);
	for (size_t i = 0; i < sizeof liars / sizeof *liars; i++) {
		pid_t liar = serve(liars[i]);
		assert_int_equal(ask("abc", &a), SOCKET_BROKEN);
		kill(liar, SIGKILL);
		waitpid(liar, NULL, 0);
	}
	/* Stopped, with a queue that fills: neither the first caller nor the last waits longer than said. */
	pid_t liar = serve(deaf);
	int waiting[32];
	for (size_t i = 0; i < 32; i++) {
		struct sockaddr_un address = { .sun_family = AF_UNIX };
		memcpy(address.sun_path, path, strlen(path));
		waiting[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(waiting[i], (struct sockaddr *)&address, sizeof address);
		assert_int_equal(ask_for("abc", 3, 9, 20, &a), SOCKET_LATE);
	}
	for (size_t i = 0; i < 32; i++)
		close(waiting[i]);
	kill(liar, SIGKILL);
	waitpid(liar, NULL, 0);
	unlink(path);
	snprintf(path, sizeof path, "%s", good);
	assert_int_equal(a.status, 42);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_back),
		cmocka_unit_test(an_empty_question_asks_whether_it_lives),
		cmocka_unit_test(megabytes_pass_whole),
		cmocka_unit_test(bounds_hold_on_both_sides),
		cmocka_unit_test(a_slow_answer_is_not_waited_for),
		cmocka_unit_test(a_peer_that_says_nothing_or_half_is_hung_up_on),
		cmocka_unit_test(a_peer_that_went_away_does_no_harm),
		cmocka_unit_test(sigterm_ends_it_after_the_question),
		cmocka_unit_test(nobody_there_is_said_at_once),
		cmocka_unit_test(a_lying_service_is_not_believed),
	};

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/test.sock", folder);
	int failed = cmocka_run_group_tests(tests, start, end);
	unlink(path);
	rmdir(folder);
	return failed;
}
