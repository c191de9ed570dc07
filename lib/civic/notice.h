/*
 * notice: that somebody is to be told of what happened. A row of the outbox is a cause, written in
 * the transaction of what it tells of; `worker post` makes a letter of it for each person
 * (civic/post.h), so no request ever waits for a mail server.
 *
 * The table below says who is told. A new notice is a row here and a view views/mail/NAME.txt with its
 * words (civic/letter.h). A name that is not in the table is a programmer's mistake.
 *
 * What the moderators' desk decides waits NOTICE_WAIT seconds, so that undoing it takes the notice
 * back. Errors are sticky in db.
 */
#ifndef VICHE_CIVIC_NOTICE_H
#define VICHE_CIVIC_NOTICE_H

#include "civic/lifecycle.h"

enum { NOTICE_WAIT = 10 };

enum audience {
	TO_AUTHOR = 1,    /* of the subject, if it has one and wants letters */
	TO_FOLLOWERS = 2, /* who asked for it when signing */
	TO_STAFF = 4,     /* the roles that notice_to_staff() names */
	TO_PERSON = 8,    /* one person, about themselves: where they want letters about what is theirs */
	TO_CLAIM = 16     /* an address that is not confirmed yet: the one letter that goes to such */
};

struct notice {
	const char *name;
	unsigned audiences;
	const char *path; /* where the letter's button leads: a format of the subject's number */
	bool act;         /* the button leads to a civic act, on the other subject: it is amber */
	const char *step; /* the legal step whose term the words name; NULL for none */
};

/* Ends with a row whose name is NULL. */
extern const struct notice notices[];
/* NULL where there is none of that name. */
const struct notice *notice_find(const char *name);

struct cause {
	int64_t community;
	const char *kind;
	int64_t subject;
	int64_t other;            /* a second subject that the words name, or 0 */
	const char *notice;
	const char *operation;    /* the request's id, or NULL */
	const char *reason, *note; /* a reason's code; words to be quoted; or NULL */
	int wait;                 /* seconds */
};

/* Tells of a move: its subject's author, and followers where the table says so. */
void notice_queue(struct db *db, const struct move *move, const char *notice);
/* The same for what is no move. */
void notice_tell(struct db *db, const struct cause *cause);

/* Tells the community's staff who have one of the roles (bits of web/route.h) now. Each call is a
 * letter to each: the caller sees to it that a thing is told once. */
void notice_to_staff(struct db *db, int64_t community, const char *kind, int64_t subject,
    const char *notice, unsigned roles);

/* Tells one person of what concerns them; note: words to be quoted, or NULL. */
void notice_to_person(struct db *db, int64_t community, int64_t person, const char *notice,
    const char *note);

/* Takes back what that operation queued about the subject and what no letter was made of yet; the
 * number of causes. In the transaction that undoes the operation. The program needs the right
 * SELECT (community_id, kind, subject_id, operation, cancelled_at, expanded_at, told_to),
 * UPDATE (cancelled_at) ON outbox. */
int64_t notice_cancel(struct db *db, int64_t community, const char *kind, int64_t subject,
    const char *operation);

#endif
