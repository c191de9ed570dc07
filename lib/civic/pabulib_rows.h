/* pabulib_rows: a Pabulib text as rows of fields. For lib/civic/pabulib*.c alone. */
#ifndef VICHE_CIVIC_PABULIB_ROWS_H
#define VICHE_CIVIC_PABULIB_ROWS_H

#include "civic/pabulib.h"

struct rows {
	char *at;       /* what is still to be read */
	size_t line;    /* of the row read last */
	size_t next;    /* of the row to come */
	char *fields[PABULIB_FIELDS_MAX];
	size_t n;       /* fields of the row */
};

enum rows_result { ROWS_ROW, ROWS_END, ROWS_BROKEN };

/* The next row that is not empty, cut in place. */
enum rows_result rows_next(struct rows *rows, struct pabulib_error *error);

/* Says why, and returns false. */
bool pabulib_refuse(struct pabulib_error *error, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A whole number of digits with a minus allowed, between the bounds. */
bool pabulib_number(const char *text, int64_t least, int64_t most, int64_t *number);
/* "1200" or "1200.50" or "1200,5" as hundredths, from 1 to TALLY_MONEY_MAX. */
bool pabulib_money(const char *text, int64_t *money);

#endif
