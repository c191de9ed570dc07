#include "base/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum { SETTINGS_MAX = 64 };

static struct setting {
	char *key, *value;
} settings[SETTINGS_MAX];
static size_t count;

static char *
trim(char *s)
{
	s += strspn(s, " \t");
	size_t n = strlen(s);
	while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
		s[--n] = '\0';
	return s;
}

void
config_open(void)
{
	const char *path = getenv("VICHE_CONF");
	char line[2048];
	int number = 0;

	if (path == NULL)
		fatal("VICHE_CONF does not name the configuration file (scripts/run sets it)");
	FILE *f = fopen(path, "re");
	if (f == NULL)
		fatal("cannot read the configuration %s: %s", path, strerror(errno));
	while (fgets(line, sizeof line, f) != NULL) {
		number++;
		char *key = trim(line), *eq;
		if (*key == '\0' || *key == '#')
			continue;
		if ((eq = strchr(key, '=')) == NULL)
			fatal("%s line %d: no '=' in \"%s\"", path, number, key);
		*eq = '\0';
		if (count == SETTINGS_MAX)
			fatal("%s: more than %d settings", path, SETTINGS_MAX);
		settings[count++] = (struct setting){ strdup(trim(key)), strdup(trim(eq + 1)) };
	}
	fclose(f);
	if (config_or("test_clock", NULL) != NULL && !config_on("standin"))
		fatal("test_clock moves the database's time and is for tests: it is refused where the stand-in identity "
		      "provider may not run");
}

const char *
config_or(const char *key, const char *otherwise)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(settings[i].key, key) == 0)
			return settings[i].value;
	return otherwise;
}

const char *
config_get(const char *key)
{
	const char *value = config_or(key, NULL);
	if (value == NULL)
		fatal("the configuration lacks the setting \"%s\"", key);
	return value;
}

bool
config_on(const char *key)
{
	return strcmp(config_or(key, "0"), "1") == 0;
}

size_t
config_key_file(const char *name, unsigned char *bytes, size_t least, size_t size)
{
	char path[1024];
	snprintf(path, sizeof path, "%s/keys/%s", config_get("var"), name);
	FILE *f = fopen(path, "rbe");
	if (f == NULL)
		fatal("cannot read the key file %s: %s", path, strerror(errno));
	size_t n = fread(bytes, 1, size, f);
	fclose(f);
	if (n < least)
		fatal("the key file %s is too short", path);
	return n;
}
