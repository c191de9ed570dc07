#include "web/route.h"

#include <string.h>

enum { DIGITS_MAX = 18 }; /* 10^18 - 1 fits a long long */

/* An address has one spelling: "007" is not 7, or caches and counters would see two pages. Returns
 * the digits read, 0 where there is no such number. */
static size_t
read_id(const char *s, long long *id)
{
	size_t n = strspn(s, "0123456789");

	if (n == 0 || n > DIGITS_MAX || (n > 1 && s[0] == '0'))
		return 0;
	*id = 0;
	for (size_t i = 0; i < n; i++)
		*id = *id * 10 + (s[i] - '0');
	return n;
}

bool
route_match(const char *pattern, const char *path, long long *id)
{
	static const char hole[] = "{id}";
	long long found = 0;

	while (*pattern != '\0') {
		if (strncmp(pattern, hole, sizeof hole - 1) == 0) {
			size_t n = read_id(path, &found);
			if (n == 0)
				return false;
			pattern += sizeof hole - 1;
			path += n;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	if (*path != '\0')
		return false;
	*id = found;
	return true;
}
