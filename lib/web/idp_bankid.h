/*
 * idp_bankid: the answers of BankID NBU, the National Bank's system: OAuth 2 without PKCE or an
 * id_token, as idp_idgovua.h, where the bank seals and signs what it says of its client.
 *
 * These two read answers; the calls stand in idp_bankid.c.
 */
#ifndef VICHE_WEB_IDP_BANKID_H
#define VICHE_WEB_IDP_BANKID_H

#include <stddef.h>
#include <time.h>

#include "web/idp.h"

/* The token endpoint's answer: *access receives the access token. */
enum idp_result bankid_read_token(struct pool *pool, const char *body, size_t len,
    const char **access, const char **why);

/* How resource/client's answer is read: the socket that opens it (web/unseal.h), the list of
 * localities (web/idp_value.h), which type of address says where somebody is registered, by default
 * "juridical" ("factual" is where they say they live), and whether it must have come sealed. */
struct bankid_reading {
	const char *unseal, *localities, *residence;
	bool sealed;
	time_t now;
};

/* resource/client's answer {"state": "ok", "customerCrypto": base64, …}, whose opened document has
 * the fields flat or inside "customer"; one that was not sealed is read likewise where it may be. The
 * date of birth is the bank's, or else the number's own. IDP_NUMBERLESS where `inn` is no number: the
 * bank's ids (memberId, sidBi) are of the bank and of this very session, so nothing else would find
 * the same person again. issuer and subject are left to the caller. */
enum idp_result bankid_read_client(struct pool *pool, const char *body, size_t len,
    const struct bankid_reading *reading, struct idp_identity *identity, const char **why);

#endif
