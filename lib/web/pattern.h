/* pattern: PCRE2 patterns under match limits, compiled once a process. */
#ifndef VICHE_WEB_PATTERN_H
#define VICHE_WEB_PATTERN_H

#include <stdbool.h>

/* Whether the whole of text, which is UTF-8, matches. A match that runs into the limits is none. A
 * pattern that does not compile, or more than 64 of them, is a programmer's mistake and fatal. */
bool pattern_matches(const char *pattern, const char *text);

#endif
