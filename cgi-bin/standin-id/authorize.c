/* authorize: the page of people to be, and the way back with a code (RFC 6749 §4.1, RFC 7636): one page
 * for the three dialects, whose name is among its hidden fields. */
#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "base/str.h"
#include "civic/demo.h"
#include "grant.h"
#include "standin.h"
#include "trap.h"
#include "web/form.h"
#include "web/i18n.h"
#include "web/problem.h"

/* The request's parameters: read from the address first, from the page's hidden fields then. */
static const char *const names[] = { "client_id", "redirect_uri", "response_type", "scope", "state",
	"nonce", "code_challenge", "code_challenge_method", "ui_locales", "auth_type", "dataset", NULL };

static const char *const dialects[DIALECTS] = { "oidc", "idgovua", "bankid" };

struct ask {
	enum dialect dialect;
	unsigned traps; /* of who was chosen */
	const char *encoded; /* the query or the body that it came in */
	const char *redirect_uri, *state, *nonce, *challenge;
};

static const char *
value(struct request *rq, const struct ask *ask, const char *name)
{
	const char *v = form_raw(rq->pool, ask->encoded, name);

	return v != NULL ? v : "";
}

/* Whether the host is one of this machine's own names. */
static bool
is_local(const char *host)
{
	return str_eq(host, "127.0.0.1") || str_eq(host, "localhost") ||
	    (str_ends(host, ".localhost") &&
	    strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") == strlen(host));
}

static bool
listed(const char *uri)
{
	const char *list = config_or("standin_redirects", "");

	while (*list != '\0') {
		size_t len = strcspn(list, " ");
		if (len > 0 && len == strlen(uri) && strncmp(list, uri, len) == 0)
			return true;
		list += len + (list[len] == ' ');
	}
	return false;
}

static bool
redirect_allowed(struct request *rq, const char *uri)
{
	const char *host = uri + strlen("http://");

	if (strlen(uri) >= sizeof((struct grant *)0)->redirect_uri)
		return false;
	if (listed(uri))
		return true;
	if (!str_starts(uri, "http://"))
		return false;
	size_t len = strcspn(host, ":/");
	return is_local(str_ndup(rq->pool, host, len)) &&
	    str_eq(host + len, str_fmt(rq->pool, ":%s/login/callback", config_get("port")));
}

static void
return_with(struct request *rq, const struct ask *ask, const char *name, const char *result)
{
	const char *state = ask->traps & TRAP_OTHER_STATE ? "another-state" : ask->state;
	const char *iss = ask->traps & TRAP_CALLBACK_ISSUER ? "https://id.example" : provider_issuer();
	const char *url = str_fmt(rq->pool, "%s?%s=%s&state=%s", ask->redirect_uri, name, result,
	    str_url_encode(rq->pool, state));

	if (ask->dialect == DIALECT_OIDC)
		url = str_fmt(rq->pool, "%s&iss=%s", url, str_url_encode(rq->pool, iss));
	reply_leave(rq, url);
}

/* What a dialect wants besides client, address, state and response_type. */
static bool
is_complete(struct request *rq, const struct ask *ask)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_,";
	const char *ways = value(rq, ask, "auth_type");

	switch (ask->dialect) {
	case DIALECT_OIDC:
		return str_eq(value(rq, ask, "code_challenge_method"), "S256") && strlen(ask->challenge) == 43 &&
		    *ask->nonce != '\0' && strlen(ask->nonce) < sizeof((struct grant *)0)->nonce;
	case DIALECT_IDGOVUA:
		return *ways != '\0' && strspn(ways, letters) == strlen(ways);
	case DIALECT_BANKID:
	case DIALECTS: break;
	}
	return true;
}

/* Reads and checks the request; where it is wrong, has replied. A wrong client or address must not
 * be sent anywhere: that one sees a page (RFC 6749 §4.1.2.1). */
static bool
read_ask(struct request *rq, const char *encoded, enum dialect dialect, struct ask *ask)
{
	*ask = (struct ask){ .encoded = encoded, .dialect = dialect };
	ask->redirect_uri = value(rq, ask, "redirect_uri");
	ask->state = value(rq, ask, "state");
	ask->nonce = value(rq, ask, "nonce");
	ask->challenge = value(rq, ask, "code_challenge");
	if (!str_eq(value(rq, ask, "client_id"), STANDIN_CLIENT) ||
	    !redirect_allowed(rq, ask->redirect_uri)) {
		reply_problem(rq, 400, "unknown-client",
		    _("The site that sent you here is not known to this provider."));
		return false;
	}
	if (!str_eq(value(rq, ask, "response_type"), "code")) {
		return_with(rq, ask, "error", "unsupported_response_type");
		return false;
	}
	if (*ask->state == '\0' || !is_complete(rq, ask)) {
		return_with(rq, ask, "error", "invalid_request");
		return false;
	}
	if (str_starts(value(rq, ask, "ui_locales"), "en")) {
		rq->lang = LANG_EN;
		i18n_use(rq->lang);
	}
	return true;
}

static const char *
place(json_t *person)
{
	const char *code = json_string_value(json_object_get(person, "residence_code"));

	return str_eq(code, "UA18040190000029215") ? _("Zhytomyr") : _("Chornomorsk");
}

/* NULL for who is a resident and no more. */
static const char *
role(json_t *person)
{
	json_t *first = json_array_get(json_object_get(person, "roles"), 0);
	const char *name = json_string_value(json_object_get(first, "role"));

	if (str_eq(name, "moderator"))
		return _("moderator");
	if (str_eq(name, "clerk"))
		return _("clerk");
	if (str_eq(name, "administrator"))
		return _("administrator");
	return NULL;
}

static const char *
member(json_t *person, const char *name)
{
	return json_string_value(json_object_get(person, name));
}

static void
show(struct request *rq, const struct ask *ask, const char *typed)
{
	json_t *list = json_array(), *params = json_array(), *person;
	size_t i;

	json_array_foreach(json_object_get(people, "people"), i, person)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?}",
		    "login", member(person, "login"),
		    "name", str_fmt(rq->pool, "%s %s", member(person, "given_name"),
		        member(person, "family_name")),
		    "place", place(person), "role", role(person)));
	for (i = 0; names[i] != NULL; i++)
		json_array_append_new(params, json_pack("{s:s, s:s}", "name", names[i], "value",
		    value(rq, ask, names[i])));
	json_array_append_new(params, json_pack("{s:s, s:s}", "name", "dialect", "value", dialects[ask->dialect]));
	for (int d = 0; d < DIALECTS; d++)
		json_object_set_new(rq->page, dialects[d], json_boolean(d == (int)ask->dialect));
	json_object_set_new(rq->page, "people", list);
	json_object_set_new(rq->page, "params", params);
	json_object_set_new(rq->page, "residents", json_integer(DEMO_RESIDENTS));
	json_object_set_new(rq->page, "unknown", typed != NULL ? json_string(typed) : json_null());
	reply_view(rq, typed != NULL ? 422 : 200, "standin-id/authorize");
}

void
page_authorize(struct request *rq)
{
	struct ask ask;

	if (read_ask(rq, rq->query, DIALECT_OIDC, &ask))
		show(rq, &ask, NULL);
}

void
page_idgovua_authorize(struct request *rq)
{
	struct ask ask;

	if (read_ask(rq, rq->query, DIALECT_IDGOVUA, &ask))
		show(rq, &ask, NULL);
}

void
page_bankid_authorize(struct request *rq)
{
	struct ask ask;

	if (read_ask(rq, rq->query, DIALECT_BANKID, &ask))
		show(rq, &ask, NULL);
}

void
post_authorize(struct request *rq)
{
	const char *name = form_raw(rq->pool, rq->body, "dialect");
	struct grant grant = { 0 }, burnt;
	struct ask ask;

	for (int d = 0; d < DIALECTS; d++)
		if (str_eq(name, dialects[d]))
			grant.dialect = (enum dialect)d;
	if (!read_ask(rq, rq->body, grant.dialect, &ask))
		return;
	if (*value(rq, &ask, "cancel") != '\0') {
		return_with(rq, &ask, "error", "access_denied");
		return;
	}
	const char *login = value(rq, &ask, "person");
	if (strlen(login) >= sizeof grant.login || demo_person(rq->pool, people, login) == NULL) {
		show(rq, &ask, login);
		return;
	}
	snprintf(grant.login, sizeof grant.login, "%s", login);
	snprintf(grant.redirect_uri, sizeof grant.redirect_uri, "%s", ask.redirect_uri);
	snprintf(grant.challenge, sizeof grant.challenge, "%s", ask.challenge);
	snprintf(grant.nonce, sizeof grant.nonce, "%s", ask.nonce);
	ask.traps = trap_of(login);
	const char *code = grant_code(rq->pool, &grant);
	if (code != NULL && (ask.traps & TRAP_USED_CODE))
		grant_redeem(code, grant.dialect, &burnt);
	if (code != NULL)
		return_with(rq, &ask, "code", code);
	else
		return_with(rq, &ask, "error", "temporarily_unavailable");
}
