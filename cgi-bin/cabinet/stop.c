/* /unsubscribe: the link of a letter, for people and for mail programs (RFC 8058). A GET only shows what
 * would be stopped. No login: who holds the letter may stop such letters. */
#include "cabinet.h"

#include "civic/contact.h"
#include "civic/follow.h"
#include "civic/mail_token.h"
#include "web/session.h"

static json_t *
petition_of(struct request *rq, const struct stop *s)
{
	SQL(title_of, "SELECT id, IF(state = 'hidden', NULL, title) AS title, lang AS content_lang FROM petition WHERE id = ? AND community_id = ?");
	json_t *row = s->kind == STOP_FOLLOW
	    ? db_row(rq->db, &title_of, ARGS(INT(s->petition), INT(rq->community_id)))
	    : NULL;

	return row != NULL ? row : json_null();
}

static void
show(struct request *rq, const struct stop *s, bool done)
{
	json_object_set_new(rq->page, "unknown", json_boolean(s == NULL));
	json_object_set_new(rq->page, "author", json_boolean(s != NULL && s->kind == STOP_AUTHOR));
	json_object_set_new(rq->page, "staff", json_boolean(s != NULL && s->kind == STOP_STAFF));
	json_object_set(rq->page, "petition", s != NULL ? petition_of(rq, s) : json_null());
	json_object_set_new(rq->page, "done", json_boolean(done));
	json_object_set_new(rq->page, "asks", json_boolean(s != NULL && !done));
	json_object_set_new(rq->page, "token", s != NULL ? json_string(query_text(rq, "t")) : json_null());
	json_object_set_new(rq->page, "csrf", json_string(csrf_token(rq)));
	reply_view(rq, s == NULL ? 404 : 200, "cabinet/stop");
}

void
page_stop(struct request *rq)
{
	struct stop s;

	show(rq, stop_read(rq->pool, rq->community_id, query_text(rq, "t"), &s) ? &s : NULL, false);
}

void
post_stop(struct request *rq)
{
	struct stop s;

	if (!stop_read(rq->pool, rq->community_id, query_text(rq, "t"), &s)) {
		show(rq, NULL, false);
		return;
	}
	switch (s.kind) {
	case STOP_AUTHOR: contact_stop_author(rq->db, s.person); break;
	case STOP_STAFF: contact_stop_staff(rq->db, s.person); break;
	case STOP_FOLLOW: follow_end(rq->db, rq->community_id, s.petition, s.person); break;
	}
	if (!request_failed(rq))
		show(rq, &s, true);
}
