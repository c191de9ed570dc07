/*
 * standin-id: a small OpenID provider for demonstrations and tests, who asks nobody for a secret:
 * its page lists invented people to be. It refuses to start on an installed site.
 *
 * One process: codes and access tokens live in its memory (grant.h).
 */
#include "standin.h"

#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"
#include "base/str.h"
#include "civic/demo.h"
#include "web/app.h"

/* The POSTs carry no token of ours: one comes from a page that acts for nobody yet and is bound to
 * the asking site by state, nonce and PKCE; the other from that site's server, with its secret. */
static const struct route routes[] = {
	{ GET, "/standin-id/.well-known/openid-configuration", page_discovery, ANYONE,
	    .flags = FACE_HTML },
	{ GET, "/standin-id/jwks", page_jwks, ANYONE, .flags = FACE_HTML },
	{ GET, "/standin-id/authorize", page_authorize, ANYONE, .flags = FACE_HTML },
	{ POST, "/standin-id/authorize", post_authorize, ANYONE, .flags = FACE_HTML | NO_CSRF },
	{ POST, "/standin-id/token", post_token, ANYONE, .flags = FACE_HTML | NO_CSRF },
	{ GET, "/standin-id/userinfo", page_userinfo, ANYONE, .flags = FACE_HTML },
	{ GET, "/standin-id/mail", page_mail, ANYONE, .flags = FACE_HTML },
	{ 0 },
};

json_t *people;
char client_secret[256];
/* Where the page's form may lead: back to the communities' hosts, and where else is configured. */
static char form_action[2048];

static void
read_secret(void)
{
	size_t n = config_key_file("oidc_client_secret", (unsigned char *)client_secret, 1,
	    sizeof client_secret - 1);

	client_secret[n] = '\0';
	client_secret[strcspn(client_secret, "\r\n")] = '\0';
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
	read_secret();
	provider_open();
	people = demo_open();
}

int
main(int argc, char **argv)
{
	return app_run(&(struct app){ .name = "standin-id", .routes = routes, .without_db = true,
	    .form_action = form_action, .start = start }, argc, argv);
}
