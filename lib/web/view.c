#include "web/view.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "web/view_tree.h"

/* Bounds of what is read at start: our own files, so these only catch a wrong folder. */
enum { VIEWS_MAX = 500, VIEW_BYTES_MAX = 512 * 1024, TREES_BYTES_MAX = 64 * 1024 * 1024,
	FOLDERS_DEEP_MAX = 4, PATH_BYTES_MAX = 1024 };

/* No HTML, no name of a column and no JSON that a client sends begins with a control character. */
#define SAFE_KEY "\001html"

struct views {
	struct pool *pool;
	struct template *list; /* sorted by name */
	size_t count;
	struct node *unlinked;
	bool strict;
};

static const char *
read_file(struct pool *pool, const char *path, size_t *len)
{
	struct stat st;
	FILE *f = fopen(path, "re");

	if (f == NULL || fstat(fileno(f), &st) != 0)
		fatal("cannot read the view %s: %s", path, strerror(errno));
	if (st.st_size > VIEW_BYTES_MAX)
		fatal("the view %s is larger than %d bytes", path, VIEW_BYTES_MAX);
	char *s = pool_alloc(pool, (size_t)st.st_size + 1);
	*len = fread(s, 1, (size_t)st.st_size, f);
	fclose(f);
	return s;
}

static void
add_view(struct views *views, const char *path, const char *name, bool plain)
{
	struct parse p = { .pool = views->pool, .view = name, .line = 1, .lambdas = true,
		.unlinked = views->unlinked };

	if (views->count == VIEWS_MAX)
		fatal("there are more than %d views", VIEWS_MAX);
	p.source = read_file(views->pool, path, &p.len);
	struct template *t = &views->list[views->count++];
	*t = (struct template){ .name = name, .nodes = view_parse(&p), .plain = plain };
	if (p.error != NULL)
		fatal("view %s", p.error);
	views->unlinked = p.unlinked;
}

/* Every view under folder; prefix is the part of their names that stands for it. */
static void
add_folder(struct views *views, const char *folder, const char *prefix, int deep)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	if (dir == NULL)
		fatal("cannot read the views' folder %s: %s", folder, strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		const char *file = entry->d_name;
		size_t n = strlen(file);
		struct stat st;
		if (*file == '.')
			continue;
		const char *path = str_fmt(views->pool, "%s/%s", folder, file);
		if (stat(path, &st) != 0)
			continue; /* an editor's file that is gone again */
		if (S_ISDIR(st.st_mode)) {
			if (deep == 0 && (str_eq(file, "static") || str_eq(file, "locale")))
				continue;
			if (deep == FOLDERS_DEEP_MAX)
				fatal("the views' folder %s is too deep", path);
			add_folder(views, path, str_fmt(views->pool, "%s%s/", prefix, file), deep + 1);
		} else if (str_ends(file, ".html")) {
			add_view(views, path, str_fmt(views->pool, "%s%.*s", prefix, (int)n - 5, file), false);
		} else if (str_ends(file, ".txt")) {
			add_view(views, path, str_fmt(views->pool, "%s%.*s", prefix, (int)n - 4, file), true);
		}
	}
	closedir(dir);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct template *)a)->name, ((const struct template *)b)->name);
}

static const struct template *
find(const struct views *views, const char *name)
{
	return bsearch(&(struct template){ .name = name }, views->list, views->count,
	    sizeof *views->list, by_name);
}

static struct views *
views_new(struct pool *pool, size_t max)
{
	struct views *views = pool_alloc(pool, sizeof *views);
	views->pool = pool;
	views->list = pool_alloc(pool, max * sizeof *views->list);
	return views;
}

struct views *
views_open(const char *folder, bool strict)
{
	struct views *views = views_new(pool_open(TREES_BYTES_MAX), VIEWS_MAX);

	views->strict = strict;
	add_folder(views, folder, "", 0);
	qsort(views->list, views->count, sizeof *views->list, by_name);
	for (size_t i = 1; i < views->count; i++)
		if (str_eq(views->list[i].name, views->list[i - 1].name))
			fatal("two views are named %s", views->list[i].name);
	for (struct node *node = views->unlinked; node != NULL; node = node->unlinked)
		if ((node->target = find(views, node->name.text)) == NULL)
			fatal("view %s line %d: there is no view \"%s\"", node->view, node->line,
			    node->name.text);
	return views;
}

void
views_close(struct views *views)
{
	if (views != NULL)
		pool_close(views->pool);
}

bool
view_render(const struct views *views, const char *name, enum lang lang, json_t *page,
    json_t *data, struct buf *out, const char **error)
{
	const struct template *template = find(views, name);
	struct render r = { .out = out, .contexts = { data, page }, .lang = lang,
		.strict = views->strict };

	if (template == NULL) {
		*error = str_fmt(out->pool, "there is no view \"%s\"", name);
		return false;
	}
	view_render_nodes(&r, template);
	if (r.error != NULL)
		*error = r.error;
	return r.error == NULL;
}

json_t *
view_safe(const char *html)
{
	return json_pack("{s:s}", SAFE_KEY, html);
}

const char *
view_safe_html(const json_t *value)
{
	return json_string_value(json_object_get(value, SAFE_KEY));
}

char *
view_render_text(struct pool *pool, const char *text, json_t *model, json_t *partials)
{
	struct views *views = views_new(pool, json_object_size(partials));
	struct parse p = { .pool = pool, .view = "text", .line = 1 };
	struct buf out;
	const char *key;
	json_t *value;

	json_object_foreach(partials, key, value) {
		p.view = key;
		p.source = json_string_value(value);
		p.len = json_string_length(value);
		views->list[views->count++] = (struct template){ .name = key, .nodes = view_parse(&p) };
	}
	p.view = "text";
	p.source = text;
	p.len = strlen(text);
	struct template main = { .name = p.view, .nodes = view_parse(&p) };
	if (p.error != NULL)
		return NULL;
	qsort(views->list, views->count, sizeof *views->list, by_name);
	for (struct node *node = p.unlinked; node != NULL; node = node->unlinked)
		node->target = find(views, node->name.text);
	buf_init(&out, pool);
	struct render r = { .out = &out, .contexts = { model }, .trusting = true };
	view_render_nodes(&r, &main);
	return out.s;
}
