/* What this reader can do with a petition now: the panel beside its text, and the links to share it. */
#include "petitions.h"

#include <inttypes.h>

#include "civic/community.h"
#include "civic/petition.h"

static const char *
text(json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

static bool
is(json_t *row, const char *name)
{
	return json_is_true(json_object_get(row, name));
}

static bool
has(json_t *row, const char *name)
{
	json_t *value = json_object_get(row, name);

	return value != NULL && !json_is_null(value);
}

static void
flag(struct request *rq, const char *name, bool on)
{
	json_object_set_new(rq->page, name, json_boolean(on));
}

enum residence_verdict
signer_verdict(const struct request *rq, json_t *p)
{
	if (str_eq(text(p, "who_may_sign"), "identified"))
		return RESIDENCE_FITS;
	return residence_verdict(rq->db, rq->community_id, rq->session.person, text(p, "residence_kinds"),
	    text(p, "residence_categories"));
}

bool
may_sign(const struct request *rq, json_t *p)
{
	return rq->session.person != 0 && str_eq(text(p, "state"), "collecting") && !has(p, "signed_at") &&
	    !has(p, "signature_withdrawn_at") && rq->community->pause_reason == NULL &&
	    signer_verdict(rq, p) == RESIDENCE_FITS;
}

bool
may_withdraw_signature(const struct request *rq, json_t *p)
{
	return has(p, "signed_at") && str_eq(text(p, "state"), "collecting") && is(p, "signature_withdrawal") &&
	    rq->community->pause_reason == NULL;
}

bool
may_withdraw(json_t *p)
{
	const char *state = text(p, "state");
	int64_t others = json_integer_value(json_object_get(p, "signature_count")) - (has(p, "signed_at") ? 1 : 0);

	if (!is(p, "mine"))
		return false;
	if (str_eq(state, "collecting"))
		return is(p, "author_withdrawal") && others <= 0;
	return str_eq(state, "draft") || str_eq(state, "submitted") || str_eq(state, "returned");
}

bool
may_contest(json_t *p)
{
	return is(p, "mine") && str_eq(text(p, "state"), "refused") && !has(p, "contested_at");
}

/* Where the rules let a signer go without a public name, the form asks; the ground stands beside it. */
void
show_hiding(struct request *rq, json_t *p)
{
	const char *ground = text(p, "hide_ground");

	flag(rq, "may_hide_name", is(p, "hide_on_request"));
	flag(rq, "hides_minors", is(p, "hide_minors"));
	json_object_set_new(rq->page, "hide_ground",
	    str_empty(ground) ? json_null() : json_string(ground));
}

static void
show_signing(struct request *rq, json_t *p)
{
	bool open = str_eq(text(p, "state"), "collecting"), anyone = rq->session.person == 0;
	bool paused = rq->community->pause_reason != NULL;
	bool done = has(p, "signed_at") || has(p, "signature_withdrawn_at");
	bool asks = open && !anyone && !done && !paused;
	enum residence_verdict verdict = asks ? signer_verdict(rq, p) : RESIDENCE_FITS;

	flag(rq, "panel_paused", open && paused && !done);
	flag(rq, "panel_anonymous", open && anyone && !paused);
	flag(rq, "panel_sign", asks && verdict == RESIDENCE_FITS);
	flag(rq, "panel_not_resident", verdict != RESIDENCE_FITS);
	json_object_set_new(rq->page, "residence_reason", json_string(residence_reason(verdict)));
	json_object_set_new(rq->page, "residence_advice",
	    json_string(residence_advice(verdict, text(p, "residence_kinds"))));
	flag(rq, "may_withdraw_signature", may_withdraw_signature(rq, p));
	json_object_set(rq->page, "signed_at", json_object_get(p, "signed_at"));
	json_object_set(rq->page, "signature_withdrawn_at", json_object_get(p, "signature_withdrawn_at"));
	show_hiding(rq, p);
}

/* The petition that this one was joined to; its signers are invited to sign that one. */
static void
show_merged(struct request *rq, json_t *p)
{
	int64_t into = json_integer_value(json_object_get(p, "merged_into"));
	json_t *other = into != 0 ? petition_find(rq->db, rq->community_id, into, rq->session.person, false) : NULL;

	if (other == NULL) {
		json_object_set_new(rq->page, "merged", json_null());
		return;
	}
	json_object_set_new(rq->page, "merged",
	    json_pack("{s:I, s:O, s:b, s:b}", "id", (json_int_t)into, "title", json_object_get(other, "title"),
	        "may_sign", has(p, "signed_at") && may_sign(rq, other), "is_signed", has(other, "signed_at")));
}

void
show_panel(struct request *rq, json_t *p)
{
	const char *state = text(p, "state");
	bool mine = is(p, "mine");
	bool may_edit = mine && (str_eq(state, "draft") || str_eq(state, "returned"));

	show_signing(rq, p);
	show_merged(rq, p);
	flag(rq, "mine", mine);
	flag(rq, "may_edit", may_edit);
	flag(rq, "may_submit", may_edit);
	flag(rq, "may_withdraw", may_withdraw(p));
	flag(rq, "may_contest", may_contest(p));
	flag(rq, "was_contested", has(p, "contested_at"));
	json_object_set_new(rq->page, "remarks",
	    mine && str_eq(state, "returned")
	        ? json_pack("{s:O, s:O}", "text", json_object_get(p, "remarks"), "at",
	              json_object_get(p, "decided_at"))
	        : json_null());
}

/* Addresses that lead to others' sites when a reader follows them, and tell nobody before that. */
void
show_share(struct request *rq, json_t *p)
{
	int64_t id = json_integer_value(json_object_get(p, "id"));
	const char *address = str_fmt(rq->pool, "%s/petitions/%" PRId64, request_origin(rq), id);
	const char *title = text(p, "title");
	const char *words = str_url_encode(rq->pool, title), *at = str_url_encode(rq->pool, address);
	const char *both = str_url_encode(rq->pool, str_fmt(rq->pool, "%s %s", title, address));

	json_object_set_new(rq->page, "share",
	    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "address", address, "telegram",
	        str_fmt(rq->pool, "https://t.me/share/url?url=%s&text=%s", at, words), "viber",
	        str_fmt(rq->pool, "viber://forward?text=%s", both), "whatsapp",
	        str_fmt(rq->pool, "https://wa.me/?text=%s", both), "facebook",
	        str_fmt(rq->pool, "https://www.facebook.com/sharer/sharer.php?u=%s", at), "mail",
	        str_fmt(rq->pool, "mailto:?subject=%s&body=%s", words, at)));
}
