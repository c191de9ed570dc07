/*
 * refusal: the reasons for which a moderator may refuse a petition, by a short code that stands in
 * the database and in JSON (Art. 23-1 of the Law "On Citizens' Appeals").
 */
#ifndef VICHE_CIVIC_REFUSAL_H
#define VICHE_CIVIC_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

/* The codes that a moderator chooses from, NULL-terminated. */
extern const char *const refusal_codes[];

/* In the current request's language; an imported petition's foreign code is shown as it is. */
const char *refusal_label(const char *code);

#endif
