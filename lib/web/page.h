/*
 * page: the two faces of an answer: a view rendered for people, the declared fields for JSON.
 */
#ifndef VICHE_WEB_PAGE_H
#define VICHE_WEB_PAGE_H

#include "web/request.h"

/* Opens views, catalogues and the manifest of static files. Process lifetime. */
void page_open(void);

/* The address of the static file of that name, without its ending; NULL where there is none. */
const char *page_asset(const char *name);

/* Renders view from rq->page and rq->data; NULL and request_fail() where it can't. */
const char *page_html(struct request *rq, const char *view, size_t *len);

/* data, of it only what the route declares. NULL and request_fail() in strict mode where data has
 * an undeclared field. */
const char *page_json(struct request *rq, size_t *len);

#endif
