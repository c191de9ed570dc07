#include "web/device.h"

#include <string.h>

#include "base/str.h"

struct word {
	const char *sign, *name;
};

/* In the order in which they are asked for: most browsers say that they are Chrome and Safari too. */
static const struct word browsers[] = {
	{ "Edg", "Edge" },
	{ "OPR/", "Opera" },
	{ "SamsungBrowser/", "Samsung Internet" },
	{ "Firefox/", "Firefox" },
	{ "FxiOS/", "Firefox" },
	{ "CriOS/", "Chrome" },
	{ "Chrome/", "Chrome" },
	{ "Safari/", "Safari" },
	{ "curl/", "curl" },
};

static const struct word systems[] = {
	{ "Android", "Android" },
	{ "iPhone", "iPhone" },
	{ "iPad", "iPad" },
	{ "Windows", "Windows" },
	{ "Mac OS X", "macOS" },
	{ "CrOS", "ChromeOS" },
	{ "Linux", "Linux" },
};

enum { BROWSERS = sizeof browsers / sizeof *browsers, SYSTEMS = sizeof systems / sizeof *systems };

static const char *
find(const struct word *words, size_t n, const char *in)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(in, words[i].sign) != NULL)
			return words[i].name;
	return "";
}

char *
device_label(struct pool *pool, const char *user_agent)
{
	const char *browser = find(browsers, BROWSERS, user_agent), *system = find(systems, SYSTEMS, user_agent);

	return str_fmt(pool, "%s%s%s", browser, *browser != '\0' && *system != '\0' ? ", " : "", system);
}
