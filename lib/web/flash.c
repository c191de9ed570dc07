/* flash: a message for the next page, in a signed cookie of a minute (reply in web/request.h). */
#include "web/flash.h"

#include <string.h>

#include "base/text.h"
#include "web/session.h"

enum { FLASH_LIFE = 60, FLASH_BYTES_MAX = 600 };

/* Before a message that tells of a failure; no message of ours begins so. */
static const char BAD = '!';

static void
leave(struct request *rq, const char *message)
{
	size_t len = strlen(message);

	if (rq->json || len > FLASH_BYTES_MAX)
		return;
	reply_cookie(rq, cookie_name(rq, "flash"),
	    cookie_sign(rq, "flash", str_base64url(rq->pool, message, len)), FLASH_LIFE);
}

void
flash(struct request *rq, const char *message)
{
	leave(rq, message);
}

void
flash_bad(struct request *rq, const char *message)
{
	leave(rq, str_fmt(rq->pool, "%c%s", BAD, message));
}

const char *
flash_take(struct request *rq, bool *bad)
{
	const char *value = cookie_signed(rq, "flash", "flash");
	size_t len;

	*bad = false;
	if (value == NULL)
		return NULL;
	reply_cookie(rq, cookie_name(rq, "flash"), "", -1);
	const char *message = (const char *)str_unbase64url(rq->pool, value, &len);
	*bad = message != NULL && *message == BAD;
	return message != NULL && text_is_utf8(message, len) ? message + (*bad ? 1 : 0) : NULL;
}
