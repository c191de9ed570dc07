/*
 * standin-id: a small identity provider for demonstrations and tests, who asks nobody for a secret: its
 * page lists invented people to be. It speaks the dialects of a standard OpenID provider, of id.gov.ua
 * and of BankID NBU, and misbehaves as tests ask it to (trap.h). It refuses to start on an installed
 * site.
 *
 * One process: codes, access tokens and traps live in its memory (grant.h).
 */
#include "standin.h"

#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/str.h"
#include "civic/demo.h"
#include "trap.h"
#include "web/app.h"

enum { CERT_QUERY_MAX = 7168 }; /* a certificate in the address */

/* The POSTs carry no token of ours: one comes from a page that acts for nobody yet and is bound to
 * the asking site by state, nonce and PKCE; the others from that site's server or a test, with a
 * secret or an access token. */
static const struct route routes[] = {
	{ GET, "/standin-id/.well-known/openid-configuration", page_discovery, ANYONE,
	    .flags = FACE_HTML },
	{ GET, "/standin-id/jwks", page_jwks, ANYONE, .flags = FACE_HTML },
	{ GET, "/standin-id/authorize", page_authorize, ANYONE, .flags = FACE_HTML },
	{ POST, "/standin-id/authorize", post_authorize, ANYONE, .flags = FACE_HTML | NO_CSRF },
	{ POST, "/standin-id/token", post_token, ANYONE, .flags = FACE_HTML | NO_CSRF },
	{ GET, "/standin-id/userinfo", page_userinfo, ANYONE, .flags = FACE_HTML },
	{ GET, "/standin-id/idgovua/", page_idgovua_authorize, ANYONE, .flags = FACE_HTML },
	{ GET, "/standin-id/idgovua/get-access-token", page_idgovua_token, ANYONE, .flags = FACE_HTML },
	{ GET, "/standin-id/idgovua/get-user-info", page_idgovua_user, ANYONE, .flags = FACE_HTML,
	    .query_max = CERT_QUERY_MAX },
	{ GET, "/standin-id/idgovua/get-user-logout", page_idgovua_logout, ANYONE, .flags = FACE_HTML },
	{ GET, "/standin-id/bankid/v1/bank/oauth2/authorize", page_bankid_authorize, ANYONE,
	    .flags = FACE_HTML },
	{ POST, "/standin-id/bankid/v1/bank/oauth2/token", post_bankid_token, ANYONE,
	    .flags = FACE_HTML | NO_CSRF },
	{ POST, "/standin-id/bankid/v1/bank/resource/client", post_bankid_client, ANYONE,
	    .flags = FACE_HTML | NO_CSRF },
	{ POST, "/standin-id/traps", post_traps, ANYONE, .flags = FACE_HTML | NO_CSRF },
	{ GET, "/standin-id/mail", page_mail, ANYONE, .flags = FACE_HTML },
	{ 0 },
};

json_t *people;
static char secrets[DIALECTS][256];
/* Where the page's form may lead: back to the communities' hosts, and where else is configured. */
static char form_action[2048];

static void
read_secrets(void)
{
	static const char *const files[DIALECTS] = { "oidc_client_secret", "idgovua_client_secret",
		"bankid_client_secret" };

	for (int i = 0; i < DIALECTS; i++) {
		size_t n = config_key_file(files[i], (unsigned char *)secrets[i], 1, sizeof secrets[i] - 1);
		secrets[i][n] = '\0';
		secrets[i][strcspn(secrets[i], "\r\n")] = '\0';
	}
}

bool
client_secret_is(enum dialect dialect, const char *secret)
{
	unsigned char given[MAC_BYTES], ours[MAC_BYTES];

	if (str_empty(secret))
		return false;
	crypto_digest(secret, given);
	crypto_digest(secrets[dialect], ours);
	return crypto_same(given, ours, sizeof ours);
}

static void
start(void)
{
	if (!config_on("standin"))
		fatal("standin-id: it may not run here: the configuration lacks standin = 1");
	const char *port = config_get("port");
	snprintf(form_action, sizeof form_action,
	    "http://127.0.0.1:%s http://localhost:%s http://*.localhost:%s %s", port, port, port,
	    config_or("standin_redirects", ""));
	read_secrets();
	provider_open();
	people = demo_open();
}

int
main(int argc, char **argv)
{
	return app_run(&(struct app){ .name = "standin-id", .routes = routes, .without_db = true,
	    .form_action = form_action, .start = start }, argc, argv);
}
