/* standin: what the files of this program share. */
#ifndef VICHE_STANDIN_H
#define VICHE_STANDIN_H

#include <jansson.h>

#include "web/request.h"

/* What this provider speaks: a standard OpenID provider's words, id.gov.ua's, BankID NBU's. */
enum dialect { DIALECT_OIDC, DIALECT_IDGOVUA, DIALECT_BANKID, DIALECTS };

extern json_t *people;            /* sql/demo/people.json */
#define STANDIN_CLIENT "viche" /* the only site that asks */

/* main.c: whether that is the secret with which the site asks in that dialect; NULL is none. */
bool client_secret_is(enum dialect dialect, const char *secret);

/* provider.c: who this provider is, and its key. */
void provider_open(void);
const char *provider_issuer(void);
/* claims signed as a token. */
const char *provider_sign(struct pool *pool, json_t *claims);
/* The same with a key that the key set has from now on, and with one that it never gets (trap.h). */
const char *provider_sign_anew(struct pool *pool, json_t *claims);
const char *provider_sign_unknown(struct pool *pool, json_t *claims);
void page_discovery(struct request *rq);
void page_jwks(struct request *rq);

/* authorize.c: the choice of a person, by each dialect's address; the page's form has one. */
void page_authorize(struct request *rq);
void page_idgovua_authorize(struct request *rq);
void page_bankid_authorize(struct request *rq);
void post_authorize(struct request *rq);

/* token.c: what the asking site's server calls. */
void post_token(struct request *rq);
void page_userinfo(struct request *rq);

/* idgovua.c and bankid.c: the same of these dialects (web/idp_idgovua.h, web/idp_bankid.h). */
void page_idgovua_token(struct request *rq);
void page_idgovua_user(struct request *rq);
void page_idgovua_logout(struct request *rq);
void post_bankid_token(struct request *rq);
void post_bankid_client(struct request *rq);

/* seal.c: a document sealed for the certificate (base64 of a key of libsodium's boxes; NULL: that of
 * standin-unseal), as base64; NULL where the certificate is none. */
const char *seal(struct pool *pool, const char *cert, const char *document);
/* The same for a key whose other half nobody has. */
const char *seal_for_nobody(struct pool *pool, const char *document);

/* Where the person lives, by their residence_code. */
struct home {
	const char *state, *area, *city;
};
struct home home_of(json_t *person);

/* mail.c: letters of the demonstration. */
void page_mail(struct request *rq);

#endif
