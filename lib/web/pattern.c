#include "web/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stddef.h>

#include "base/log.h"
#include "base/str.h"

enum {
	PATTERNS_MAX = 64,
	MATCH_LIMIT = 100 * 1000, /* steps: a few milliseconds */
	DEPTH_LIMIT = 10 * 1000,
	HEAP_LIMIT = 4096 /* KiB */
};

struct compiled {
	const char *pattern;
	pcre2_code *code;
	pcre2_match_data *data;
};

static const struct compiled *
compiled(const char *pattern)
{
	static struct compiled all[PATTERNS_MAX];
	size_t i = 0;
	int error;
	PCRE2_SIZE at;

	for (; i < PATTERNS_MAX && all[i].pattern != NULL; i++)
		if (str_eq(all[i].pattern, pattern))
			return &all[i];
	if (i == PATTERNS_MAX)
		fatal("The program has more than %d patterns.", PATTERNS_MAX);
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
	    PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C, &error, &at,
	    NULL);
	if (code == NULL)
		fatal("The pattern %s is broken at %zu.", pattern, (size_t)at);
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	if (data == NULL)
		fatal("There is no memory for a pattern.");
	all[i] = (struct compiled){ pattern, code, data };
	return &all[i];
}

static pcre2_match_context *
limits(void)
{
	static pcre2_match_context *context;

	if (context == NULL) {
		context = pcre2_match_context_create(NULL);
		if (context == NULL)
			fatal("There is no memory for a pattern.");
		pcre2_set_match_limit(context, MATCH_LIMIT);
		pcre2_set_depth_limit(context, DEPTH_LIMIT);
		pcre2_set_heap_limit(context, HEAP_LIMIT);
	}
	return context;
}

bool
pattern_matches(const char *pattern, const char *text)
{
	const struct compiled *c = compiled(pattern);

	return pcre2_match(c->code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0, c->data,
	    limits()) >= 0;
}
