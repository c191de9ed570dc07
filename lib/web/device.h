/*
 * device: a coarse label of the device that a session began on, so that people recognise their own in
 * the list of sessions: "Firefox, Android". Made of the User-Agent header at login; the header itself is
 * never kept, since it tells more than that.
 */
#ifndef VICHE_WEB_DEVICE_H
#define VICHE_WEB_DEVICE_H

#include "base/pool.h"

/* Names of a browser and a system, in no language, at most 40 bytes; "" where neither is known. */
char *device_label(struct pool *pool, const char *user_agent);

#endif
