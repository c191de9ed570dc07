/* POST /me/…: where and about what one gets letters. */
#include "cabinet.h"

#include "civic/contact.h"
#include "civic/follow.h"
#include "web/form.h"
#include "web/i18n.h"
#include "web/mail.h"
#include "web/problem.h"

static const char *const on[] = { "1", NULL };
static const char *const langs[] = { "uk", "en", NULL };

static const struct field address_form[] = {
	{ "email", FIELD_LINE, 1, MAIL_ADDRESS_MAX, .label = N_("E-mail address") },
	{ 0 },
};
static const struct field notices_form[] = {
	{ "author_notices", FIELD_CHOICE, 0, 1, .choices = on, .label = N_("Letters about my petitions") },
	{ "staff_notices", FIELD_CHOICE, 0, 1, .choices = on, .label = N_("Letters about overdue steps") },
	{ "lang", FIELD_CHOICE, 1, 2, .choices = langs, .label = N_("Language of the letters") },
	{ 0 },
};

void
show_letters(struct request *rq, json_t *contact)
{
	json_t *pending = json_object_get(contact, "pending"), *email = json_object_get(contact, "email");
	bool en = str_eq(json_string_value(json_object_get(contact, "lang")), "en");

	form_show(rq, address_form,
	    json_pack("{s:s}", "email", json_is_string(pending) ? json_string_value(pending)
	        : json_is_string(email) ? json_string_value(email) : ""));
	json_object_set_new(rq->page, "letters_in_uk", json_boolean(!en));
	json_object_set_new(rq->page, "letters_in_en", json_boolean(en));
}

const struct json_field contact_fields[] = {
	{ "pending", JSON_KIND_TEXT, "the address to which a letter for confirmation goes, or null" },
	{ 0 },
};

/* POST /me/contact */
void
post_contact(struct request *rq)
{
	if (!form_read(rq, address_form))
		return;
	const char *email = form_text(rq, "email");
	if (form_right(rq) && !mail_address(email))
		form_error(rq, "email", _("This is no e-mail address. Write it as name@example.com."));
	if (!form_right(rq)) {
		if (!rq->json && show_me(rq)) {
			show_letters(rq, json_object_get(rq->data, "contact"));
			form_show(rq, address_form, NULL);
		}
		reply_invalid(rq, "cabinet/me");
		return;
	}
	switch (contact_ask(rq->db, rq->community_id, rq->session.person, email, rq->lang)) {
	case CONTACT_DONE:
		json_object_set_new(rq->data, "pending", json_string(email));
		flash(rq, _("A letter is on its way. Open it and confirm the address."));
		reply_see_other(rq, "/me");
		break;
	case CONTACT_TOO_MANY:
		reply_problem(rq, 429, "too-many-letters",
		    _("Too many letters for confirmation were asked for. Look into your mailbox, or come back "
		      "tomorrow."));
		break;
	case CONTACT_USED:
	case CONTACT_EXPIRED:
	case CONTACT_UNKNOWN:
	case CONTACT_FAILED: request_fail(rq, "an address could not be asked for"); break;
	}
}

/* POST /me/contact/remove */
void
post_contact_remove(struct request *rq)
{
	contact_remove(rq->db, rq->session.person);
	json_object_set_new(rq->data, "pending", json_null());
	flash(rq, _("Your address is removed. You get no letters any more."));
	reply_see_other(rq, "/me");
}

const struct json_field notices_fields[] = {
	{ "author_notices", JSON_KIND_BOOL, "you get letters about your own petitions" },
	{ "staff_notices", JSON_KIND_BOOL, "of the staff: you get letters about overdue steps" },
	{ "lang", JSON_KIND_TEXT, "the letters' language" },
	{ 0 },
};

/* POST /me/notices */
void
post_notices(struct request *rq)
{
	if (!form_read(rq, notices_form))
		return;
	if (!form_right(rq)) {
		if (!rq->json && show_me(rq))
			show_letters(rq, json_object_get(rq->data, "contact"));
		reply_invalid(rq, "cabinet/me");
		return;
	}
	struct contact_wishes w = { .author = *form_text(rq, "author_notices") != '\0',
		.staff = *form_text(rq, "staff_notices") != '\0',
		.lang = str_eq(form_text(rq, "lang"), "en") ? LANG_EN : LANG_UK };
	contact_wish(rq->db, rq->session.person, &w);
	json_object_set_new(rq->data, "author_notices", json_boolean(w.author));
	json_object_set_new(rq->data, "staff_notices", json_boolean(w.staff));
	json_object_set_new(rq->data, "lang", json_string(form_text(rq, "lang")));
	flash(rq, _("Saved."));
	reply_see_other(rq, "/me");
}

const struct json_field follow_fields[] = {
	{ "id", JSON_KIND_INT, "number of the petition" },
	{ "followed", JSON_KIND_BOOL, "you get letters about its answer" },
	{ 0 },
};

static void
answer(struct request *rq, bool followed, const char *message)
{
	json_object_set_new(rq->data, "id", json_integer(path_id(rq)));
	json_object_set_new(rq->data, "followed", json_boolean(followed));
	flash(rq, message);
	reply_see_other(rq, "/me");
}

/* POST /me/petitions/{id}/follow */
void
post_follow(struct request *rq)
{
	if (!follow_begin(rq->db, rq->community_id, path_id(rq), rq->session.person)) {
		if (!request_failed(rq))
			reply_not_found(rq);
		return;
	}
	answer(rq, true,
	    contact_works(rq->db, rq->session.person)
	        ? _("You will get a letter when this petition is answered.")
	        : _("To get letters, add your e-mail address on this page."));
}

/* POST /me/petitions/{id}/unfollow */
void
post_unfollow(struct request *rq)
{
	follow_end(rq->db, rq->community_id, path_id(rq), rq->session.person);
	answer(rq, false, _("You get no more letters about this petition."));
}
