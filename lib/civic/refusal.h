/*
 * refusal: the reasons for which a moderator may refuse a petition, by a short code that stands in
 * the database and in JSON (Art. 23-1 of the Law "On Citizens' Appeals").
 */
#ifndef VICHE_CIVIC_REFUSAL_H
#define VICHE_CIVIC_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

/* What a moderator looks for, in the order of the checklist. */
struct ground {
	const char *code;
	const char *label; /* msgids: the reason as everyone reads it, */
	const char *norm;  /* the rule that it comes from, */
	const char *check; /* and the petition as it should be */
	bool law;          /* a ban of Art. 23-1 itself */
};

/* Ends with a row whose code is NULL. */
extern const struct ground grounds[];
/* Their codes, NULL-terminated. */
extern const char *const refusal_codes[];

/* In the current request's language; an imported petition's foreign code is shown as it is. */
const char *refusal_label(const char *code);
/* The rule behind it, likewise; "" where none is known. */
const char *refusal_norm(const char *code);

#endif
