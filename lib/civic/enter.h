/*
 * enter: every program's way in (struct app's enter and login): the community by host name, the
 * session, the person's roles there, and the layout's model.
 */
#ifndef VICHE_CIVIC_ENTER_H
#define VICHE_CIVIC_ENTER_H

#include "web/app.h"

/* An unknown host gets 421 (RFC 9110 §15.5.20). */
bool civic_enter(struct request *rq);

/* Where somebody must log in: 303 to the login page, which knows a few intents by name and never an
 * address (no open redirect). A form on a route that PARKS is kept first. */
void civic_login(struct request *rq);

#endif
