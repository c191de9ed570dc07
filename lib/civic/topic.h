/*
 * topic: what petitions are about: a short list of codes, the same in all communities, so that
 * statistics can be compared.
 */
#ifndef VICHE_CIVIC_TOPIC_H
#define VICHE_CIVIC_TOPIC_H

/* NULL-terminated, in the order in which lists show them. */
extern const char *const topic_codes[];

/* In the current request's language; the code itself where it is unknown, "" for NULL. */
const char *topic_label(const char *code);

#endif
