#include "web/idp.h"

#include <string.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/str.h"
#include "web/idp_file.h"

static const struct idp_dialect *const dialects[] = { &idp_oidc, &idp_idgovua, &idp_bankid };

static struct idp all[IDP_MAX];
static size_t count;

const struct idp_dialect *
idp_dialect_named(const char *name)
{
	for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
		if (str_eq(dialects[i]->name, name))
			return dialects[i];
	return NULL;
}

void
idp_open(void)
{
	count = idp_read_folder(all);
}

static bool
serves(const struct idp *idp, const char *community)
{
	size_t len = strlen(community);

	if (str_eq(idp->communities, "*"))
		return true;
	for (const char *p = idp->communities; (p = strstr(p, community)) != NULL; p += len)
		if (p[-1] == ' ' && p[len] == ' ')
			return true;
	return false;
}

size_t
idp_list(const char *community, const struct idp *list[static IDP_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (serves(&all[i], community))
			list[n++] = &all[i];
	return n;
}

const struct idp *
idp_at(size_t i)
{
	return i < count ? &all[i] : NULL;
}

const struct idp *
idp_by_id(const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(all[i].id, id))
			return &all[i];
	return NULL;
}

const struct idp *
idp_find(const char *community, const char *id)
{
	const struct idp *idp = idp_by_id(id);

	return idp != NULL && serves(idp, community) ? idp : NULL;
}

const char *
idp_option(const struct idp *idp, const char *name)
{
	for (const struct idp_pair *p = idp->pairs; p != NULL; p = p->next)
		if (strcmp(p->name, name) == 0)
			return p->value;
	return NULL;
}

const char *
idp_origins(void)
{
	static char *origins;

	if (origins == NULL)
		origins = idp_file_origins(all, count);
	return origins;
}

struct idp_attempt
idp_begin(struct pool *pool)
{
	return (struct idp_attempt){
		.state = crypto_token(pool),
		.nonce = crypto_token(pool),
		.verifier = crypto_token(pool),
	};
}
