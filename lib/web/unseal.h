/*
 * unseal: opens what a provider sealed for this site, by a process of the operator's choice.
 *
 * Ukraine's providers seal personal data for the site's certificate (ДСТУ 4145, ДСТУ 7624 in a CMS
 * envelope), which only licensed libraries open: UAPKI, or IIT's EUSign. Such a library is not
 * linked: it stands in a process of its own, without a database or a way in from the public, and the
 * site asks it over a Unix socket. The private key and its password are that process's alone.
 *
 * The protocol is base/socket.h's: the site connects, sends four bytes of length (big-endian) and
 * the sealed bytes as the provider gave them (base64 already undone), and gets four bytes of length,
 * one byte of status and the rest:
 *   0   opened: the JSON document, UTF-8. Where the provider signed before it sealed, as BankID NBU
 *       and id.gov.ua do, the process has checked the signature and whose it is, and taken it off:
 *       the site cannot.
 *   1   this cannot be opened: damaged, for another key, or signed by somebody else.
 * Then the process closes the connection. An empty question is asked to see whether it lives: status
 * 0, no bytes. A process keeps nothing of what it opened and writes nothing of it into a log.
 * cgi-bin/standin-unseal is a small one, for tests and demonstrations.
 */
#ifndef VICHE_WEB_UNSEAL_H
#define VICHE_WEB_UNSEAL_H

#include <stddef.h>

#include "base/pool.h"

enum {
	UNSEAL_MAX = 64 * 1024,  /* bytes, sealed and opened alike */
	UNSEAL_WAIT_MS = 2000    /* for everything */
};

enum { UNSEAL_STATUS_OPENED, UNSEAL_STATUS_SHUT }; /* the status byte */

enum unseal_result {
	UNSEAL_OPENED,
	UNSEAL_NONE,  /* no process is configured */
	UNSEAL_SHUT,  /* it says that this cannot be opened */
	UNSEAL_FAILED /* it does not answer, or with nonsense: the log says which */
};

struct unseal_plain {
	const char *bytes; /* in the pool, with a NUL behind them */
	size_t len;
};

/* Asks the process at the socket, an absolute path, or a service's name (socket_path()); NULL or ""
 * where none is configured. *plain is filled only for UNSEAL_OPENED. Whatever else comes has been
 * logged, in words for the operator and without a byte of the data. */
enum unseal_result unseal(struct pool *pool, const char *socket, const void *sealed, size_t len,
    struct unseal_plain *plain);

/* The same of sealed bytes in base64, as providers send them; lines and padding do not matter. */
enum unseal_result unseal_base64(struct pool *pool, const char *socket, const char *sealed,
    struct unseal_plain *plain);

#endif
