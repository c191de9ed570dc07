/*
 * settings: language, display and shortcuts, kept in cookies and switched by links that work without a
 * script: ?lang=uk|en, ?text=m|l|xl, ?contrast=normal|high, ?keys=on|off on any page set the cookie
 * and return to the same address without the parameter. Where keys are off a page has no shortcuts of
 * its own (WCAG 2.1.4).
 */
#ifndef VICHE_WEB_SETTINGS_H
#define VICHE_WEB_SETTINGS_H

#include "web/request.h"

/* Sets rq->lang from ?lang= (JSON face) or the cookie. */
void settings_read(struct request *rq);

/* Answers a switching link; false where the address has none. */
bool settings_switch(struct request *rq);

/* The page model of the bar at the top: lang, text, contrast and the addresses that switch them. */
void settings_show(struct request *rq);

#endif
