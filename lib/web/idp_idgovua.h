/*
 * idp_idgovua: the answers of the integrated system of electronic identification (id.gov.ua, ІСЕІ),
 * which passes on BankID, e-signatures, Mobile ID and Дія.Підпис over OAuth 2, without PKCE and
 * without an id_token. So who answers is known by TLS alone, and that the code is this browser's by
 * state and its cookie alone (cgi-bin/login).
 *
 * These two read answers; the calls stand in idp_idgovua.c. HTTP 200 says nothing there: a failure is
 * an object with the key `error`, or a mere string.
 */
#ifndef VICHE_WEB_IDP_IDGOVUA_H
#define VICHE_WEB_IDP_IDGOVUA_H

#include <stddef.h>
#include <time.h>

#include "web/idp.h"

struct idgovua_tokens {
	const char *access, *user_id;
};

/* get-access-token's answer. IDP_REFUSED where it names an error, IDP_UNREACHABLE where it is none of
 * this system's answers. *why is for the log: no token is in it. */
enum idp_result idgovua_read_tokens(struct pool *pool, const char *body, size_t len,
    struct idgovua_tokens *tokens, const char **why);

/* How get-user-info's answer is read: the socket that opens a sealed one (web/unseal.h), the list of
 * localities (web/idp_value.h), each NULL where the provider's file has none. */
struct idgovua_reading {
	const char *unseal, *localities;
	bool sealed;    /* a certificate was sent: a plain answer is refused */
	bool residence; /* the locality in a certificate counts as where its owner lives */
	time_t now;
};

/* get-user-info's answer, plain or {"encryptedUserInfo": base64}: names, number, e-mail (never said to
 * be verified), and the locality where that counts: people told it to who issued their certificate, and
 * nobody held it against a register, so by itself it says nothing of residence. The date of birth, which
 * the system does not tell, is the tax number's own. IDP_NUMBERLESS where it names nobody by a number: a
 * certificate's serial changes, a user_id may, and an organisation's seal is no person. issuer and
 * subject are left to the caller. */
enum idp_result idgovua_read_user(struct pool *pool, const char *body, size_t len,
    const struct idgovua_reading *reading, struct idp_identity *identity, const char **why);

#endif
