/* base/sandbox: the child computes and says so; whatever else it tries ends with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pool.h"
#include "base/sandbox.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITISED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITISED 1
#endif
#endif
#ifndef SANITISED
#define SANITISED 0
#endif

enum { POOL = 64 * 1024 * 1024, MEMORY = 64 * 1024 * 1024, OUTPUT = 1000, WALL_MS = 20000 };

static struct pool *pool;
static char folder[] = "/tmp/viche-sandbox.XXXXXX", marker[64];

static int
open_all(void **state)
{
	pool = pool_open(POOL);
	return 0;
}

static int
close_all(void **state)
{
	pool_close(pool);
	return 0;
}

static enum sandbox_result
run(void (*work)(void *ctx, int out), void *ctx, struct sandbox_output *o)
{
	return sandbox_run(pool, &(struct sandbox_job){ .work = work, .ctx = ctx, .memory = MEMORY, .cpu_s = 10,
	                             .wall_ms = WALL_MS, .output_max = OUTPUT }, o);
}

static void
add_up(void *ctx, int out)
{
	char *block = malloc(8 * 1024 * 1024), text[32];
	unsigned sum = 0;

	if (block == NULL)
		return;
	memset(block, 3, 8 * 1024 * 1024);
	for (size_t i = 0; i < 8 * 1024 * 1024; i++)
		sum += (unsigned char)block[i];
	sandbox_put(out, text, (size_t)snprintf(text, sizeof text, "%s %u", (const char *)ctx, sum));
}

static void
computing_passes(void **state)
{
	struct sandbox_output o;

	assert_int_equal(run(add_up, "sum", &o), SANDBOX_DONE);
	assert_string_equal(o.bytes, "sum 25165824");
	assert_int_equal(o.len, strlen("sum 25165824"));
}

static void *
half(void *number)
{
	*(int *)number *= 21;
	return NULL;
}

static void
in_threads(void *ctx, int out)
{
	int number = 2;
	pthread_t thread;

	if (pthread_create(&thread, NULL, half, &number) != 0 || pthread_join(thread, NULL) != 0)
		return;
	sandbox_put(out, number == 42 ? "yes" : "no", 3);
}

static void
threads_pass(void **state)
{
	struct sandbox_output o;

	assert_int_equal(run(in_threads, NULL, &o), SANDBOX_DONE);
	assert_string_equal(o.bytes, "yes");
}

/* Each of these would be the way out of a decoder that was taken over. */
static void try_socket(void *ctx, int out) { socket(AF_INET, SOCK_STREAM, 0); }
static void try_unix_socket(void *ctx, int out) { socket(AF_UNIX, SOCK_STREAM, 0); }
static void try_connect(void *ctx, int out)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "/x" };
	connect(OUTPUT, (struct sockaddr *)&a, sizeof a);
}
static void try_open_to_write(void *ctx, int out) { open(marker, O_WRONLY | O_CREAT, 0600); }
static void try_open_to_both(void *ctx, int out) { open("/dev/null", O_RDWR); }
static void try_nameless_file(void *ctx, int out) { open("/tmp", O_TMPFILE | O_WRONLY, 0600); }
static void try_openat2(void *ctx, int out) { syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", NULL, 0); }
static void try_unlink(void *ctx, int out) { unlink(marker); }
static void try_exec(void *ctx, int out) { execl("/bin/true", "true", (char *)NULL); }
static void try_fork(void *ctx, int out) { syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }
static void try_kill(void *ctx, int out) { kill(getppid(), 0); }
static void try_ptrace(void *ctx, int out) { ptrace(PTRACE_TRACEME, 0, NULL, NULL); }
static void try_memory_of_others(void *ctx, int out) { syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0); }
static void try_new_code(void *ctx, int out)
{
	mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static void try_made_code(void *ctx, int out)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(page, 4096, PROT_READ | PROT_EXEC);
}
static void try_bpf(void *ctx, int out) { syscall(SYS_bpf, 0, NULL, 0); }
static void try_uring(void *ctx, int out) { syscall(SYS_io_uring_setup, 1, NULL); }
static void try_dup(void *ctx, int out) { syscall(SYS_dup, out); }

static void
anything_else_kills(void **state)
{
	void (*const tries[])(void *, int) = { try_socket, try_unix_socket, try_connect, try_open_to_write,
		try_open_to_both, try_nameless_file, try_openat2, try_unlink, try_exec, try_fork, try_kill, try_ptrace,
		try_memory_of_others, try_new_code, try_made_code, try_bpf, try_uring, try_dup };
	struct sandbox_output o = { .len = 42 };

	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
		if (run(tries[i], NULL, &o) != SANDBOX_FORBIDDEN)
			fail_msg("forbidden call %zu passed", i);
	assert_int_equal(access(marker, F_OK), -1);
	assert_int_equal(o.len, 42);
}

static void
try_to_read(void *ctx, int out)
{
	int way[] = { open("/etc/passwd", O_RDONLY), open("/proc/self/maps", O_RDONLY | O_CLOEXEC),
		open("/", O_RDONLY | O_DIRECTORY), access("/etc/passwd", R_OK) };

	for (size_t i = 0; i < sizeof way / sizeof *way; i++)
		if (way[i] >= 0)
			return;
	sandbox_put(out, "none", 4);
}

static void
nothing_opens_to_read_either(void **state)
{
	struct sandbox_output o;

	assert_int_equal(run(try_to_read, NULL, &o), SANDBOX_DONE);
	assert_string_equal(o.bytes, "none");
}

static void
try_inherited(void *ctx, int out)
{
	/* What the parent had open is not there: nothing but the result can be written to. */
	for (int fd = 4; fd < 100; fd++)
		syscall(SYS_write, fd, "x", 1);
}

static void
what_was_open_is_not(void **state)
{
	int leak = open(marker, O_WRONLY | O_CREAT, 0600);
	struct sandbox_output o;

	assert_int_equal(run(try_inherited, NULL, &o), SANDBOX_FORBIDDEN);
	assert_int_equal(lseek(leak, 0, SEEK_END), 0);
	close(leak);
	unlink(marker);
}

static void
take_memory(void *ctx, int out)
{
	size_t got = 0, *wanted = ctx;
	char text[32];

	/* In pieces, so that no single one tells the limit. */
	while (got < *wanted) {
		char *p = malloc(1024 * 1024);
		if (p == NULL)
			break;
		memset(p, 1, 1024 * 1024);
		got += 1024 * 1024;
	}
	sandbox_put(out, text, (size_t)snprintf(text, sizeof text, "%zu", got));
}

static void
memory_has_an_end(void **state)
{
	struct sandbox_output o;
	size_t little = MEMORY / 2, much = (size_t)MEMORY * 4;

	if (SANITISED)
		skip(); /* the sanitizer's own address space has no limit */
	assert_int_equal(run(take_memory, &little, &o), SANDBOX_DONE);
	assert_int_equal(strtoul(o.bytes, NULL, 10), little);
	assert_int_equal(run(take_memory, &much, &o), SANDBOX_DONE);
	assert_in_range(strtoul(o.bytes, NULL, 10), little, MEMORY);
}

static void
spin(void *ctx, int out)
{
	for (volatile unsigned long i = 0;; i++)
		continue;
}

static void
rest(void *ctx, int out)
{
	for (;;)
		usleep(1000);
}

static void
time_has_an_end(void **state)
{
	struct sandbox_output o;
	struct sandbox_job job = { .work = spin, .memory = MEMORY, .cpu_s = 1, .wall_ms = WALL_MS,
		.output_max = OUTPUT };
	int64_t begun = clock_monotonic();

	assert_int_equal(sandbox_run(pool, &job, &o), SANDBOX_LATE);
	assert_true(clock_monotonic() - begun < WALL_MS);
	job = (struct sandbox_job){ .work = rest, .memory = MEMORY, .cpu_s = 60, .wall_ms = 50,
		.output_max = OUTPUT };
	assert_int_equal(sandbox_run(pool, &job, &o), SANDBOX_LATE);
}

static void
talk(void *ctx, int out)
{
	char text[OUTPUT + 1];

	memset(text, 'x', sizeof text);
	sandbox_put(out, text, *(size_t *)ctx);
}

static void
babble(void *ctx, int out)
{
	while (sandbox_put(out, "xxxxxxxxxxxxxxxx", 16))
		continue;
}

static void
the_result_has_an_end(void **state)
{
	struct sandbox_output o;
	size_t most = OUTPUT, more = OUTPUT + 1;

	assert_int_equal(run(talk, &most, &o), SANDBOX_DONE);
	assert_int_equal(o.len, OUTPUT);
	assert_int_equal(run(talk, &more, &o), SANDBOX_BROKE);
	assert_int_equal(run(babble, NULL, &o), SANDBOX_BROKE);
}

static void die(void *ctx, int out) { abort(); }
static void crash(void *ctx, int out) { raise(SIGSEGV); }
static void leave(void *ctx, int out) { _exit(1); }
static void half_said(void *ctx, int out)
{
	sandbox_put(out, "half", 4);
	abort();
}

static void
a_death_is_no_result(void **state)
{
	void (*const ways[])(void *, int) = { die, crash, leave, half_said };
	struct sandbox_output o = { .len = 42 };

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		enum sandbox_result how = run(ways[i], NULL, &o);
		/* The sanitizer's own report of a crash is a forbidden call. */
		assert_true(how == SANDBOX_BROKE || (SANITISED && how == SANDBOX_FORBIDDEN));
	}
	assert_int_equal(o.len, 42);
}

static void
nothing_is_left(void **state)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(computing_passes),
		cmocka_unit_test(threads_pass),
		cmocka_unit_test(anything_else_kills),
		cmocka_unit_test(nothing_opens_to_read_either),
		cmocka_unit_test(what_was_open_is_not),
		cmocka_unit_test(memory_has_an_end),
		cmocka_unit_test(time_has_an_end),
		cmocka_unit_test(the_result_has_an_end),
		cmocka_unit_test(a_death_is_no_result),
		cmocka_unit_test(nothing_is_left),
	};

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(marker, sizeof marker, "%s/made", folder);
	int failed = cmocka_run_group_tests(tests, open_all, close_all);
	unlink(marker);
	rmdir(folder);
	return failed;
}
