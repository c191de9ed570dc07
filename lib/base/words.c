#include "base/words.h"

#include <stdbool.h>
#include <utf8proc.h>

static bool
of_word(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

const char *
words_next(const char **p, size_t *len)
{
	const char *start = NULL, *at = *p;

	while (*at != '\0') {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &c);
		if (n <= 0)
			break;
		if (of_word(c) && start == NULL)
			start = at;
		else if (!of_word(c) && start != NULL)
			break;
		at += n;
	}
	*p = at;
	*len = start != NULL ? (size_t)(at - start) : 0;
	return start;
}
