#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { VALUE_MAX = 2000, LINE_MAX_BYTES = 16 * 1024 };

static const char *program = "viche", *request;
static int fd = STDERR_FILENO;

void
log_open(const char *name, const char *path)
{
	program = name;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0)
		fatal("%s: cannot write the log %s: %s", name, path, strerror(errno));
}

void
log_request(const char *id)
{
	request = id;
}

static size_t
add_json(char *line, size_t at, const char *s)
{
	line[at++] = '"';
	for (size_t n = 0; *s != '\0' && n < VALUE_MAX && at < LINE_MAX_BYTES - 16; s++, n++) {
		unsigned char c = (unsigned char)*s;
		if (c == '"' || c == '\\')
			line[at++] = '\\';
		if (c < 0x20 || c == 0x7f)
			at += (size_t)snprintf(line + at, 8, "\\u%04x", c);
		else
			line[at++] = (char)c;
	}
	line[at++] = '"';
	return at;
}

static void write_line(const char *level, const char *event, const char *format, va_list ap)
    __attribute__((format(printf, 3, 0)));

static void
write_line(const char *level, const char *event, const char *format, va_list ap)
{
	char line[LINE_MAX_BYTES], value[VALUE_MAX + 1], when[40];
	struct timespec now;
	struct tm tm;
	size_t at;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &tm);
	at = (size_t)snprintf(line, sizeof line, "{\"time\":\"%s.%03ldZ\",\"level\":\"%s\",\"program\":\"%s\"",
	    when, now.tv_nsec / 1000000, level, program);
	if (request != NULL) {
		memcpy(line + at, ",\"request\":", 11);
		at = add_json(line, at + 11, request);
	}
	memcpy(line + at, ",\"event\":", 9);
	at = add_json(line, at + 9, event);
	vsnprintf(value, sizeof value, format, ap);
	if (*value != '\0') {
		memcpy(line + at, ",\"message\":", 11);
		at = add_json(line, at + 11, value);
	}
	line[at++] = '}';
	line[at++] = '\n';
	/* One write: lines of several processes do not mix. A full disk must not stop the site. */
	if (write(fd, line, at) < 0)
		return;
}

void
log_info(const char *event, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	write_line("info", event, format, ap);
	va_end(ap);
}

void
log_error(const char *event, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	write_line("error", event, format, ap);
	va_end(ap);
}

void
fatal(const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}
