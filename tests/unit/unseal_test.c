/* web/unseal: what a decryptor opens, refuses, delays, breaks off or makes up, and what the operator is
 * told then. The decryptor is a process of this test that answers as its question's first letter says. */
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

#include "base/log.h"
#include "base/service.h"
#include "base/str.h"
#include "web/unseal.h"

enum { POOL = 1024 * 1024 };

static struct pool *pool;
static char folder[] = "/tmp/viche-unseal.XXXXXX", path[64], log_path[64];
static pid_t server;

static void
behave(struct pool *p, const struct service_question *q, struct service_answer *a)
{
	switch (q->bytes[0]) {
	case 'O': *a = (struct service_answer){ .bytes = q->bytes + 1, .len = q->len - 1 }; break;
	case 'S': a->status = UNSEAL_STATUS_SHUT; break;
	case 'N': a->status = 77; break;
	case 'B': *a = (struct service_answer){ .bytes = pool_alloc(p, UNSEAL_MAX + 1), .len = UNSEAL_MAX + 1 }; break;
	case 'L': usleep((UNSEAL_WAIT_MS + 500) * 1000); break;
	default: _exit(1);
	}
}

static void
serve(void)
{
	static const struct service service = { .name = "test", .question_max = UNSEAL_MAX, .pool_max = POOL,
		.read_ms = 1000, .answer = behave };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	unlink(path);
	memcpy(address.sun_path, path, strlen(path));
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 8) != 0)
		abort();
	if ((server = fork()) == 0) {
		log_open("test", "/dev/null");
		service_loop(&service, fd);
		_exit(0);
	}
	close(fd);
}

static void
end_server(void)
{
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
}

static int
start(void **state)
{
	pool = pool_open(POOL);
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/socket", folder);
	snprintf(log_path, sizeof log_path, "%s/log", folder);
	log_open("test", log_path);
	serve();
	return 0;
}

static int
end(void **state)
{
	end_server();
	unlink(path);
	unlink(log_path);
	pool_close(pool);
	return rmdir(folder);
}

/* Asks, and checks what came and that the log has the words, one line more, and none of the data. */
static void
expect(enum unseal_result got, enum unseal_result wanted, const char *words)
{
	static long seen;
	char text[4096] = "";
	FILE *f = fopen(log_path, "re");

	assert_non_null(f);
	fseek(f, seen, SEEK_SET);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	seen = ftell(f);
	fclose(f);
	assert_int_equal(got, wanted);
	assert_null(strstr(text, "canary"));
	if (words == NULL)
		assert_string_equal(text, "");
	else if (strstr(text, words) == NULL || strchr(text, '\n') != strrchr(text, '\n'))
		fail_msg("the log says: %s", text);
}

static enum unseal_result
ask(const char *question, struct unseal_plain *plain)
{
	return unseal(pool, path, question, strlen(question), plain);
}

static void
test_opened(void **state)
{
	struct unseal_plain plain;

	expect(ask("O{\"name\":\"canary\"}", &plain), UNSEAL_OPENED, NULL);
	assert_int_equal(plain.len, 17);
	assert_string_equal(plain.bytes, "{\"name\":\"canary\"}");
}

static void
test_not_opened(void **state)
{
	struct unseal_plain plain = { "untouched", 9 };
	char *large = pool_alloc(pool, UNSEAL_MAX + 2);

	memset(large, 'O', UNSEAL_MAX + 1);
	expect(ask("Scanary", &plain), UNSEAL_SHUT, "cannot open");
	expect(ask("Ncanary", &plain), UNSEAL_FAILED, "makes no sense");
	expect(ask("O", &plain), UNSEAL_FAILED, "makes no sense");
	expect(ask("Bcanary", &plain), UNSEAL_FAILED, "broke off");
	expect(ask("Lcanary", &plain), UNSEAL_FAILED, "in time");
	expect(ask("", &plain), UNSEAL_SHUT, "empty");
	expect(ask(large, &plain), UNSEAL_SHUT, "above the limit");
	assert_string_equal(plain.bytes, "untouched");
}

static void
test_away(void **state)
{
	struct unseal_plain plain;

	expect(unseal(pool, NULL, "canary", 6, &plain), UNSEAL_NONE, "names no process");
	expect(unseal(pool, "", "canary", 6, &plain), UNSEAL_NONE, "names no process");
	expect(unseal(pool, "/nowhere/canar", "canary", 6, &plain), UNSEAL_FAILED, "nobody answers");
	end_server();
	serve();
	expect(ask("Xcanary", &plain), UNSEAL_FAILED, "broke off"); /* it dies of that question */
	waitpid(server, NULL, 0);
	expect(ask("Ocanary", &plain), UNSEAL_FAILED, "nobody answers");
	serve();
}

static void
test_base64(void **state)
{
	struct unseal_plain plain;
	/* "Oab", "Oabc", "Oabcd": with padding, without, over lines; then what is none. */
	static const char *const right[] = { "T2Fi", "T2FiYw==", "T2FiYw", "T2Fi\r\nY2Q=\r\n", "T2FiY2Q" };
	static const char *const wrong[] = { "T2Fi*", "T2F", "T2Fi====T2Fi", "T2-i", "\xd1\x96", "T2FiY" };

	for (size_t i = 0; i < sizeof right / sizeof *right; i++)
		expect(unseal_base64(pool, path, right[i], &plain), UNSEAL_OPENED, NULL);
	assert_string_equal(plain.bytes, "abcd");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (unseal_base64(pool, path, wrong[i], &plain) == UNSEAL_OPENED)
			fail_msg("taken for base64: %s", wrong[i]);
	assert_int_equal(unseal_base64(pool, path, "", &plain), UNSEAL_SHUT);
	assert_int_equal(unseal_base64(pool, NULL, "T2Fi", &plain), UNSEAL_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opened),
		cmocka_unit_test(test_not_opened),
		cmocka_unit_test(test_away),
		cmocka_unit_test(test_base64),
	};
	return cmocka_run_group_tests_name("unseal", tests, start, end);
}
