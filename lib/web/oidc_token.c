#include "web/oidc_token.h"

#include <stdbool.h>
#include <string.h>

#include "base/crypto.h"
#include "base/str.h"

static bool
is(json_t *claims, const char *name, const char *value)
{
	return str_eq(json_string_value(json_object_get(claims, name)), value);
}

static bool
for_client(json_t *claims, const char *client_id)
{
	json_t *aud = json_object_get(claims, "aud"), *one;
	size_t i, count = json_array_size(aud);
	bool found = is(claims, "aud", client_id);

	if (count > OIDC_AUDIENCES_MAX)
		return false;
	json_array_foreach(aud, i, one)
		found |= str_eq(json_string_value(one), client_id);
	/* A token for several, or for another party, must name us as the one it was made for. */
	if (count > 1 || json_object_get(claims, "azp") != NULL)
		found &= is(claims, "azp", client_id);
	return found;
}

static bool
same_nonce(json_t *claims, const char *nonce)
{
	json_t *claim = json_object_get(claims, "nonce");

	return json_string_length(claim) == strlen(nonce) && *nonce != '\0' &&
	    crypto_same(json_string_value(claim), nonce, strlen(nonce));
}

static const char *
refusal(json_t *claims, const struct oidc_expected *expected)
{
	json_t *exp = json_object_get(claims, "exp"), *iat = json_object_get(claims, "iat");
	const char *subject = json_string_value(json_object_get(claims, "sub"));
	size_t sub = subject != NULL ? strlen(subject) : 0;
	double now = (double)expected->now;

	if (!is(claims, "iss", expected->issuer))
		return "another issuer";
	if (!for_client(claims, expected->client_id))
		return "made for another audience";
	if (!json_is_number(exp) || now >= json_number_value(exp) + OIDC_SKEW)
		return "expired";
	if (!json_is_number(iat) || now < json_number_value(iat) - OIDC_SKEW)
		return "issued in the future";
	if (!same_nonce(claims, expected->nonce))
		return "another nonce";
	/* SQL compares without trailing spaces: "a " would be another person's "a". */
	if (sub == 0 || sub > OIDC_SUBJECT_MAX || subject[sub - 1] == ' ')
		return "no subject";
	return NULL;
}

enum jose_result
oidc_token_check(struct pool *pool, const char *jwks, const char *token,
    const struct oidc_expected *expected, json_t **claims, const char **why)
{
	enum jose_result result = jose_verify(pool, jwks, token, claims, why);

	if (result == JOSE_VALID) {
		const char *reason = refusal(*claims, expected);
		if (reason == NULL)
			return JOSE_VALID;
		*why = reason;
		result = JOSE_REFUSED;
	}
	*claims = NULL;
	return result;
}

enum jose_result
oidc_userinfo_check(struct pool *pool, const char *jwks, const char *token,
    const struct oidc_expected *expected, json_t **claims, const char **why)
{
	enum jose_result result = jose_verify(pool, jwks, token, claims, why);

	if (result == JOSE_VALID && is(*claims, "iss", expected->issuer) && for_client(*claims, expected->client_id))
		return JOSE_VALID;
	if (result == JOSE_VALID) {
		*why = "a signed userinfo of another issuer or for another audience";
		result = JOSE_REFUSED;
	}
	*claims = NULL;
	return result;
}
