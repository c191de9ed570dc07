#include "web/oidc_client.h"

#include <string.h>

#include "base/crypto.h"
#include "web/jose.h"
#include "web/oidc_discovery.h"

static const char BASIC[] = "client_secret_basic", POST[] = "client_secret_post",
                  SIGNED[] = "private_key_jwt";

void
oidc_add_field(struct buf *form, const char *name, const char *value)
{
	buf_fmt(form, "%s=%s&", name, str_url_encode(form->pool, value));
}

static bool
lists(json_t *list, const char *value)
{
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
		if (str_eq(json_string_value(one), value))
			return true;
	return false;
}

/* As the file says; else by what there is and what the provider takes. Without a list client_secret_basic
 * is what every provider has (Discovery 1.0 §3). */
static const char *
way(const struct idp *idp, json_t *discovery)
{
	json_t *methods = json_object_get(discovery, "token_endpoint_auth_methods_supported");

	if (idp_option(idp, "client_auth") != NULL)
		return idp_option(idp, "client_auth");
	if (idp_option(idp, "private_key") != NULL)
		return SIGNED;
	return lists(methods, POST) && !lists(methods, BASIC) ? POST : BASIC;
}

static const char *
assertion(struct pool *pool, const struct idp *idp, const char *endpoint, time_t now)
{
	const char *id = idp_option(idp, "client_id");
	bool to_issuer = str_eq(idp_option(idp, "assertion_audience"), "issuer");

	return jose_sign(pool, idp_option(idp, "private_key"),
	    json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "iss", id, "sub", id, "aud",
	        to_issuer ? idp_option(idp, "issuer") : endpoint, "jti", crypto_token(pool), "iat", (json_int_t)now,
	        "exp", (json_int_t)now + OIDC_ASSERTION_LIFE));
}

void
oidc_client_prove(struct pool *pool, const struct idp *idp, json_t *discovery, time_t now,
    struct client_call *call, struct buf *form)
{
	const char *how = way(idp, discovery), *id = idp_option(idp, "client_id");
	const char *secret = idp_option(idp, "client_secret");

	if (str_eq(how, BASIC)) {
		call->user = str_url_encode(pool, id);
		call->password = str_url_encode(pool, secret);
		return;
	}
	oidc_add_field(form, "client_id", id);
	if (str_eq(how, POST)) {
		oidc_add_field(form, "client_secret", secret);
		return;
	}
	const char *proof = assertion(pool, idp, call->url, now);
	oidc_add_field(form, "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
	oidc_add_field(form, "client_assertion", proof != NULL ? proof : "");
}

static bool
signs(const char *key)
{
	struct pool *pool = pool_open(1024 * 1024);

	pool_enter(pool);
	bool able = jose_sign(pool, key, json_object()) != NULL;
	pool_leave(pool);
	pool_close(pool);
	return able;
}

bool
oidc_client_able(const struct idp *idp, const char **why)
{
	const char *how = idp_option(idp, "client_auth"), *audience = idp_option(idp, "assertion_audience");
	const char *key = idp_option(idp, "private_key"), *secret = idp_option(idp, "client_secret");

	*why = NULL;
	if (how != NULL && !str_eq(how, BASIC) && !str_eq(how, POST) && !str_eq(how, SIGNED))
		*why = "\"client_auth\" must be client_secret_basic, client_secret_post or private_key_jwt";
	else if (key == NULL && (secret == NULL || str_eq(how, SIGNED)))
		*why = str_eq(how, SIGNED) ? "private_key_jwt needs \"private_key_file\""
		                           : "\"client_secret_file\" or \"private_key_file\" is missing";
	else if (secret == NULL && how != NULL && !str_eq(how, SIGNED))
		*why = "this \"client_auth\" needs \"client_secret_file\"";
	else if (key != NULL && !signs(key))
		*why = "the private key must be a JWK of the curve P-256 (scripts/login-key makes one)";
	else if (audience != NULL && !str_eq(audience, "issuer") && !str_eq(audience, "token_endpoint"))
		*why = "\"assertion_audience\" must be token_endpoint or issuer";
	return *why == NULL;
}
