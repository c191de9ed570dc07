/*
 * problem: errors with two faces: a page in the reader's language, and application/problem+json
 * (RFC 9457) with type "/problems/NAME".
 */
#ifndef VICHE_WEB_PROBLEM_H
#define VICHE_WEB_PROBLEM_H

#include "web/request.h"

/* detail is one translated sentence that says what to do. */
void reply_problem(struct request *rq, int status, const char *type, const char *detail);
void reply_not_found(struct request *rq);
/* 422: the form again, each error beside its field (view), or a problem with "errors" (JSON). */
void reply_invalid(struct request *rq, const char *view);
/* The loop's own: 500, or 503 with what was sent in a form to send again. */
void reply_failure(struct request *rq);

#endif
