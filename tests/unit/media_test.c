/* web/media: the client believes a service that may have been taken over no more than it must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/socket.h"
#include "fake_request.h"
#include "web/media.h"

enum { POOL = 64 * 1024 * 1024, BACKLOG = 16 };

static struct pool *pool;
static char folder[] = "/tmp/viche-media.XXXXXX", conf[64], run[64], sock[64];

static int
open_all(void **state)
{
	pool = pool_open(POOL);
	pool_enter(pool);
	return 0;
}

static int
close_all(void **state)
{
	pool_leave(pool);
	pool_close(pool);
	return 0;
}

/* A service that answers every question with these bytes behind their length. */
static pid_t
serve(const void *answer, size_t len)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	unlink(sock);
	memcpy(address.sun_path, sock, strlen(sock));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, BACKLOG), 0);
	pid_t pid = fork();
	if (pid == 0) {
		unsigned char head[SOCKET_HEAD];
		char question[SOCKET_HEAD + 3];
		int peer = accept(fd, NULL, NULL);
		socket_put_length(head, len);
		/* What is left unread would break the answer off. */
		if (recv(peer, question, sizeof question, MSG_WAITALL) == sizeof question &&
		    write(peer, head, sizeof head) == SOCKET_HEAD)
			while (len > 0) {
				ssize_t n = write(peer, answer, len);
				if (n <= 0)
					break;
				answer = (const char *)answer + n;
				len -= (size_t)n;
			}
		_exit(0);
	}
	close(fd);
	return pid;
}

static enum media_outcome
ask(const void *answer, size_t len, struct media_file *file)
{
	pid_t pid = serve(answer, len);
	enum media_outcome outcome = media_clean(pool, "xyz", 3, file);

	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return outcome;
}

#define ASK(bytes, file) ask(bytes, sizeof(bytes) - 1, file)

static void
a_cleaned_file_is_read(void **state)
{
	struct media_file f;

	assert_int_equal(ASK("\1\1\0\0\0\12\0\0\10\0JPEG", &f), MEDIA_CLEANED);
	assert_int_equal(f.type, MEDIA_JPEG);
	assert_int_equal(f.width, 10);
	assert_int_equal(f.height, 2048);
	assert_int_equal(f.len, 4);
	assert_memory_equal(f.bytes, "JPEG", 4);
	assert_int_equal(ASK("\1\3\0\0\0\0\0\0\0\0P", &f), MEDIA_CLEANED);
	assert_int_equal(f.type, MEDIA_PDF);
}

static void
a_refusal_gives_no_file(void **state)
{
	struct media_file f = { .len = 42 };

	assert_int_equal(ASK("\2", &f), MEDIA_NOT_A_TYPE);
	assert_int_equal(ASK("\3", &f), MEDIA_TOO_LARGE);
	assert_int_equal(ASK("\4", &f), MEDIA_TOO_MANY_PIXELS);
	assert_int_equal(ASK("\5", &f), MEDIA_BROKEN);
	assert_int_equal(ASK("\6", &f), MEDIA_FORBIDDEN);
	assert_int_equal(ASK("\6\1\0\0\0\12\0\0\0\12JPEG", &f), MEDIA_FORBIDDEN);
	assert_int_equal(f.len, 42);
}

static void
nonsense_is_not_believed(void **state)
{
	struct media_file f = { .len = 42 };
	char *much = calloc(1, MEDIA_HEAD + MEDIA_RESULT_MAX + 2);

	assert_int_equal(ASK("\0", &f), MEDIA_UNAVAILABLE);
	assert_int_equal(ASK("\7", &f), MEDIA_UNAVAILABLE);
	assert_int_equal(ASK("\10", &f), MEDIA_UNAVAILABLE);
	assert_int_equal(ASK("\377", &f), MEDIA_UNAVAILABLE);
	assert_int_equal(ASK("", &f), MEDIA_UNAVAILABLE);
	assert_int_equal(ASK("\1", &f), MEDIA_UNAVAILABLE);
	assert_int_equal(ASK("\1\1\0\0\0\12\0\0\0", &f), MEDIA_UNAVAILABLE);
	assert_int_equal(ASK("\1\1\0\0\0\12\0\0\0\12", &f), MEDIA_UNAVAILABLE); /* no bytes */
	assert_int_equal(ASK("\1\0\0\0\0\12\0\0\0\12x", &f), MEDIA_UNAVAILABLE);
	assert_int_equal(ASK("\1\4\0\0\0\12\0\0\0\12x", &f), MEDIA_UNAVAILABLE);
	assert_int_equal(ASK("\1\1\0\0\0\0\0\0\0\12x", &f), MEDIA_UNAVAILABLE);
	assert_int_equal(ASK("\1\2\0\0\0\12\0\0\10\1x", &f), MEDIA_UNAVAILABLE); /* 2049 */
	assert_int_equal(ASK("\1\2\377\377\377\377\0\0\0\1x", &f), MEDIA_UNAVAILABLE);
	assert_int_equal(ASK("\1\3\0\0\0\12\0\0\0\12P", &f), MEDIA_UNAVAILABLE); /* a PDF with a width */
	memcpy(much, "\1\1\0\0\0\12\0\0\0\12", 1 + MEDIA_HEAD);
	assert_int_equal(ask(much, 1 + MEDIA_HEAD + MEDIA_RESULT_MAX + 1, &f), MEDIA_UNAVAILABLE);
	assert_int_equal(f.len, 42);
	assert_int_equal(ask(much, 1 + MEDIA_HEAD + MEDIA_RESULT_MAX, &f), MEDIA_CLEANED);
	free(much);
}

static void
what_is_too_large_or_empty_is_not_sent(void **state)
{
	struct media_file f = { .len = 42 };
	char *large = calloc(1, MEDIA_FILE_MAX + 1);

	/* Nobody listens: the answer comes from the bounds alone. */
	unlink(sock);
	assert_int_equal(media_clean(pool, large, MEDIA_FILE_MAX + 1, &f), MEDIA_TOO_LARGE);
	assert_int_equal(media_clean(pool, "", 0, &f), MEDIA_NOT_A_TYPE);
	assert_int_equal(media_clean(pool, large, MEDIA_FILE_MAX, &f), MEDIA_UNAVAILABLE);
	assert_int_equal(f.len, 42);
	free(large);
}

static void
who_waits_for_a_turn_waits_not_long(void **state)
{
	struct media_file f = { .len = 42 };
	char place[2][80];
	int held[2];

	for (int i = 0; i < 2; i++) {
		snprintf(place[i], sizeof place[i], "%s/media.place%d", run, i);
		held[i] = open(place[i], O_RDONLY | O_CREAT, 0644);
		assert_int_equal(flock(held[i], LOCK_EX), 0);
	}
	int64_t begun = clock_monotonic();
	assert_int_equal(ASK("\1\1\0\0\0\12\0\0\0\12JPEG", &f), MEDIA_UNAVAILABLE);
	assert_true(clock_monotonic() - begun >= 2000);
	assert_int_equal(f.len, 42);
	close(held[1]);
	assert_int_equal(ASK("\1\1\0\0\0\12\0\0\0\12JPEG", &f), MEDIA_CLEANED);
	/* It has left its place again. */
	held[1] = open(place[1], O_RDONLY);
	assert_int_equal(flock(held[1], LOCK_EX | LOCK_NB), 0);
	close(held[0]);
	close(held[1]);
	unlink(place[0]);
	unlink(place[1]);
}

static void
every_refusal_has_words(void **state)
{
	for (enum media_outcome o = MEDIA_NOT_A_TYPE; o <= MEDIA_NONE; o++) {
		struct request rq = { .pool = pool };
		assert_true(strlen(media_message(o)) > 15);
		buf_init(&rq.reply.headers, pool);
		media_reply(&rq, o);
		assert_true(rq.reply.status >= 400 && rq.reply.status != 500);
		assert_int_equal(rq.reply.status == 503, o == MEDIA_UNAVAILABLE);
	}
}

/* request.c's own needs the page; here only the status counts. */
void
reply_header(struct request *rq, const char *name, const char *value)
{
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cleaned_file_is_read),
		cmocka_unit_test(a_refusal_gives_no_file),
		cmocka_unit_test(nonsense_is_not_believed),
		cmocka_unit_test(what_is_too_large_or_empty_is_not_sent),
		cmocka_unit_test(who_waits_for_a_turn_waits_not_long),
		cmocka_unit_test(every_refusal_has_words),
	};

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(conf, sizeof conf, "%s/conf", folder);
	snprintf(run, sizeof run, "%s/run", folder);
	snprintf(sock, sizeof sock, "%s/run/media.sock", folder);
	FILE *f = fopen(conf, "w");
	if (f == NULL || mkdir(run, 0700) != 0)
		return 1;
	fprintf(f, "var = %s\n", folder);
	fclose(f);
	setenv("VICHE_CONF", conf, 1);
	config_open();
	log_open("media_test", "/dev/null");
	int failed = cmocka_run_group_tests(tests, open_all, close_all);
	char place[80];
	for (int i = 0; i < 2; i++) {
		snprintf(place, sizeof place, "%s/media.place%d", run, i);
		unlink(place);
	}
	unlink(sock);
	unlink(conf);
	rmdir(run);
	rmdir(folder);
	return failed;
}
