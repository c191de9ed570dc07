/*
 * log: one JSON object a line, appended to the program's log.
 *
 * Values are data: they are escaped, bounded (2,000 bytes each) and never hold an SQL error's
 * text, a token, a tax number or a query string. With no log open the lines go to standard error.
 */
#ifndef VICHE_BASE_LOG_H
#define VICHE_BASE_LOG_H

/* Opens path for appending; name is the program's. Exits with one sentence where it can't. */
void log_open(const char *name, const char *path);

/* Lines carry this request id from now on; NULL for none. The string must stay valid. */
void log_request(const char *id);

void log_info(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_error(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ends the process at start-up: one clear sentence on standard error, exit 1. */
_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
