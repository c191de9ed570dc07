/*
 * post: letters, from the causes in the outbox (civic/notice.h) to the mail server. Run by `worker post`
 * alone, under its lease; each function is one bounded step, safe to repeat and to be killed anywhere.
 *
 * A cause becomes a letter for each person (UNIQUE (cause, person)), in batches whose end is written in
 * the same transaction. A letter has its Message-ID from that moment, so every attempt is the same
 * message. Its states:
 *
 *	waiting    for its time (next_at)
 *	open       a conversation about it is under way, and its end is not out: after a crash it waits again
 *	sending    its end was about to go out: after a crash nobody knows, so it becomes uncertain
 *	sent       the server has it
 *	bounced    the mailbox is refused for good: the address gets nothing more (civic/contact.h)
 *	failed     the message is refused for good, or LETTER_DAYS of trying are over
 *	uncertain  never sent again by itself; logged, and listed by `manage mail`, which can send it again
 *	           under the same Message-ID, by which a mailbox may drop the repetition
 *	dropped    the address is gone, or the person wants no such letters any more
 *
 * So a crash between two letters repeats none and loses none. What is left is what SMTP cannot promise
 * (web/smtp.h): the moment between the final dot and the server's answer. A process that lost its lease
 * while it was frozen can do no harm: it may send the end only of a letter that it still has open.
 *
 * Without a mail server letters become files (web/mail_box.h), for which nothing is ever uncertain.
 */
#ifndef VICHE_CIVIC_POST_H
#define VICHE_CIVIC_POST_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "data/db.h"

enum {
	EXPAND_BATCH = 200,     /* letters made in one transaction */
	LETTERS_A_TURN = 25,    /* sent in one post_send() */
	LETTERS_A_SECOND = 10,  /* mail_per_second in the configuration wins */
	BACKOFF_S = 60,         /* before the second attempt, then twice as long each time; mail_backoff wins */
	BACKOFF_MAX_S = 6 * 3600,
	AWAY_MAX_S = 300,       /* the longest pause for a server that does not answer */
	LETTER_DAYS = 4,        /* of attempts (RFC 5321 §4.5.4.1: four to five) */
	LETTER_KEPT_DAYS = 90   /* in the table, for bounces that come late */
};

/* Opens views, catalogues and the mail server's settings; still says whether this process is still to
 * send (prolonging its lease). Process lifetime. */
void post_open(bool (*still)(struct db *db));

/* False where the database failed. */
bool post_expand(struct db *db);
bool post_send(struct db *db);
bool post_sweep(struct db *db);

/* For the operator (`manage`), over all communities. */

/* {state, n, oldest} of each state, and the uncertain: {id, notice, subject_id, changed_at}. */
json_t *post_counts(struct db *db);
json_t *post_uncertain(struct db *db);
/* An uncertain or failed letter waits again; false where there is none. */
bool post_again(struct db *db, int64_t letter);

enum bounce_result { BOUNCE_TAKEN, BOUNCE_UNKNOWN, BOUNCE_FAILED };
/* A letter came back for good, by its token (web/mail.h): nobody else knows that, so nobody else can
 * stop a person's letters by a made-up report. */
enum bounce_result post_bounced(struct db *db, const char *token);

#endif
