#include "web/settings.h"

#include <stdio.h>
#include <string.h>

static const char *const names[] = { "lang", "text", "contrast", "keys", NULL };
static const char *const values[][4] = { { "uk", "en", NULL }, { "m", "l", "xl", NULL },
	{ "normal", "high", NULL }, { "on", "off", NULL } };

static bool
known(size_t which, const char *value)
{
	for (size_t i = 0; value != NULL && values[which][i] != NULL; i++)
		if (strcmp(values[which][i], value) == 0)
			return true;
	return false;
}

static const char *
setting(struct request *rq, size_t which)
{
	const char *value = request_cookie(rq, names[which]);
	return known(which, value) ? value : values[which][0];
}

void
settings_read(struct request *rq)
{
	const char *lang = rq->json ? query_text(rq, "lang") : NULL;

	if (!known(0, lang))
		lang = setting(rq, 0);
	rq->lang = strcmp(lang, "en") == 0 ? LANG_EN : LANG_UK;
}

bool
settings_switch(struct request *rq)
{
	bool found = false;

	if (rq->json || rq->method != GET || *rq->query == '\0')
		return false;
	for (size_t i = 0; names[i] != NULL; i++) {
		const char *value = query_text(rq, names[i]);
		if (!known(i, value))
			continue;
		reply_cookie(rq, names[i], value, 365 * 24 * 3600);
		found = true;
	}
	if (found)
		reply_see_other(rq, "%s", query_without(rq, names));
	return found;
}

void
settings_show(struct request *rq)
{
	const char *here = query_without(rq, names), *text = setting(rq, 1);
	const char *joint = strchr(here, '?') != NULL ? "&" : "?";
	json_t *p = rq->page;

	json_object_set_new(p, "lang", json_string(rq->lang == LANG_EN ? "en" : "uk"));
	json_object_set_new(p, "lang_uk", json_boolean(rq->lang == LANG_UK));
	json_object_set_new(p, "lang_en", json_boolean(rq->lang == LANG_EN));
	json_object_set_new(p, "data_text", json_string(text));
	json_object_set_new(p, "data_contrast", json_string(setting(rq, 2)));
	json_object_set_new(p, "contrast_high", json_boolean(strcmp(setting(rq, 2), "high") == 0));
	json_object_set_new(p, "keys", json_boolean(strcmp(setting(rq, 3), "on") == 0));
	for (size_t i = 0; names[i] != NULL; i++)
		for (size_t j = 0; values[i][j] != NULL; j++) {
			char name[40];
			if (i == 0)
				snprintf(name, sizeof name, "here_%s", values[i][j]);
			else
				snprintf(name, sizeof name, "here_%s_%s", names[i], values[i][j]);
			json_object_set_new(p, name,
			    json_string(str_fmt(rq->pool, "%s%s%s=%s", here, joint, names[i], values[i][j])));
			if (i == 1) {
				snprintf(name, sizeof name, "text_%s", values[i][j]);
				json_object_set_new(p, name, json_boolean(strcmp(text, values[i][j]) == 0));
			}
		}
}
