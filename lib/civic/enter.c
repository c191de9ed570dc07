#include "civic/enter.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "civic/community.h"
#include "civic/parked.h"
#include "civic/person.h"
#include "web/i18n.h"
#include "web/problem.h"
#include "web/session.h"

/* "Оксана Б.": enough to see who is logged in on a shared phone. */
static const char *
short_name(struct pool *pool, const struct member *m)
{
	size_t n = 1;

	if (*m->family_name == '\0')
		return str_dup(pool, m->given_name);
	while (((unsigned char)m->family_name[n] & 0xc0) == 0x80)
		n++;
	return str_fmt(pool, "%s %.*s.", m->given_name, (int)n, m->family_name);
}

static void
lay_out(struct request *rq)
{
	json_t *p = rq->page;

	json_object_set_new(p, "now", json_string(clock_iso(rq->pool, time(NULL))));
	json_object_set_new(p, "nav_petitions", json_boolean(strcmp(rq->app->name, "petitions") == 0));
	json_object_set_new(p, "nav_moderation", json_boolean(strcmp(rq->app->name, "moderation") == 0));
	json_object_set_new(p, "nav_moderation_shown", json_false());
	json_object_set_new(p, "me", json_null());
	json_object_set_new(p, "visitor", json_null());
	json_object_set_new(p, "login_url", json_string("/login"));
	json_object_set_new(p, "content_lang", json_string("uk"));
}

bool
civic_enter(struct request *rq)
{
	struct member m;

	lay_out(rq);
	const struct community *c = community_of(rq->db, rq->host);
	if (c == NULL) {
		if (request_failed(rq)) {
			session_load(rq); /* the cookies alone: they sign the form that is to be sent again */
		} else {
			json_object_set_new(rq->page, "community", json_null()); /* the page without its house */
			reply_problem(rq, 421, "unknown-host", _("No community is served under this name."));
		}
		return false;
	}
	rq->community = c;
	rq->community_id = c->id;
	json_object_set_new(rq->page, "community", community_model(rq->pool, c, rq->lang));
	json_object_set_new(rq->page, "rules", json_pack("{s:I, s:I}", "threshold",
	                                           (json_int_t)c->threshold, "term_days",
	                                           (json_int_t)c->term_days));
	session_load(rq);
	if (rq->session.person == 0 || !person_member(rq->db, c->id, rq->session.person, &m))
		return true;
	/* At the counter somebody else sits beside: nobody works there as staff. */
	rq->roles = rq->session.operator != 0 ? m.roles & ~(unsigned)ALL_STAFF : m.roles;
	json_object_set_new(rq->page, "me", json_pack("{s:s, s:s}", "name", short_name(rq->pool, &m), "url",
	                                        "/me"));
	if (rq->session.operator != 0)
		json_object_set_new(rq->page, "visitor", json_pack("{s:s, s:s}", "name",
		    str_fmt(rq->pool, "%s %s", m.family_name, m.given_name), "csrf", csrf_token(rq)));
	json_object_set_new(rq->page, "nav_moderation_shown", 
	    json_boolean((rq->roles & (MODERATOR | CLERK | ADMINISTRATOR)) != 0));
	return true;
}

/* The intent that leads back to the page that was asked for. */
static void
log_in_for(struct request *rq, const char *intent)
{
	if (path_id(rq) > 0)
		reply_see_other(rq, "/login?to=%s&id=%" PRId64, intent, path_id(rq));
	else
		reply_see_other(rq, "/login?to=%s", intent);
}

void
civic_login(struct request *rq)
{
	if (rq->method == POST && (rq->route->flags & PARKS) && csrf_same_origin(rq) && parked_put(rq)) {
		reply_see_other(rq, "/login?to=write");
		return;
	}
	if (rq->method == POST) {
		/* What can't be kept is said, not swallowed. */
		reply_problem(rq, 401, "login-required",
		    _("Your session has ended. Log in, then do this again."));
		return;
	}
	long long id = 0;
	if (rq->route->intent != NULL)
		log_in_for(rq, rq->route->intent);
	else if (str_ends(rq->route->path, "/{id}/sign") && route_match(rq->route->path, rq->path, &id))
		reply_see_other(rq, "/login?to=sign&id=%lld", id);
	else if (strcmp(rq->app->name, "moderation") == 0)
		reply_see_other(rq, "/login?to=moderation");
	else if (strcmp(rq->route->path, "/petitions/new") == 0)
		reply_see_other(rq, "/login?to=write");
	else
		reply_see_other(rq, "/login?to=me");
}
