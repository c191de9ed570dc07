/*
 * letter: the words of a notice in one language, as text and as HTML.
 *
 * views/mail/NOTICE.txt holds a notice's words, once for both forms: its first line is the subject, its
 * last the words of the button, each line between them a paragraph (the news in one sentence, the next
 * step, the term). What people wrote beyond a title (remarks, reasons) is quoted below by the two frames,
 * views/mail/plain.txt and views/mail/letter.html, so it cannot pass for our words.
 */
#ifndef VICHE_CIVIC_LETTER_H
#define VICHE_CIVIC_LETTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "civic/notice.h"
#include "data/db.h"
#include "web/lang.h"
#include "web/mail.h"
#include "web/view.h"

struct letter {
	const struct notice *notice;
	enum audience to;
	enum lang lang;
	json_t *community;   /* community_model() in that language */
	const char *origin;  /* https://host of the community */
	json_t *facts;       /* letter_facts(), or an empty object */
	const char *at;      /* when it happened */
	const char *reason, *note; /* of the cause, or NULL */
	const char *token;   /* what the unsubscribe link proves (TO_CLAIM: the confirmation's) */
};

/* Of a petition, and of another that the words name (0: the one that it joined, if any): id, title,
 * content_lang, closes_at, threshold, signature_count, missing, other_id, other_title, verdict, due_at
 * (of the step, while it is open). NULL where it is gone. */
json_t *letter_facts(struct db *db, int64_t community, int64_t petition, int64_t other,
    const char *step);

/* Fills mail's from_name, subject, unsubscribe, lang, text and html. False with a reason in error
 * where a view does not fit. */
bool letter_write(struct pool *pool, const struct views *views, const struct letter *letter,
    struct mail *mail, const char **error);

#endif
