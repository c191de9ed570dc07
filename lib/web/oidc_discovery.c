#include "web/oidc_discovery.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "web/client.h"

enum {
	CACHE_LIFE = 600,     /* seconds that discovery and keys are kept */
	KEYS_PAUSE = 30,      /* between two fetches of keys for an unknown kid */
	FAILURE_PAUSE = 2     /* while a dead provider is not asked again: a wait blocks us */
};

/* What the process remembers of each provider: texts on the heap, since jansson's objects live in the
 * request's pool. */
static struct cached {
	const char *id;
	char *discovery, *keys;
	int64_t fetched, keys_fetched, failed; /* by now_s() */
} caches[IDP_MAX];

static struct cached *
cache_of(const struct idp *idp)
{
	size_t i = 0;

	/* There are at most IDP_MAX providers, each with an id of its own. */
	while (i < IDP_MAX - 1 && caches[i].id != NULL && !str_eq(caches[i].id, idp->id))
		i++;
	caches[i].id = idp->id;
	return &caches[i];
}

static int64_t
now_s(void)
{
	return clock_monotonic() / 1000;
}

static void
keep(char **place, const char *text)
{
	free(*place);
	*place = text != NULL ? strdup(text) : NULL;
}

json_t *
oidc_document(const char *text, size_t len)
{
	json_t *object = len <= OIDC_DOCUMENT_MAX ?
	    json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL) : NULL;

	return json_is_object(object) ? object : NULL;
}

const char *
oidc_endpoint(json_t *discovery, const char *name)
{
	const char *url = json_string_value(json_object_get(discovery, name));

	return url != NULL && client_allows(url) ? url : NULL;
}

static const char *
fetch(struct pool *pool, const char *url)
{
	struct client_answer answer = client_call(pool, &(struct client_call){ .url = url });

	if (answer.status != 200 || oidc_document(answer.body, answer.len) == NULL)
		return NULL;
	return answer.body;
}

json_t *
oidc_discover(struct pool *pool, const struct idp *idp)
{
	struct cached *cache = cache_of(idp);
	const char *issuer = idp_option(idp, "issuer");
	int64_t now = now_s();

	if (cache->discovery != NULL && now - cache->fetched < CACHE_LIFE)
		return oidc_document(cache->discovery, strlen(cache->discovery));
	if (cache->failed != 0 && now - cache->failed < FAILURE_PAUSE)
		return NULL;

	size_t len = strlen(issuer);
	if (len > 0 && issuer[len - 1] == '/')
		len--;
	const char *text = fetch(pool, str_fmt(pool, "%.*s/.well-known/openid-configuration",
	    (int)len, issuer));
	json_t *discovery = text != NULL ? oidc_document(text, strlen(text)) : NULL;
	if (discovery == NULL ||
	    !str_eq(json_string_value(json_object_get(discovery, "issuer")), issuer) ||
	    oidc_endpoint(discovery, "authorization_endpoint") == NULL ||
	    oidc_endpoint(discovery, "token_endpoint") == NULL ||
	    oidc_endpoint(discovery, "jwks_uri") == NULL) {
		cache->failed = now_s(); /* after the wait, which may be longer than the pause */
		return NULL;
	}
	keep(&cache->discovery, text);
	keep(&cache->keys, NULL);
	cache->fetched = now;
	cache->failed = 0;
	return discovery;
}

const char *
oidc_keys(struct pool *pool, const struct idp *idp, json_t *discovery)
{
	struct cached *cache = cache_of(idp);

	if (cache->keys == NULL) {
		keep(&cache->keys, fetch(pool, oidc_endpoint(discovery, "jwks_uri")));
		cache->keys_fetched = now_s();
	}
	return cache->keys;
}

const char *
oidc_newer_keys(struct pool *pool, const struct idp *idp, json_t *discovery)
{
	struct cached *cache = cache_of(idp);

	if (now_s() - cache->keys_fetched < KEYS_PAUSE)
		return NULL;
	cache->keys_fetched = now_s();
	const char *text = fetch(pool, oidc_endpoint(discovery, "jwks_uri"));
	if (text != NULL)
		keep(&cache->keys, text);
	return text;
}
