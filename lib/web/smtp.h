/*
 * smtp: one message to one mailbox by the configured mail server (RFC 5321), through libcurl.
 *
 * What SMTP cannot promise: once the final dot is out, the server may have taken the message though its
 * answer never came (RFC 5321 §4.5.3.2.6 therefore asks for ten minutes of patience, and the window
 * remains). Who sends again then may send twice; who does not may lose one. Before the dot the matter is
 * clear: a server must not deliver what was not ended (§4.1.1.4). So smtp_send() calls before_end() as
 * the message's last bytes go out, where the caller writes down that from here on it is not known; a
 * SMTP_UNKNOWN is then the caller's to report, not to repeat.
 *
 * A connection is kept from call to call. TLS is required, with the server's name checked, but for a
 * server on this machine.
 */
#ifndef VICHE_WEB_SMTP_H
#define VICHE_WEB_SMTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"

enum { SMTP_CONNECT_S = 10, SMTP_PATIENCE_S = 60, SMTP_LAST_PATIENCE = 10 /* times that, for the last */ };

struct smtp_call {
	const char *from, *to; /* of the envelope */
	const char *message;
	size_t len;
	/* The message's end is about to go out; false ends the conversation before it. */
	bool (*before_end)(void *ctx);
	/* Called about once a second; false ends the conversation, unless the end is out already. */
	bool (*alive)(void *ctx);
	void *ctx;
};

enum smtp_result {
	SMTP_TAKEN,   /* the server has it */
	SMTP_BOUNCED, /* the mailbox is refused for good (5yz to RCPT) */
	SMTP_REFUSED, /* this message is refused for good (5yz to DATA or to its end) */
	SMTP_LATER,   /* not now (4yz), or the conversation broke before the end */
	SMTP_AWAY,    /* no conversation about this message began: unreachable, TLS, login */
	SMTP_STOPPED, /* a hook said so: nothing was sent */
	SMTP_UNKNOWN  /* the end was out and no answer came */
};

struct smtp_answer {
	enum smtp_result result;
	int code;        /* the server's last answer, 0 where none came */
	bool silent;     /* it broke off or did not answer in time: better leave it alone for a while */
	const char *why; /* libcurl's words for the log */
};

/* Reads smtp_url and its companions (base/config.h); false where there is no mail server. Fatal where
 * they are wrong. */
bool smtp_open(void);

struct smtp_answer smtp_send(struct pool *pool, const struct smtp_call *call);

#endif
