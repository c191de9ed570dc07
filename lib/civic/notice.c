#include "civic/notice.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "web/route.h"

/* clang-format off */
const struct notice notices[] = {
	/* name                       audiences                  the button's path        an act, step */
	{ "petition-returned",        TO_AUTHOR,                 "/petitions/%lld/edit",  false, NULL },
	{ "petition-refused",         TO_AUTHOR,                 "/petitions/%lld",       false, NULL },
	{ "petition-published",       TO_AUTHOR,                 "/petitions/%lld",       false, NULL },
	{ "petition-reached",         TO_AUTHOR,                 "/petitions/%lld",       false, "start" },
	{ "petition-not-reached",     TO_AUTHOR,                 "/petitions/%lld",       false, NULL },
	{ "petition-appeal",          TO_AUTHOR,                 "/petitions/%lld",       false, "appeal" },
	{ "petition-appeal-answered", TO_AUTHOR | TO_FOLLOWERS,  "/petitions/%lld",       false, NULL },
	{ "petition-in-review",       TO_AUTHOR,                 "/petitions/%lld",       false, "decision" },
	{ "petition-answered",        TO_AUTHOR | TO_FOLLOWERS,  "/petitions/%lld",       false, NULL },
	{ "petition-implementing",    TO_AUTHOR | TO_FOLLOWERS,  "/petitions/%lld",       false, NULL },
	{ "petition-implemented",     TO_AUTHOR | TO_FOLLOWERS,  "/petitions/%lld",       false, NULL },
	{ "petition-suspended",       TO_AUTHOR,                 "/petitions/%lld",       false, NULL },
	{ "petition-resumed",         TO_AUTHOR,                 "/petitions/%lld",       false, NULL },
	{ "petition-hidden",          TO_AUTHOR,                 "/petitions/%lld",       false, NULL },
	{ "petition-restored",        TO_AUTHOR,                 "/petitions/%lld",       false, NULL },
	{ "petition-contest-refused", TO_AUTHOR,                 "/petitions/%lld",       false, NULL },
	{ "petition-withdrawn",       TO_AUTHOR,                 "/petitions/%lld",       false, NULL },
	{ "petition-merged",          TO_AUTHOR | TO_FOLLOWERS,  "/petitions/%lld/sign",  true, NULL },
	{ "merge-proposed",           TO_AUTHOR,                 "/me",                  false, NULL },
	{ "merge-declined",           TO_AUTHOR,                 "/petitions/%lld",       false, NULL },
	{ "merge-withdrawn",          TO_AUTHOR,                 "/petitions/%lld",       false, NULL },
	{ "step-overdue",             TO_STAFF,                  "/moderation",           false, NULL },
	{ "residence-confirmed",      TO_PERSON,                 "/me/residence",         false, NULL },
	{ "residence-declined",       TO_PERSON,                 "/me/residence",         false, NULL },
	{ "residence-ended",          TO_PERSON,                 "/me/residence",         false, NULL },
	{ "contact-confirm",          TO_CLAIM,                  "/contact/confirm",      false, NULL },
	{ NULL, 0, NULL, false, NULL },
};
/* clang-format on */

const struct notice *
notice_find(const char *name)
{
	for (const struct notice *n = notices; n->name != NULL; n++)
		if (strcmp(n->name, name) == 0)
			return n;
	return NULL;
}

static void
tell_author(struct db *db, const struct cause *c)
{
	SQL(tell_author, "INSERT INTO outbox (community_id, audience, person_id, notice, kind, subject_id, "
	                 "other_id, operation, reason, note, not_before) "
	                 "SELECT community_id, 'author', author_id, ?, ?, id, ?, ?, ?, ?, "
	                 "UTC_TIMESTAMP() + INTERVAL ? SECOND FROM petition "
	                 "WHERE id = ? AND community_id = ? AND author_id IS NOT NULL");

	db_exec(db, &tell_author,
	    ARGS(TEXT(c->notice), TEXT(c->kind), c->other != 0 ? INT(c->other) : NUL, TEXT(c->operation),
	        TEXT(c->reason), TEXT(c->note), INT(c->wait), INT(c->subject), INT(c->community)));
}

static void
tell_followers(struct db *db, const struct cause *c)
{
	SQL(tell_followers, "INSERT INTO outbox (community_id, audience, notice, kind, subject_id, other_id, "
	                    "operation, reason, note, not_before) VALUES (?, 'followers', ?, ?, ?, ?, ?, ?, ?, "
	                    "UTC_TIMESTAMP() + INTERVAL ? SECOND)");

	db_exec(db, &tell_followers,
	    ARGS(INT(c->community), TEXT(c->notice), TEXT(c->kind), INT(c->subject),
	        c->other != 0 ? INT(c->other) : NUL, TEXT(c->operation), TEXT(c->reason), TEXT(c->note),
	        INT(c->wait)));
}

void
notice_tell(struct db *db, const struct cause *c)
{
	const struct notice *n = notice_find(c->notice);

	assert(n != NULL && strcmp(c->kind, "petition") == 0);
	if (n->audiences & TO_AUTHOR)
		tell_author(db, c);
	if (n->audiences & TO_FOLLOWERS)
		tell_followers(db, c);
}

void
notice_queue(struct db *db, const struct move *m, const char *notice)
{
	notice_tell(db, &(struct cause){ .community = m->community, .kind = m->kind, .subject = m->subject,
	                    .notice = notice, .operation = m->operation, .reason = m->reason, .note = m->note,
	                    .wait = strcmp(m->program, "moderation") == 0 ? NOTICE_WAIT : 0 });
}

void
notice_to_staff(struct db *db, int64_t community, const char *kind, int64_t subject,
    const char *notice, unsigned roles)
{
	SQL(tell_staff, "INSERT INTO outbox (community_id, audience, roles, notice, kind, subject_id) "
	                "VALUES (?, 'staff', ?, ?, ?, ?)");
	const struct notice *n = notice_find(notice);
	char names[60] = "";

	assert(n != NULL && (n->audiences & TO_STAFF) && (roles & (MODERATOR | CLERK | ADMINISTRATOR)));
	snprintf(names, sizeof names, "%s%s%s", roles & MODERATOR ? "moderator," : "",
	    roles & CLERK ? "clerk," : "", roles & ADMINISTRATOR ? "administrator," : "");
	names[strlen(names) - 1] = '\0';
	db_exec(db, &tell_staff,
	    ARGS(INT(community), TEXT(names), TEXT(notice), TEXT(kind), INT(subject)));
}

void
notice_to_person(struct db *db, int64_t community, int64_t person, const char *notice, const char *note)
{
	SQL(tell_person, "INSERT INTO outbox (community_id, audience, person_id, notice, kind, subject_id, note) "
	                 "VALUES (?, 'person', ?, ?, 'person', ?, ?)");
	const struct notice *n = notice_find(notice);

	assert(n != NULL && (n->audiences & TO_PERSON));
	db_exec(db, &tell_person, ARGS(INT(community), INT(person), TEXT(notice), INT(person), TEXT(note)));
}

int64_t
notice_cancel(struct db *db, int64_t community, const char *kind, int64_t subject,
    const char *operation)
{
	SQL(cancel_notices, "UPDATE outbox SET cancelled_at = UTC_TIMESTAMP() WHERE community_id = ? AND kind = ? "
	                    "AND subject_id = ? AND operation = ? AND cancelled_at IS NULL "
	                    "AND expanded_at IS NULL AND told_to = 0");

	return db_exec(db, &cancel_notices,
	    ARGS(INT(community), TEXT(kind), INT(subject), TEXT(operation)));
}
