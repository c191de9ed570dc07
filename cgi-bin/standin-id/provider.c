#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "base/log.h"
#include "base/str.h"
#include "standin.h"
#include "web/jose.h"

enum { START_POOL = 1024 * 1024, KEY_MAX = 4096 };

/* The signing key and its public half, as text for the process's life. */
static char *key, *key_set;

const char *
provider_issuer(void)
{
	static char issuer[256];

	if (*issuer == '\0')
		snprintf(issuer, sizeof issuer, "%s/standin-id", config_get("base_url"));
	return issuer;
}

/* Made at the first start. O_EXCL: of two starting at once one fails, and is started again. */
static void
make_key(struct pool *pool, const char *path)
{
	const char *text = jose_key_new(pool);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (text == NULL || fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
	    fsync(fd) != 0)
		fatal("standin-id: cannot make the key %s: %s", path, strerror(errno));
	close(fd);
}

void
provider_open(void)
{
	struct pool *pool = pool_open(START_POOL);
	char path[PATH_MAX], text[KEY_MAX + 1] = "";

	pool_enter(pool);
	snprintf(path, sizeof path, "%s/keys/standin.jwk", config_get("var"));
	if (access(path, F_OK) != 0)
		make_key(pool, path);
	FILE *f = fopen(path, "re");
	if (f == NULL || fread(text, 1, KEY_MAX, f) == 0)
		fatal("standin-id: cannot read the key %s", path);
	fclose(f);
	const char *set = jose_key_set(pool, text);
	if (set == NULL)
		fatal("standin-id: %s is no key; remove it and a new one is made", path);
	key = strdup(text);
	key_set = strdup(set);
	pool_leave(pool);
	pool_close(pool);
}

const char *
provider_sign(struct pool *pool, json_t *claims)
{
	return jose_sign(pool, key, claims);
}

const char *
provider_sign_anew(struct pool *pool, json_t *claims)
{
	const char *newer = jose_key_new(pool);
	json_t *ours = json_loads(key_set, 0, NULL), *theirs = json_loads(jose_key_set(pool, newer), 0, NULL);
	json_t *keys = json_object_get(ours, "keys");

	/* Ours, and the newest beside it. */
	json_array_remove(keys, 1);
	json_array_extend(keys, json_object_get(theirs, "keys"));
	char *text = strdup(json_dumps(ours, JSON_COMPACT));
	if (text == NULL)
		return NULL;
	free(key_set);
	key_set = text;
	return jose_sign(pool, newer, claims);
}

const char *
provider_sign_unknown(struct pool *pool, json_t *claims)
{
	return jose_sign(pool, jose_key_new(pool), claims);
}

static json_t *
address(struct request *rq, const char *path)
{
	return json_string(str_fmt(rq->pool, "%s%s", provider_issuer(), path));
}

void
page_discovery(struct request *rq)
{
	json_t *d = json_pack(
	    "{s:s, s:o, s:o, s:o, s:o, s:[s], s:[s], s:[s], s:[s], s:[ss], s:[s], s:[sss],"
	    " s:[ss], s:b}",
	    "issuer", provider_issuer(),
	    "authorization_endpoint", address(rq, "/authorize"),
	    "token_endpoint", address(rq, "/token"),
	    "userinfo_endpoint", address(rq, "/userinfo"),
	    "jwks_uri", address(rq, "/jwks"),
	    "response_types_supported", "code",
	    "grant_types_supported", "authorization_code",
	    "subject_types_supported", "public",
	    "id_token_signing_alg_values_supported", "ES256",
	    "token_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post",
	    "code_challenge_methods_supported", "S256",
	    "scopes_supported", "openid", "profile", "email",
	    "ui_locales_supported", "uk", "en",
	    "authorization_response_iss_parameter_supported", 1);

	reply_text(rq, 200, "application/json", json_dumps(d, JSON_COMPACT));
}

void
page_jwks(struct request *rq)
{
	reply_text(rq, 200, "application/json", key_set);
}
