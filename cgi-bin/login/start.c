/* GET /login and POST /login/start: an attempt begins. */
#include "login.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "base/log.h"
#include "civic/community.h"
#include "civic/parked.h"
#include "civic/petition.h"
#include "web/form.h"
#include "web/i18n.h"
#include "web/problem.h"
#include "web/session.h"

enum { ATTEMPT_LIFE = 600 };

static const struct intent intents[] = {
	{ "sign", "/petitions", true },
	{ "write", "/petitions/new", false },
	{ "moderation", "/moderation", false },
	{ "me", "/me", false },
	{ .name = "settings", .path = "/moderation/settings", .fresh = true },
	{ .name = "districts", .path = "/moderation/settings/districts", .fresh = true },
	{ .name = "calendar", .path = "/moderation/settings/calendar", .fresh = true },
	{ .name = "staff", .path = "/moderation/settings/staff", .fresh = true },
	{ .name = "units", .path = "/moderation/settings/units", .fresh = true },
	{ .name = "pause", .path = "/moderation/settings/pause", .fresh = true },
	{ .name = "owner", .path = "/moderation/administrators", .fresh = true },
	{ "none", "/", false },
};

const struct intent *
intent_find(const char *name)
{
	size_t i = 0;

	while (i < sizeof intents / sizeof *intents - 1 && !str_eq(intents[i].name, name))
		i++;
	return &intents[i];
}

const char *
intent_path(struct request *rq, const struct intent *intent, int64_t id)
{
	return intent->numbered && id > 0 ? str_fmt(rq->pool, "/petitions/%lld/sign", (long long)id) : intent->path;
}

const struct idp *
provider_of(struct request *rq, const char *id)
{
	const struct idp *list[IDP_MAX];

	if (!str_empty(id))
		return idp_find(rq->community->name, id);
	return idp_list(rq->community->name, list) > 0 ? list[0] : NULL;
}

const char *
callback_url(struct request *rq)
{
	return str_fmt(rq->pool, "%s/login/callback", request_origin(rq));
}

static json_t *
petition_model(struct request *rq, const struct intent *intent, int64_t id)
{
	json_t *p = intent->numbered ? petition_find(rq->db, rq->community_id, id, 0, false) : NULL;

	if (p == NULL)
		return json_null();
	return json_pack("{s:I, s:O, s:O}", "id", (json_int_t)id, "title", json_object_get(p, "title"),
	    "content_lang", json_object_get(p, "lang"));
}

void
show_login(struct request *rq, int status, const struct intent *intent, int64_t id, const char *error)
{
	static const char *const errors[] = { "unreachable", "refused", "cancelled", "weak", "stale",
		"unsealed", "numberless", "expired", "other" };
	bool sign = str_eq(intent->name, "sign"), write = str_eq(intent->name, "write");
	json_t *flags = json_object();
	int64_t subject;

	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		json_object_set_new(flags, errors[i], json_boolean(str_eq(errors[i], error)));
	json_object_set_new(rq->page, "error", error != NULL ? flags : json_null());
	json_object_set_new(rq->page, "intent",
	    json_pack("{s:b, s:b, s:b, s:o}", "sign", sign, "write", write, "none", !sign && !write,
	        "petition", petition_model(rq, intent, id)));
	const struct idp *first = provider_of(rq, NULL);
	json_object_set_new(rq->page, "provider",
	    json_pack("{s:s}", "label", first != NULL ? first->title[rq->lang] : ""));
	json_object_set_new(rq->page, "fresh", json_boolean(intent->fresh && rq->session.person != 0));
	json_object_set_new(rq->page, "to", json_string(intent->name));
	json_object_set_new(rq->page, "id", json_string(str_fmt(rq->pool, "%lld", (long long)id)));
	json_object_set_new(rq->page, "parked", json_boolean(write && parked_peek(rq, &subject) != NULL));
	json_object_set_new(rq->page, "csrf", json_string(csrf_token(rq)));
	reply_view(rq, status, "login/index");
}

void
page_login(struct request *rq)
{
	const struct intent *intent = intent_find(query_text(rq, "to"));
	int64_t id = query_int(rq, "id", 0, INT64_MAX, 0);

	if (rq->session.person != 0 && (!intent->fresh || session_fresh(rq))) {
		reply_see_other(rq, "%s", intent_path(rq, intent, id));
		return;
	}
	show_login(rq, 200, intent, id, NULL);
}

static const struct field start_fields[] = {
	{ "to", FIELD_LINE, 0, 20, .label = N_("Intent") },
	{ "id", FIELD_LINE, 0, 18, .pattern = "[0-9]*", .label = N_("Number") },
	{ 0 },
};

void
post_start(struct request *rq)
{
	SQL(new_attempt, "INSERT INTO login_attempt (state_hash, community_id, nonce, verifier, intent, "
	                 "intent_id, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)");
	SQL(sweep_attempts, "DELETE FROM login_attempt WHERE expires_at < ? LIMIT 200");
	unsigned char hash[MAC_BYTES];
	const char *url = NULL;

	if (!form_read(rq, start_fields))
		return;
	const struct intent *intent = intent_find(form_text(rq, "to"));
	int64_t id = form_right(rq) ? strtoll(form_text(rq, "id"), NULL, 10) : 0;
	const struct idp *idp = provider_of(rq, NULL);
	struct idp_attempt attempt = idp_begin(rq->pool);
	attempt.redirect_uri = callback_url(rq);
	attempt.ui_locale = rq->lang == LANG_EN ? "en" : "uk";
	attempt.begun = time(NULL);
	if (idp == NULL || idp->dialect->authorize(rq->pool, idp, &attempt, &url) != IDP_DONE) {
		log_error("login", "the provider does not answer");
		show_login(rq, 503, intent, id, "unreachable");
		return;
	}
	crypto_digest(attempt.state, hash);
	int64_t now = time(NULL);
	db_exec(rq->db, &sweep_attempts, ARGS(INT(now)));
	db_exec(rq->db, &new_attempt,
	    ARGS(BYTES(hash, sizeof hash), INT(rq->community_id), TEXT(attempt.nonce), TEXT(attempt.verifier),
	        TEXT(intent->name), INT(id), INT(now + ATTEMPT_LIFE)));
	reply_cookie(rq, cookie_name(rq, "attempt"), attempt.state, ATTEMPT_LIFE);
	reply_leave(rq, url);
}
