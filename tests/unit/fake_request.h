/* A request without the loop: what form.c asks of it, answered by the test itself. */
#ifndef VICHE_TESTS_FAKE_REQUEST_H
#define VICHE_TESTS_FAKE_REQUEST_H

#include <string.h>

#include "web/problem.h"
#include "web/request.h"

static const char *fake_type = "application/x-www-form-urlencoded";

const char *
request_param(const struct request *rq, const char *name)
{
	return strcmp(name, "CONTENT_TYPE") == 0 ? fake_type : "";
}

void
reply_problem(struct request *rq, int status, const char *type, const char *detail)
{
	rq->reply.status = status;
}

void
request_fail(struct request *rq, const char *format, ...)
{
	rq->reply.failed = true;
}

#endif
