/*
 * flash: the message that flash() of web/request.h left for this page.
 */
#ifndef VICHE_WEB_FLASH_H
#define VICHE_WEB_FLASH_H

#include "web/request.h"

/* The message, once: its cookie goes. NULL where there is none. *bad: it tells of a failure. */
const char *flash_take(struct request *rq, bool *bad);

#endif
