/*
 * cabinet: a person's own page: their petitions, what they signed, the letters that they get; what is known
 * of them, their sessions, and leaving.
 */
#include "cabinet.h"

#include "civic/enter.h"

static const struct route routes[] = {
	{ GET, "/me", page_me, PERSON, .fields = me_fields },
	{ GET, "/me/residence", page_residence, PERSON, .fields = residence_fields },
	{ POST, "/me/residence", post_residence, PERSON, ALONE, .fields = declared_fields },
	{ POST, "/me/residence/take-back", post_residence_take_back, PERSON, ALONE, .fields = declared_fields },
	{ POST, "/me/contact", post_contact, PERSON, ALONE, .fields = contact_fields },
	{ POST, "/me/contact/remove", post_contact_remove, PERSON, ALONE, .fields = contact_fields },
	{ POST, "/me/notices", post_notices, PERSON, ALONE, .fields = notices_fields },
	{ POST, "/me/petitions/{id}/follow", post_follow, PERSON, .fields = follow_fields },
	{ POST, "/me/petitions/{id}/unfollow", post_unfollow, PERSON, .fields = follow_fields },
	{ GET, "/me/data", page_data, PERSON, ALONE, .fields = data_fields },
	{ GET, "/me/export", page_export, PERSON, FRESH | FACE_HTML, .intent = "export" },
	{ GET, "/me/delete", page_leave, PERSON, FRESH, .fields = leave_fields, .intent = "delete" },
	{ POST, "/me/delete", post_leave, PERSON, FRESH, .fields = left_fields },
	{ GET, "/me/sessions", page_sessions, PERSON, ALONE, .fields = sessions_fields },
	{ POST, "/me/sessions/end", post_sessions_end, PERSON, ALONE, .fields = ended_fields },
	{ POST, "/me/sessions/{id}/end", post_session_end, PERSON, ALONE, .fields = ended_fields },
	{ GET, "/contact/confirm", page_confirm, ANYONE, FACE_HTML },
	{ POST, "/contact/confirm", post_confirm, ANYONE, FACE_HTML },
	{ GET, "/unsubscribe", page_stop, ANYONE, FACE_HTML },
	/* Mail programs press this button by themselves, without cookies (RFC 8058 §3.2): the token in the
	 * address is the proof, and all that it can do is to stop letters. */
	{ POST, "/unsubscribe", post_stop, ANYONE, FACE_HTML | NO_CSRF },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return app_run(
	    &(struct app){ .name = "cabinet", .routes = routes, .enter = civic_enter, .login = civic_login },
	    argc, argv);
}
