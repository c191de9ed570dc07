/*
 * i18n: gettext catalogues for two languages in one process.
 *
 * msgids are English; English needs no catalogue, Ukrainian's is views/locale/uk.po, complete (a
 * test fails on an untranslated or fuzzy entry). One domain a language ("uk") under a fixed
 * LANGUAGE, since changing LANGUAGE while running returns stale texts.
 */
#ifndef VICHE_WEB_I18N_H
#define VICHE_WEB_I18N_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"

#include "web/lang.h"

/* folder holds viche/LC_MESSAGES/uk.mo. Exits with one sentence where it can't be read. */
void i18n_open(const char *folder);

/* The language of _() and N_(): the loop sets it for each request. */
void i18n_use(enum lang lang);
enum lang i18n_now(void);

const char *i18n_text(enum lang lang, const char *msgid) __attribute__((format_arg(2)));
const char *i18n_plural(enum lang lang, const char *one, const char *many, uint64_t n)
    __attribute__((format_arg(2), format_arg(3)));

/* Which of the language's plural forms n takes (CLDR plural rules): below I18N_FORMS, and 1, 2 and
 * 5 together take them all. */
enum { I18N_FORMS = 3 };
unsigned i18n_form(enum lang lang, uint64_t n);

/* C texts: _("Thank you.") in the current request's language; N_() marks without translating. */
#define _(msgid) i18n_text(i18n_now(), msgid)
#define N_(msgid) (msgid)

/* ISO 8601 in, words of the language out (Europe/Kyiv); the input itself where it is no date. */
char *i18n_date(struct pool *pool, enum lang lang, const char *iso);
char *i18n_day(struct pool *pool, enum lang lang, const char *iso);
char *i18n_time(struct pool *pool, enum lang lang, const char *iso);
char *i18n_ago(struct pool *pool, enum lang lang, const char *iso);
char *i18n_number(struct pool *pool, enum lang lang, int64_t n);
char *i18n_money(struct pool *pool, enum lang lang, int64_t hryvnias);

#endif
