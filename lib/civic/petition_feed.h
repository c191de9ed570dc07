/*
 * petition_feed: what feeds tell of: petitions that were published lately. Hidden ones are in none.
 */
#ifndef VICHE_CIVIC_PETITION_FEED_H
#define VICHE_CIVIC_PETITION_FEED_H

#include <jansson.h>
#include <stdint.h>

#include "data/db.h"

enum { FEED_ENTRIES = 30, FEED_TEXT_MAX = 600 /* characters of a text */ };

/* Newest first: id, title, lang, start (of the text, Markdown), whole (the text is no longer),
 * author_name, topic, published_at. */
json_t *petition_feed(struct db *db, int64_t community);

#endif
