/*
 * mail_box: where letters go while no mail server is configured: files var/mail/NUMBER-TOKEN.eml, to be
 * read at a page of the stand-in provider. The newest MAIL_BOX_MAX are kept.
 */
#ifndef VICHE_WEB_MAIL_BOX_H
#define VICHE_WEB_MAIL_BOX_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

enum { MAIL_BOX_MAX = 1000, MAIL_BOX_SHOWN = 100, MAIL_BOX_BYTES_MAX = 512 * 1024 };

/* Puts a message there, whole or not at all; the same number and token again is the same file. */
bool mail_box_put(struct pool *pool, int64_t number, const char *token, const char *message,
    size_t len);

/* The newest, newest first: {number, to, subject, date, content_lang}. */
json_t *mail_box_list(struct pool *pool);

/* One: those and {from, unsubscribe (or null), text, html}; NULL where there is none. */
json_t *mail_box_read(struct pool *pool, int64_t number);

#endif
