/*
 * attempt: logins under way (table login_attempt). Each belongs to the browser that began, by a cookie;
 * it ends after ATTEMPT_LIFE and is used once. The database has only hashes of what the browser holds.
 *
 * Where the provider returns to the community's own host the cookie is the state itself. Where it returns
 * to one host of the installation only (idp.callback_host), the login passes through that host:
 *   home      POST /login/start     cookie: a token of its own; leads on with a "go" token
 *   callback  GET /login/go         takes the token in, once; cookie: the state; leads to the provider
 *   callback  GET /login/callback   as everywhere; what comes of it is a hand-off (handoff.h)
 *   home      GET /login/arrive     takes the hand-off in where the browser is the one that began
 * Where to return to stands in the attempt's row and is one of the communities' hosts: no request says.
 */
#ifndef VICHE_LOGIN_ATTEMPT_H
#define VICHE_LOGIN_ATTEMPT_H

#include "login.h"

enum {
	ATTEMPT_LIFE = 600, /* seconds */
	GO_LIFE = 60,       /* of the way from home to the callback's host */
	/* Attempts in ATTEMPT_LIFE, times the setting `limits`. A mobile network or a school shows many people
	 * under one address: it gets more than nginx lets through in the long run. All that come to one
	 * provider are 20 a second: a city's whole evening, but no flood that we would pass on to it. */
	ATTEMPTS_OF_ADDRESS = 1000,
	ATTEMPTS_OF_PROVIDER = 12000
};

/* An attempt as its row has it. */
struct begun {
	const struct idp *idp;
	const struct intent *intent;
	int64_t intent_id, community_id; /* where the session is to begin */
	const char *nonce, *verifier;
	const char *home_host; /* NULL: here */
	const char *home_hash; /* of what the browser holds there, hex digits */
	bool fresh;
	int64_t begun;
};

/* Too many attempts began from the client's address, or with this provider. */
bool attempt_too_many(struct request *rq, const struct idp *idp);

/* A login begins here and comes back here: the row and the cookie. */
void attempt_begin(struct request *rq, const struct idp *idp, const struct idp_attempt *attempt,
    const struct intent *intent, int64_t intent_id);

/* A login begins here and comes back to the callback's host, a host of that community: the row, the
 * cookie, and the token that goes there. */
const char *attempt_send(struct request *rq, const struct idp *idp, int64_t callback_community,
    const struct intent *intent, int64_t intent_id);

/* Takes such a token in, once; what follows is attempt's. False where there is none of it. */
bool attempt_receive(struct request *rq, const char *token, const struct idp_attempt *attempt,
    struct begun *begun);

/* Takes the attempt of that state in, which must be the cookie's: whoever marks the row owns it. */
bool attempt_take(struct request *rq, const char *state, struct begun *begun);

#endif
