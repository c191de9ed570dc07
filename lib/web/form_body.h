/* form_body: what was sent, as pairs, whatever its type. Only form.c needs it. */
#ifndef VICHE_WEB_FORM_BODY_H
#define VICHE_WEB_FORM_BODY_H

#include "web/request.h"

/* [[name, value]…] of the body, or of a GET's query; a value is a text, or null where the JSON face
 * got a kind of value that no field takes. NULL: it was broken and has been answered. */
json_t *form_body_pairs(struct request *rq);

/* The answer to a broken body: 400. */
void form_body_refuse(struct request *rq);

#endif
