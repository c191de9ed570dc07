#include "web/i18n.h"

#include <errno.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

/* The catalogue's domain; its folder is named by LANGUAGE, which never changes (see i18n.h). */
#define DOMAIN "uk"
#define LANGUAGE_FIXED "viche"

static enum lang current = LANG_UK;

void
i18n_open(const char *folder)
{
	char path[4096];

	/* C.UTF-8 keeps decimals with a dot; the plain C locale would turn gettext off. */
	setenv("LANGUAGE", LANGUAGE_FIXED, 1);
	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		fatal("the locale C.UTF-8 is missing");
	snprintf(path, sizeof path, "%s/" LANGUAGE_FIXED "/LC_MESSAGES/" DOMAIN ".mo", folder);
	if (access(path, R_OK) != 0)
		fatal("cannot read the catalogue %s: %s", path, strerror(errno));
	bindtextdomain(DOMAIN, folder);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	/* The empty msgid is the catalogue's header; without one gettext gives it back. */
	if (*dgettext(DOMAIN, "") == '\0')
		fatal("the catalogue %s is broken", path);
}

void
i18n_use(enum lang lang)
{
	current = lang;
}

enum lang
i18n_now(void)
{
	return current;
}

const char *
i18n_text(enum lang lang, const char *msgid)
{
	return lang == LANG_EN || *msgid == '\0' ? msgid : dgettext(DOMAIN, msgid);
}

const char *
i18n_plural(enum lang lang, const char *one, const char *many, uint64_t n)
{
	if (lang == LANG_EN)
		return n == 1 ? one : many;
	return dngettext(DOMAIN, one, many, n);
}

unsigned
i18n_form(enum lang lang, uint64_t n)
{
	if (lang == LANG_EN)
		return n == 1 ? 0 : 1;
	/* The rule of uk.po's Plural-Forms. */
	if (n % 10 == 1 && n % 100 != 11)
		return 0;
	if (n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14))
		return 1;
	return 2;
}
