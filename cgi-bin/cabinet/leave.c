/* /me/delete: what deleting the account removes and keeps; and doing it. */
#include "cabinet.h"

#include "civic/account.h"
#include "web/form.h"
#include "web/i18n.h"
#include "web/problem.h"
#include "web/session.h"

const struct json_field leave_fields[] = {
	{ "signatures", JSON_KIND_INT, "your signatures whose names are still to be public by law: they and your name beside them stay until then" },
	{ "petitions", JSON_KIND_INT, "petitions that you sent: they stay with your name" },
	{ "drafts", JSON_KIND_INT, "drafts: they go" },
	{ "roles", JSON_KIND_INT, "roles that you have for communities: an account with any is not deleted" },
	{ 0 },
};
const struct json_field left_fields[] = {
	{ "deleted", JSON_KIND_BOOL, "the account is deleted" },
	{ 0 },
};

static const char *const sure[] = { "1", NULL };
static const struct field leave_form[] = {
	{ "sure", FIELD_CHOICE, 1, 1, .choices = sure, .label = N_("I understand what goes and what stays") },
	{ 0 },
};

static bool
show(struct request *rq)
{
	json_t *kept = account_kept(rq->db, rq->session.person);
	static const char *const names[] = { "signatures", "petitions", "drafts", "roles" };

	if (kept == NULL)
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		json_object_set_new(rq->page, str_fmt(rq->pool, "has_%s", names[i]),
		    json_boolean(json_integer_value(json_object_get(kept, names[i])) > 0));
	json_object_update(rq->data, kept);
	return true;
}

/* GET /me/delete */
void
page_leave(struct request *rq)
{
	if (!show(rq))
		return;
	form_show(rq, leave_form, NULL);
	reply_view(rq, 200, "cabinet/delete");
}

/* POST /me/delete */
void
post_leave(struct request *rq)
{
	if (!form_read(rq, leave_form))
		return;
	if (!form_right(rq)) {
		if (!rq->json && !show(rq))
			return;
		form_show(rq, leave_form, NULL);
		reply_invalid(rq, "cabinet/delete");
		return;
	}
	switch (account_leave(rq->db, rq->session.person)) {
	case LEAVE_DONE:
		session_end(rq);
		json_object_set_new(rq->data, "deleted", json_true());
		flash(rq, _("Your account is deleted. Thank you for having been here."));
		reply_see_other(rq, "/");
		break;
	case LEAVE_STAFF:
		reply_problem(rq, 409, "has-roles",
		    _("You have a role in a community. Ask its administrator to end it first, so that nothing is left without hands."));
		break;
	case LEAVE_FAILED: request_fail(rq, "an account could not be deleted"); break;
	}
}
