/*
 * login: who is there. Login through the identity provider, logout, and GET /api/v1/session.
 */
#include "login.h"

#include "base/log.h"
#include "civic/enter.h"
#include "civic/person.h"
#include "web/page.h"
#include "web/i18n.h"
#include "web/session.h"

static void
post_logout(struct request *rq)
{
	if (rq->session.operator != 0) {
		post_counter_end(rq);
		return;
	}
	session_end(rq);
	json_object_set_new(rq->data, "logged_in", json_false());
	flash(rq, _("You are logged out."));
	reply_see_other(rq, "/");
}

static void
page_session(struct request *rq)
{
	struct member m;
	json_t *roles = json_array();

	if (rq->session.person != 0 && person_member(rq->db, rq->community_id, rq->session.person, &m)) {
		static const struct {
			unsigned bit;
			const char *name;
		} names[] = { { RESIDENT, "resident" }, { MODERATOR, "moderator" }, { CLERK, "clerk" },
			{ ADMINISTRATOR, "administrator" }, { EXPERT, "expert" }, { OPERATOR, "operator" },
			{ BODY, "body" }, { OWNER, "owner" } };
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (rq->roles & names[i].bit)
				json_array_append_new(roles, json_string(names[i].name));
		json_object_set_new(rq->data, "name",
		    json_string(str_fmt(rq->pool, "%s %s", m.given_name, m.family_name)));
	} else {
		json_object_set_new(rq->data, "name", json_null());
	}
	json_object_set_new(rq->data, "logged_in", json_boolean(rq->session.person != 0));
	json_object_set_new(rq->data, "roles", roles);
	json_object_set_new(rq->data, "csrf_token", json_string(csrf_token(rq)));
	reply_view(rq, 200, "");
}

static const struct json_field session_fields[] = {
	{ "logged_in", JSON_KIND_BOOL, "somebody is logged in" },
	{ "name", JSON_KIND_TEXT, "who, or null" },
	{ "roles", JSON_KIND_LIST, "resident, moderator, clerk, administrator, expert, operator, body: in this community; owner: of the installation" },
	{ "csrf_token", JSON_KIND_TEXT, "send it as X-CSRF-Token with every POST" },
	{ 0 },
};

static const struct json_field logout_fields[] = {
	{ "logged_in", JSON_KIND_BOOL, "false" },
	{ 0 },
};

static const struct route routes[] = {
	{ GET, "/login", page_login, ANYONE, FACE_HTML },
	{ POST, "/login/start", post_start, ANYONE, FACE_HTML },
	{ GET, "/login/go", page_go, ANYONE, FACE_HTML },
	{ GET, "/login/callback", page_callback, ANYONE, FACE_HTML },
	{ GET, "/login/arrive", page_arrive, ANYONE, FACE_HTML },
	{ POST, "/logout", post_logout, PERSON, .fields = logout_fields },
	{ GET, "/counter", page_counter, OPERATOR, FACE_HTML | FRESH, .intent = "counter" },
	{ POST, "/counter", post_counter, OPERATOR, FACE_HTML | FRESH },
	/* Also where the visitor's session ended by itself and nobody is logged in. */
	{ GET, "/counter/end", page_counter_end, ANYONE, FACE_HTML },
	{ POST, "/counter/end", post_counter_end, ANYONE, FACE_HTML },
	{ GET, "/counter/sheets", page_sheets, OPERATOR, FACE_HTML, .intent = "sheets" },
	{ POST, "/counter/sheets", post_sheets, OPERATOR, FACE_HTML },
	{ GET, "/counter/sheets/{id}", page_sheet, OPERATOR, FACE_HTML, .intent = "sheets" },
	{ POST, "/counter/sheets/{id}/rows", post_rows, OPERATOR, FACE_HTML },
	{ POST, "/counter/sheets/{id}/check", post_check, OPERATOR, FACE_HTML },
	{ POST, "/counter/sheets/{id}/strike", post_strike, OPERATOR, FACE_HTML },
	{ GET, "/session", page_session, ANYONE, FACE_JSON, .fields = session_fields },
	{ 0 },
};

static struct app app = { .name = "login", .routes = routes, .enter = civic_enter, .login = civic_login };

static void
start(void)
{
	const struct idp *idp;

	idp_open();
	for (size_t i = 0; (idp = idp_at(i)) != NULL; i++)
		if (idp->logo != NULL && page_asset(idp->logo) == NULL)
			fatal("the identity provider %s: there is no views/static/%s.svg", idp->id, idp->logo);
	app.form_action = idp_origins();
}

int
main(int argc, char **argv)
{
	app.start = start;
	return app_run(&app, argc, argv);
}
