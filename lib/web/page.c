#include "web/page.h"

#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"
#include "web/app.h"
#include "web/flash.h"
#include "web/i18n.h"
#include "web/session.h"
#include "web/settings.h"
#include "web/view.h"

enum { ASSETS_MAX = 32 };

static struct views *views;
static struct {
	char key[40], url[120];
} assets[ASSETS_MAX];
static size_t asset_count;

/* "viche.css viche-0123456789ab.css" → asset_css (the kind names the key: one file a kind). */
static void
read_manifest(void)
{
	char path[1024], name[64], hashed[96];

	snprintf(path, sizeof path, "%s/static/manifest", config_get("build"));
	FILE *f = fopen(path, "re");
	if (f == NULL)
		fatal("cannot read %s: run make", path);
	while (asset_count < ASSETS_MAX && fscanf(f, "%63s %95s", name, hashed) == 2) {
		const char *dot = strrchr(name, '.');
		bool css = dot != NULL && strcmp(dot, ".css") == 0;
		snprintf(assets[asset_count].key, sizeof assets[0].key, "asset_%.*s",
		    css ? 3 : (int)(dot != NULL ? dot - name : (long)strlen(name)), css ? "css" : name);
		snprintf(assets[asset_count].url, sizeof assets[0].url, "/static/%s", hashed);
		asset_count++;
	}
	fclose(f);
}

void
page_open(void)
{
	char folder[1024];

	snprintf(folder, sizeof folder, "%s/locale", config_get("build"));
	i18n_open(folder);
	snprintf(folder, sizeof folder, "%s/views", config_get("root"));
	views = views_open(folder, config_on("strict"));
	read_manifest();
}

const char *
page_asset(const char *name)
{
	for (size_t i = 0; i < asset_count; i++)
		if (strcmp(assets[i].key + strlen("asset_"), name) == 0)
			return assets[i].url;
	return NULL;
}

const char *
page_html(struct request *rq, const char *view, size_t *len)
{
	struct buf out;
	const char *error = "", *message;
	bool bad = false;

	settings_show(rq);
	for (size_t i = 0; i < asset_count; i++)
		if (!str_starts(assets[i].key, "asset_login-")) /* a page names the few that it shows: page_asset() */
			json_object_set_new(rq->page, assets[i].key, json_string(assets[i].url));
	json_object_set_new(rq->page, "origin", json_string(request_origin(rq)));
	json_object_set_new(rq->page, "request_id", json_string(rq->id));
	message = rq->app->enter != NULL ? flash_take(rq, &bad) : NULL;
	json_object_set_new(rq->page, "flash_bad", json_boolean(bad));
	json_object_set_new(rq->page, "flash", message != NULL ? json_string(message) : json_null());
	if (json_object_get(rq->page, "csrf") == NULL)
		json_object_set_new(rq->page, "csrf",
		    rq->session.person != 0 ? json_string(csrf_token(rq)) : json_null());
	buf_init(&out, rq->pool);
	if (!view_render(views, view, rq->lang, rq->page, rq->data, &out, &error)) {
		request_fail(rq, "view %s: %s", view, error);
		return NULL;
	}
	*len = out.len;
	return out.s;
}

/* The declaration for the dotted name, or NULL. */
static const struct json_field *
declared(const struct json_field *fields, const char *name)
{
	for (; fields != NULL && fields->name != NULL; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

static bool
right_kind(enum json_kind kind, const json_t *v)
{
	if (json_is_null(v))
		return true;
	switch (kind) {
	case JSON_KIND_INT: return json_is_integer(v);
	case JSON_KIND_TEXT:
	case JSON_KIND_TIME: return json_is_string(v);
	case JSON_KIND_BOOL: return json_is_boolean(v);
	case JSON_KIND_LIST: return json_is_array(v);
	case JSON_KIND_OBJECT: return json_is_object(v);
	}
	return false;
}

/* A copy of value with only what is declared under prefix. */
static json_t *
declared_only(struct request *rq, json_t *value, const char *prefix)
{
	const struct json_field *fields = rq->route != NULL ? rq->route->fields : NULL;
	const char *key;
	json_t *v;
	size_t i;

	if (json_is_array(value)) {
		json_t *list = json_array();
		json_array_foreach(value, i, v)
			json_array_append_new(list, declared_only(rq, v, str_fmt(rq->pool, "%s[]", prefix)));
		return list;
	}
	if (!json_is_object(value))
		return json_incref(value);
	json_t *object = json_object();
	json_object_foreach(value, key, v) {
		const char *name = *prefix != '\0' ? str_fmt(rq->pool, "%s.%s", prefix, key) : key;
		const struct json_field *field = declared(fields, name);
		if (field != NULL && right_kind(field->kind, v))
			json_object_set_new(object, key, declared_only(rq, v, name));
		else if (config_on("strict"))
			request_fail(rq, "JSON field \"%s\" is not declared so", name);
	}
	return object;
}

const char *
page_json(struct request *rq, size_t *len)
{
	json_t *only = declared_only(rq, rq->data, "");
	const char *text = json_dumps(only, JSON_COMPACT);

	if (text == NULL)
		request_fail(rq, "the model is no JSON");
	if (request_failed(rq))
		return NULL;
	*len = strlen(text);
	return text;
}
