#include "civic/pabulib_rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
pabulib_refuse(struct pabulib_error *error, size_t line, const char *format, ...)
{
	va_list ap;

	error->line = line;
	va_start(ap, format);
	vsnprintf(error->why, sizeof error->why, format, ap);
	va_end(ap);
	return false;
}

/* Takes the quotes off a field that begins at s; NULL where they do not end. *end receives the place
 * behind it. */
static char *
unquote(char *s, char **end, size_t *lines)
{
	char *to = s, *from = s + 1;

	for (;; from++) {
		if (*from == '\0')
			return NULL;
		if (*from == '"' && *++from != '"')
			break;
		*lines += *from == '\n';
		*to++ = *from;
	}
	*end = from;
	*to = '\0';
	return s;
}

enum rows_result
rows_next(struct rows *r, struct pabulib_error *error)
{
	while (*r->at == '\n' || *r->at == '\r') {
		r->next += *r->at == '\n';
		r->at++;
	}
	if (*r->at == '\0')
		return ROWS_END;
	r->line = r->next;
	for (r->n = 0;;) {
		char *end;
		if (r->n == PABULIB_FIELDS_MAX)
			return pabulib_refuse(error, r->line, "more than %d fields", PABULIB_FIELDS_MAX), ROWS_BROKEN;
		r->fields[r->n] = r->at;
		if (*r->at == '"') {
			if (unquote(r->at, &end, &r->next) == NULL)
				return pabulib_refuse(error, r->line, "a quoted field does not end"), ROWS_BROKEN;
			if (strchr(";\r\n", *end) == NULL)
				return pabulib_refuse(error, r->line, "something stands behind a quoted field"), ROWS_BROKEN;
		} else {
			end = r->at + strcspn(r->at, ";\r\n");
		}
		r->n++;
		char ended = *end;
		*end = '\0';
		r->at = ended != '\0' ? end + 1 : end;
		if (ended == ';')
			continue;
		r->next += ended == '\n';
		return ROWS_ROW;
	}
}

bool
pabulib_number(const char *text, int64_t least, int64_t most, int64_t *number)
{
	bool minus = *text == '-';
	size_t digits = strspn(text + minus, "0123456789");
	int64_t n = 0;

	if (digits == 0 || digits > 17 || text[minus + digits] != '\0')
		return false;
	for (size_t i = 0; i < digits; i++)
		n = 10 * n + (text[minus + i] - '0');
	*number = minus ? -n : n;
	return *number >= least && *number <= most;
}

bool
pabulib_money(const char *text, int64_t *money)
{
	size_t whole = strspn(text, "0123456789"), part = 0;
	int64_t n = 0;

	if (whole == 0 || whole > 13)
		return false;
	for (size_t i = 0; i < whole; i++)
		n = 10 * n + (text[i] - '0');
	n *= TALLY_UNIT;
	if (text[whole] == '.' || text[whole] == ',') {
		const char *cents = text + whole + 1;
		part = strspn(cents, "0123456789");
		if (part == 0)
			return false;
		for (size_t i = 2; i < part; i++)
			if (cents[i] != '0')
				return false;
		n += 10 * (cents[0] - '0') + (part > 1 ? cents[1] - '0' : 0);
		part++;
	}
	*money = n;
	return text[whole + part] == '\0' && n > 0 && n <= TALLY_MONEY_MAX;
}
