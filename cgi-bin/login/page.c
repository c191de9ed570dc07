/* GET /login: the choice of a provider, and what became of a login. */
#include "civic/community.h"
#include "civic/parked.h"
#include "civic/petition.h"
#include "login.h"
#include "web/page.h"
#include "web/session.h"

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
	{ .name = "counter", .path = "/counter", .fresh = true },
	{ "sheets", "/counter/sheets", false },
	{ .name = "export", .path = "/me/export", .fresh = true },
	{ .name = "delete", .path = "/me/delete", .fresh = true },
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

static json_t *
petition_model(struct request *rq, const struct intent *intent, int64_t id)
{
	json_t *p = intent->numbered ? petition_find(rq->db, rq->community_id, id, 0, false) : NULL;

	if (p == NULL)
		return json_null();
	return json_pack("{s:I, s:O, s:O}", "id", (json_int_t)id, "title", json_object_get(p, "title"),
	    "content_lang", json_object_get(p, "lang"));
}

static json_t *
providers_model(struct request *rq)
{
	const struct idp *list[IDP_MAX];
	size_t n = idp_list(rq->community->name, list);
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(all, json_pack("{s:s, s:s, s:s?}", "id", list[i]->id, "title",
		    list[i]->title[rq->lang], "logo", list[i]->logo != NULL ? page_asset(list[i]->logo) : NULL));
	return all;
}

void
show_login(struct request *rq, int status, const struct intent *intent, int64_t id, const char *error)
{
	static const char *const errors[] = { "unreachable", "refused", "cancelled", "weak", "stale",
		"unsealed", "numberless", "expired", "busy",
		"other" };
	bool sign = str_eq(intent->name, "sign"), write = str_eq(intent->name, "write");
	json_t *flags = json_object();
	int64_t subject;

	/* The page's own links (to another language, a larger text) lead to the choice of a provider again: a
	 * callback's address, with its code and state, is not repeated, and where a form was sent no page is. */
	rq->path = "/login";
	rq->query = str_fmt(rq->pool, "to=%s&id=%lld", intent->name, (long long)id);
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		json_object_set_new(flags, errors[i], json_boolean(str_eq(errors[i], error)));
	json_object_set_new(rq->page, "error", error != NULL ? flags : json_null());
	json_object_set_new(rq->page, "intent",
	    json_pack("{s:b, s:b, s:b, s:o}", "sign", sign, "write", write, "none", !sign && !write,
	        "petition", petition_model(rq, intent, id)));
	json_t *providers = providers_model(rq);
	json_object_set_new(rq->page, "providers", providers);
	json_object_set_new(rq->page, "several", json_boolean(json_array_size(providers) > 1));
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
