#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif
#ifndef ADDRESS_SANITIZER
#define ADDRESS_SANITIZER 0
#endif

enum { OUT_FD = 3, NOT_CONFINED = 77 };

/* What computing takes: memory, threads and their locks, clocks, ending. */
static const int allowed[] = { SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
	SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(set_tid_address),
	SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_getattr), SCMP_SYS(membarrier),
	SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(getrandom), SCMP_SYS(sysinfo), SCMP_SYS(getrusage), SCMP_SYS(exit),
	SCMP_SYS(exit_group) };

/* What libraries ask by the way and do without: an error, not death. (Who could close the result's
 * descriptor could live on after it.) */
static const int refused[] = { SCMP_SYS(read), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(statx),
	SCMP_SYS(ioctl), SCMP_SYS(lseek), SCMP_SYS(readlink), SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(uname), SCMP_SYS(sched_setattr) };

/* Everything else kills the process. False where the kernel or libseccomp would not have it. */
static bool
filter(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	const scmp_datum_t thread = CLONE_VM | CLONE_THREAD, writing = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);
	int bad = f == NULL;

	for (size_t i = 0; !bad && i < sizeof allowed / sizeof *allowed; i++)
		bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, allowed[i], 0) != 0;
	for (size_t i = 0; !bad && i < sizeof refused / sizeof *refused; i++)
		bad |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), refused[i], 0) != 0;
	if (bad)
		return false;
	/* A library that looks for its settings does without; who would write is no library of ours. */
	bad |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, writing, 0)) != 0;
	bad |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0)) != 0;
	/* Its result, and the complaints of libraries to /dev/null. */
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, OUT_FD)) != 0;
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO)) != 0;
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(writev), 1, SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO)) != 0;
	/* No new code. */
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0;
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0;
	/* Threads, not processes. clone3's flags lie in memory, where a filter cannot look; glibc goes back
	 * to clone. */
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread)) != 0;
	bad |= seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) != 0;
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME)) != 0;
	/* abort() */
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid())) != 0;
	bad |= seccomp_load(f) != 0;
	seccomp_release(f);
	return !bad;
}

static bool
limit(int what, size_t soft, size_t hard)
{
	struct rlimit l = { soft, hard };

	return setrlimit((__rlimit_resource_t)what, &l) == 0;
}

/* Bytes of address space now. */
static size_t
address_space(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL)
		return 0;
	if (fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static bool
close_from(int first)
{
	if (close_range((unsigned)first, ~0U, 0) == 0)
		return true;
	/* A kernel before 5.9. */
	for (int fd = first; fd < (int)sysconf(_SC_OPEN_MAX) && fd < 65536; fd++)
		close(fd);
	return errno == EBADF || errno == 0;
}

/* The child becomes what sandbox.h says; false where any of it failed. */
static bool
confine(const struct sandbox_job *job, pid_t parent, int nowhere, int out, size_t space)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		return false;
	/* A crash is to end the child, not to run what its parent wanted done then. */
	for (int i = 1; i < SIGRTMIN; i++)
		signal(i, SIG_DFL);
	/* nowhere and out lie above OUT_FD, so that none of these overwrites one that is still wanted. */
	for (int fd = 0; fd < OUT_FD; fd++)
		if (dup2(nowhere, fd) < 0)
			return false;
	if (dup2(out, OUT_FD) < 0 || !close_from(OUT_FD + 1))
		return false;
	if (!ADDRESS_SANITIZER && !limit(RLIMIT_AS, space + job->memory, space + job->memory))
		return false;
	/* At the hard limit of processor time the kernel would not say why it kills. */
	return limit(RLIMIT_CPU, job->cpu_s, job->cpu_s + 1) && limit(RLIMIT_FSIZE, 0, 0) &&
	    limit(RLIMIT_CORE, 0, 0) && limit(RLIMIT_NOFILE, 0, 0) && prctl(PR_SET_DUMPABLE, 0) == 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && filter();
}

/* Takes the result until the child closes it; false where it says too much or takes too long. */
static bool
take(int from, int64_t deadline, size_t most, struct sandbox_output *o)
{
	for (;;) {
		struct pollfd p = { .fd = from, .events = POLLIN };
		int64_t left = deadline - clock_monotonic();
		if (left <= 0)
			return false;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		/* One more than allowed is read, to know that it is one too many. */
		ssize_t n = read(from, o->bytes + o->len, most + 1 - o->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		o->len += (size_t)n;
		if (o->len > most)
			return false;
	}
}

static enum sandbox_result
judge(int status, bool taken, bool in_time)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return SANDBOX_FORBIDDEN;
	if (!in_time || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
		return SANDBOX_LATE;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_CONFINED)
		return SANDBOX_FAILED;
	return taken && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? SANDBOX_DONE : SANDBOX_BROKE;
}

/* An open descriptor above those that the child gives numbers to. */
static int
above(int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, OUT_FD + 1);

	close(fd);
	return high;
}

enum sandbox_result
sandbox_run(struct pool *pool, const struct sandbox_job *job, struct sandbox_output *output)
{
	struct sandbox_output got = { .bytes = pool_alloc(pool, job->output_max + 1) };
	int64_t deadline = clock_monotonic() + job->wall_ms;
	size_t space = address_space();
	pid_t parent = getpid();
	int ends[2], status = 0;

	int nowhere = above(open("/dev/null", O_RDWR | O_CLOEXEC));
	if (nowhere < 0 || space == 0 || pipe2(ends, O_CLOEXEC) != 0) {
		log_error("sandbox", "cannot be prepared");
		close(nowhere);
		return SANDBOX_FAILED;
	}
	int out = above(ends[1]);
	pid_t child = out < 0 ? -1 : fork();
	if (child == 0) {
		if (!confine(job, parent, nowhere, out, space))
			_exit(NOT_CONFINED);
		job->work(job->ctx, OUT_FD);
		_exit(0);
	}
	close(nowhere);
	close(out);
	bool taken = child > 0 && take(ends[0], deadline, job->output_max, &got);
	close(ends[0]);
	if (child < 0) {
		log_error("sandbox", "cannot be started");
		return SANDBOX_FAILED;
	}
	bool in_time = clock_monotonic() < deadline;
	if (!taken)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	enum sandbox_result result = judge(status, taken, in_time);
	if (result == SANDBOX_FAILED)
		log_error("sandbox", "the child could not be confined");
	if (result == SANDBOX_DONE)
		*output = got;
	return result;
}

bool
sandbox_put(int out, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = write(out, at, len);
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}
