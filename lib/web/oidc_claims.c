#include "web/oidc_claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "web/idp_file.h"

static const struct {
	const char *option, *paths;
} defaults[] = {
	{ "claims.given_name", "given_name name" },
	{ "claims.family_name", "family_name" },
	{ "claims.middle_name", "middle_name" },
	{ "claims.birthdate", "birthdate" },
	{ "claims.tax_number", "tax_number" },
	{ "claims.residence_code", "residence_code" },
	{ "claims.residence_text", "address.locality address.formatted" },
};

/* A step of a JSON pointer, ~1 and ~0 being / and ~. */
static char *
unescape(struct pool *pool, const char *step, size_t len)
{
	char *name = str_ndup(pool, step, len), *to = name;

	for (const char *p = name; *p != '\0'; p++, to++) {
		*to = *p;
		if (*p == '~' && (p[1] == '0' || p[1] == '1'))
			*to = *++p == '1' ? '/' : '~';
	}
	*to = '\0';
	return name;
}

static json_t *
step_into(json_t *value, const char *name)
{
	char *end;

	if (!json_is_array(value))
		return json_object_get(value, name);
	unsigned long i = strtoul(name, &end, 10);
	return *name >= '0' && *name <= '9' && *end == '\0' ? json_array_get(value, i) : NULL;
}

static json_t *
at(struct pool *pool, json_t *value, const char *path)
{
	bool pointer = *path == '/';

	/* A name may hold dots itself. */
	if (!pointer && json_object_get(value, path) != NULL)
		return json_object_get(value, path);
	for (path += pointer; value != NULL; ) {
		size_t len = strcspn(path, pointer ? "/" : ".");
		value = step_into(value, pointer ? unescape(pool, path, len) : str_ndup(pool, path, len));
		if (path[len] == '\0')
			return value;
		path += len + 1;
	}
	return NULL;
}

const char *
oidc_claim(struct pool *pool, json_t *claims, const char *paths)
{
	while (*paths != '\0') {
		size_t len = strcspn(paths, " ");
		const char *text = json_string_value(at(pool, claims, str_ndup(pool, paths, len)));
		if (!str_empty(text))
			return text;
		paths += len + (paths[len] == ' ');
	}
	return NULL;
}

static const char *
mapped(struct pool *pool, const struct idp *idp, json_t *claims, const char *option)
{
	const char *paths = idp_option(idp, option);

	for (size_t i = 0; paths == NULL && i < sizeof defaults / sizeof *defaults; i++)
		if (strcmp(defaults[i].option, option) == 0)
			paths = defaults[i].paths;
	return oidc_claim(pool, claims, paths);
}

static const char *
or_empty(const char *text)
{
	return text != NULL ? text : "";
}

void
oidc_identify(struct pool *pool, const struct idp *idp, json_t *claims, struct idp_identity *identity)
{
	*identity = (struct idp_identity){
		.issuer = idp_option(idp, "issuer"),
		.subject = json_string_value(json_object_get(claims, "sub")),
		.given_name = or_empty(mapped(pool, idp, claims, "claims.given_name")),
		.family_name = or_empty(mapped(pool, idp, claims, "claims.family_name")),
		.middle_name = or_empty(mapped(pool, idp, claims, "claims.middle_name")),
		.birthdate = mapped(pool, idp, claims, "claims.birthdate"),
		.tax_number = mapped(pool, idp, claims, "claims.tax_number"),
		.residence_code = mapped(pool, idp, claims, "claims.residence_code"),
		.residence_text = mapped(pool, idp, claims, "claims.residence_text"),
		.email = json_string_value(json_object_get(claims, "email")),
		.email_verified = json_is_true(json_object_get(claims, "email_verified")),
	};
}

bool
oidc_claims_known(const struct idp *idp, const char **why)
{
	static char words[128];

	for (const struct idp_pair *p = idp->pairs; p != NULL; p = p->next) {
		bool known = !str_starts(p->name, "claims.");
		for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
			known |= strcmp(defaults[i].option, p->name) == 0;
		if (!known) {
			snprintf(words, sizeof words, "nothing that we want to know is called \"%.60s\"", p->name);
			*why = words;
			return false;
		}
	}
	return true;
}

/* Where value stands in the list, or NULL. */
static const char *
place(const char *list, const char *value)
{
	size_t len = strlen(value);

	for (const char *p = list; len > 0 && *p != '\0'; p += strcspn(p, " "), p += *p == ' ')
		if (strncmp(p, value, len) == 0 && (p[len] == ' ' || p[len] == '\0'))
			return p;
	return NULL;
}

const char *
oidc_acr_from(const char *list, const char *least)
{
	return least != NULL ? place(list, least) : list;
}

bool
oidc_acr_enough(const char *list, const char *least, const char *acr)
{
	if (list == NULL)
		return true;
	const char *from = oidc_acr_from(list, least);
	return from != NULL && acr != NULL && strchr(acr, ' ') == NULL && place(from, acr) != NULL;
}
