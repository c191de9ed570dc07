#include "web/idp_file.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"
#include "base/str.h"
#include "web/client.h"
#include "web/request.h"

/* What is read at start lives on the heap for the process's life. */
static char *made(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *
made(const char *format, ...)
{
	va_list ap;
	char *text;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		fatal("out of memory");
	va_end(ap);
	return text;
}

/* A file of var/, or anywhere where the name begins with /. */
static char *
place_of(const char *name)
{
	return *name == '/' ? made("%s", name) : made("%s/%s", config_get("var"), name);
}

static char *
read_secret(const char *path, const char *provider, bool line)
{
	char *text = calloc(1, IDP_SECRET_MAX + 1);
	FILE *f = fopen(path, "re");

	if (text == NULL)
		fatal("out of memory");
	if (f == NULL)
		fatal("%s: cannot read the secret %s: %s", provider, path, strerror(errno));
	size_t n = fread(text, 1, IDP_SECRET_MAX + 1, f);
	if (n > IDP_SECRET_MAX)
		fatal("%s: the secret %s is longer than %d bytes", provider, path, IDP_SECRET_MAX);
	fclose(f);
	text[n] = '\0';
	if (line)
		text[strcspn(text, "\r\n")] = '\0';
	if (*text == '\0')
		fatal("%s: the secret %s is empty", provider, path);
	return text;
}

/* The texts of a text or a list, with a space between them. */
static char *
words_of(json_t *value, const char *path, const char *name)
{
	json_t *one;
	size_t i;

	if (json_is_string(value))
		return made("%s", json_string_value(value));
	if (!json_is_array(value) || json_array_size(value) == 0)
		fatal("%s: \"%s\" must be a text or a list of texts", path, name);
	char *all = made("%s", "");
	json_array_foreach(value, i, one) {
		const char *word = json_string_value(one);
		if (word == NULL || *word == '\0' || strchr(word, ' ') != NULL)
			fatal("%s: \"%s\" must hold texts without spaces", path, name);
		char *longer = made("%s%s%s", all, *all != '\0' ? " " : "", word);
		free(all);
		all = longer;
	}
	return all;
}

static void
add(struct idp *idp, char *name, char *value)
{
	struct idp_pair *pair = malloc(sizeof *pair);

	if (pair == NULL)
		fatal("out of memory");
	*pair = (struct idp_pair){ idp->pairs, name, value };
	idp->pairs = pair;
}

static const char *
text_of(json_t *value, const char *path, const char *name)
{
	const char *text = json_string_value(value);

	if (str_empty(text))
		fatal("%s: \"%s\" must be a text", path, name);
	return text;
}

static void
take(struct idp *idp, const struct idp_setting *s, json_t *value, const char *path)
{
	const char *key;
	json_t *one;

	switch (s->kind) {
	case IDP_TEXT:
		add(idp, made("%s", s->name), made("%s", text_of(value, path, s->name)));
		break;
	case IDP_ADDRESS:
		if (!client_allows(text_of(value, path, s->name)))
			fatal("%s: \"%s\" must be an https address", path, s->name);
		add(idp, made("%s", s->name), made("%s", json_string_value(value)));
		break;
	case IDP_FLAG:
		if (!json_is_boolean(value))
			fatal("%s: \"%s\" must be true or false", path, s->name);
		if (json_is_true(value))
			add(idp, made("%s", s->name), made("1"));
		break;
	case IDP_WORDS:
		add(idp, made("%s", s->name), words_of(value, path, s->name));
		break;
	case IDP_TREE:
		if (!json_is_object(value))
			fatal("%s: \"%s\" must be an object", path, s->name);
		json_object_foreach(value, key, one)
			add(idp, made("%s.%s", s->name, key), words_of(one, path, s->name));
		break;
	case IDP_SECRET:
	case IDP_KEY: {
		char *file = place_of(text_of(value, path, s->name));
		add(idp, made("%.*s", (int)(strlen(s->name) - strlen("_file")), s->name),
		    read_secret(file, path, s->kind == IDP_SECRET));
		free(file);
		break;
	}
	}
}

static const char *const common[] = { "dialect", "title", "logo", "order", "communities",
	"callback_host", "form_origins" };

static bool
is_common(const char *key)
{
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (strcmp(common[i], key) == 0)
			return true;
	return false;
}

static bool
is_name(const char *s, const char *letters)
{
	return *s != '\0' && strspn(s, letters) == strlen(s);
}

static char *
optional(json_t *file, const char *name, const char *letters, const char *path)
{
	json_t *value = json_object_get(file, name);

	if (value == NULL)
		return NULL;
	if (!is_name(text_of(value, path, name), letters))
		fatal("%s: \"%s\" is \"%s\", which is no name", path, name, json_string_value(value));
	return made("%s", json_string_value(value));
}

static void
read_common(struct idp *idp, json_t *file, const char *path)
{
	json_t *title = json_object_get(file, "title"), *order = json_object_get(file, "order");
	json_t *communities = json_object_get(file, "communities");
	json_t *origins = json_object_get(file, "form_origins");
	const char *uk = json_string_value(json_object_get(title, "uk"));
	const char *en = json_string_value(json_object_get(title, "en"));
	const char *dialect = text_of(json_object_get(file, "dialect"), path, "dialect");

	if ((idp->dialect = idp_dialect_named(dialect)) == NULL)
		fatal("%s: there is no dialect \"%s\"", path, dialect);
	if (str_empty(uk) || str_empty(en))
		fatal("%s: \"title\" must be {\"uk\": \"…\", \"en\": \"…\"}", path);
	idp->title[LANG_UK] = made("%s", uk);
	idp->title[LANG_EN] = made("%s", en);
	idp->logo = optional(file, "logo", "abcdefghijklmnopqrstuvwxyz0123456789-", path);
	idp->callback_host = optional(file, "callback_host", "abcdefghijklmnopqrstuvwxyz0123456789.-", path);
	if (order != NULL && !json_is_integer(order))
		fatal("%s: \"order\" must be a whole number", path);
	idp->order = (int)json_integer_value(order);
	idp->communities = communities == NULL || str_eq(json_string_value(communities), "*")
	    ? made("*") : made(" %s ", words_of(communities, path, "communities"));
	if (origins != NULL)
		add(idp, made("form_origins"), words_of(origins, path, "form_origins"));
}

static void
read_one(struct idp *idp, char *id, const char *path)
{
	json_error_t error;
	const char *key, *why = "";
	json_t *value;
	FILE *f = fopen(path, "re");

	*idp = (struct idp){ .id = id };
	if (strlen(id) > IDP_ID_MAX || !is_name(id, "abcdefghijklmnopqrstuvwxyz0123456789_"))
		fatal("%s: a provider's file is named by at most %d of a-z, 0-9 and _", path, IDP_ID_MAX);
	if (f == NULL)
		fatal("cannot read %s: %s", path, strerror(errno));
	char *text = calloc(1, IDP_FILE_MAX + 1);
	if (text == NULL)
		fatal("out of memory");
	size_t len = fread(text, 1, IDP_FILE_MAX + 1, f);
	fclose(f);
	json_t *file = len <= IDP_FILE_MAX ? json_loadb(text, len, JSON_REJECT_DUPLICATES, &error) : NULL;
	free(text);
	if (!json_is_object(file))
		fatal("%s: it is no JSON object of at most %d bytes (line %d: %s)", path, IDP_FILE_MAX,
		    len <= IDP_FILE_MAX ? error.line : 0, len <= IDP_FILE_MAX ? error.text : "too long");
	read_common(idp, file, path);
	json_object_foreach(file, key, value) {
		const struct idp_setting *s = idp->dialect->settings;
		while (s->name != NULL && strcmp(s->name, key) != 0)
			s++;
		if (s->name != NULL)
			take(idp, s, value, path);
		else if (!is_common(key))
			fatal("%s: the dialect %s has no setting \"%s\"", path, idp->dialect->name, key);
	}
	for (const struct idp_setting *s = idp->dialect->settings; s->name != NULL; s++)
		if (s->required && json_object_get(file, s->name) == NULL)
			fatal("%s: the setting \"%s\" is missing", path, s->name);
	json_decref(file);
	if (idp->dialect->check != NULL && !idp->dialect->check(idp, &why))
		fatal("%s: %s", path, why);
}

static int
by_order(const void *a, const void *b)
{
	const struct idp *x = a, *y = b;

	return x->order != y->order ? (x->order > y->order) - (x->order < y->order) : strcmp(x->id, y->id);
}

size_t
idp_read_folder(struct idp all[static IDP_MAX])
{
	char *folder = place_of(config_get("providers"));
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t count = 0;

	if (dir == NULL)
		fatal("cannot read the folder of identity providers %s: %s", folder, strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		if (*entry->d_name == '.' || !str_ends(entry->d_name, ".json"))
			continue;
		if (count == IDP_MAX)
			fatal("%s: more than %d identity providers", folder, IDP_MAX);
		char *path = made("%s/%s", folder, entry->d_name);
		read_one(&all[count++],
		    made("%.*s", (int)(strlen(entry->d_name) - strlen(".json")), entry->d_name), path);
		free(path);
	}
	closedir(dir);
	if (count == 0)
		fatal("there is no identity provider in %s: nobody could log in", folder);
	free(folder);
	qsort(all, count, sizeof *all, by_order);
	return count;
}

/* Each once. */
static void
add_origin(struct buf *b, const char *origin)
{
	size_t len = strlen(origin);

	for (const char *p = b->s; (p = strstr(p, origin)) != NULL; p += len)
		if (p[-1] == ' ' && (p[len] == ' ' || p[len] == '\0'))
			return;
	buf_fmt(b, " %s", origin);
}

char *
idp_file_origins(const struct idp *all, size_t count)
{
	struct pool *pool = pool_open(64 * 1024);
	struct buf b;

	buf_init(&b, pool);
	for (const struct idp *idp = all; idp < all + count; idp++) {
		const char *url = idp_option(idp, idp->dialect->address), *more = idp_option(idp, "form_origins");
		const char *host = url != NULL ? strstr(url, "://") : NULL;
		if (host != NULL)
			add_origin(&b, str_ndup(pool, url, (size_t)(host + 3 - url) + strcspn(host + 3, "/?#")));
		if (idp->callback_host != NULL)
			add_origin(&b, host_origin(pool, idp->callback_host));
		for (; more != NULL && *more != '\0'; more += strcspn(more, " "), more += *more == ' ')
			add_origin(&b, str_ndup(pool, more, strcspn(more, " ")));
	}
	char *origins = made("%s", b.len > 0 ? b.s + 1 : "");
	pool_close(pool);
	return origins;
}
