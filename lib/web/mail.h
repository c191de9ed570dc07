/*
 * mail: a message as it goes out (RFC 5322): text first, HTML second (RFC 2046 §5.1.4), both UTF-8 in
 * base64, headers in ASCII by encoded words (RFC 2047), lines of at most 78 characters and CRLF.
 *
 * Nothing that people wrote reaches a header as it is: names and subjects are encoded whole, and
 * addresses are taken only where mail_address() likes them. The same struct makes the same bytes.
 */
#ifndef VICHE_WEB_MAIL_H
#define VICHE_WEB_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/pool.h"

enum { MAIL_ADDRESS_MAX = 254, MAIL_TOKEN_LEN = 24 };

struct mail {
	const char *from_name, *from, *to;
	const char *subject;
	const char *token;       /* MAIL_TOKEN_LEN hex digits: the Message-ID and the parts' boundary */
	time_t date;
	const char *unsubscribe; /* what a POST to stops such letters (RFC 8058); NULL for none */
	const char *lang;        /* "uk" */
	const char *text, *html; /* lines end with \n */
};

/* The message, or NULL where an address or the token is none. */
const char *mail_build(struct pool *pool, const struct mail *mail, size_t *len);

/* A mailbox name@domain as we take it: ASCII, a dotted name without quotes, a domain of two labels
 * at least (RFC 5321 §4.1.2, without its rarities). */
bool mail_address(const char *s);

/* The domain of an address that mail_address() likes. */
const char *mail_domain(const char *address);

/* Where an undeliverable message returns to: local+TOKEN@domain of address. */
const char *mail_return_path(struct pool *pool, const char *address, const char *token);

/* The token in a returned message (RFC 3464), of its return path or of the Message-ID that it
 * quotes; NULL where there is none. */
const char *mail_token_of(struct pool *pool, const char *message);

#endif
