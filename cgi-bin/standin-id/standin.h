/* standin: what the files of this program share. */
#ifndef VICHE_STANDIN_H
#define VICHE_STANDIN_H

#include <jansson.h>

#include "web/request.h"

extern json_t *people;            /* sql/demo/people.json */
extern char client_secret[256];
#define STANDIN_CLIENT "viche" /* the only site that asks */

/* provider.c: who this provider is, and its key. */
void provider_open(void);
const char *provider_issuer(void);
/* claims signed as a token. */
const char *provider_sign(struct pool *pool, json_t *claims);
void page_discovery(struct request *rq);
void page_jwks(struct request *rq);

/* authorize.c: the choice of a person. */
void page_authorize(struct request *rq);
void post_authorize(struct request *rq);

/* token.c: what the asking site's server calls. */
void post_token(struct request *rq);
void page_userinfo(struct request *rq);

/* mail.c: letters of the demonstration. */
void page_mail(struct request *rq);

#endif
