/*
 * idp_value: what the answers of Ukraine's identity providers are made of: numbers, dates and
 * addresses as banks and certificates write them. Pure: no network, no clock of its own.
 *
 * Nothing here trusts an answer: what is not surely what it should be is not there (NULL).
 */
#ifndef VICHE_WEB_IDP_VALUE_H
#define VICHE_WEB_IDP_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <time.h>

#include "base/pool.h"
#include "web/idp.h"

enum {
	IDP_DOCUMENT_MAX = 64 * 1024, /* bytes of an answer, opened or not */
	IDP_TEXT_MAX = 400,           /* bytes of one of its texts */
	IDP_NUMBER_MIN = 8,           /* characters: a passport of two letters and six digits */
	IDP_NUMBER_MAX = 20,
	IDP_TOKEN_MAX = 2048          /* bytes of a code or an access token */
};

/* A provider's JSON answer: an object within bounds and without repeated names, or NULL. */
json_t *idp_document(const char *text, size_t len);

/* What a browser brought back, before anybody is asked: IDP_DONE where it is a code, IDP_CANCELLED
 * where the person declined (access_denied), IDP_REFUSED for the rest. */
enum idp_result idp_came_back(const struct idp_answer *answer, const char **why);

/* What a provider answered with HTTP 200, where it may be a failure all the same: an object with the
 * key `error`, or a mere string, is IDP_REFUSED (IDP_UNREACHABLE for temporarily_unavailable, RFC 6749
 * §4.1.2.1), what is no JSON object at all IDP_UNREACHABLE. *object is filled only for IDP_DONE; *why
 * is for the log. */
enum idp_result idp_success(struct pool *pool, const char *body, size_t len, json_t **object,
    const char **why);

/* Opens the sealed part of an answer (base64, web/unseal.h) by the process at socket: *object receives
 * the document. IDP_UNSEALED where nothing opens it, or what comes out is no document. */
enum idp_result idp_opened(struct pool *pool, const char *socket, json_t *sealed, json_t **object,
    const char **why);

/* The provider's configured `base`, without a slash at its end, and path behind it. */
const char *idp_address(struct pool *pool, const struct idp *idp, const char *path);
/* The provider's `localities` as idp_place_code() takes them; NULL where its file has none. */
const char *idp_localities(struct pool *pool, const struct idp *idp);
/* A dialect's check(): who has data sealed for a certificate says who opens it. */
bool idp_opens(const struct idp *idp, const char **why);

/* The text of that name, cleaned to one line (base/text.h). NULL where there is none, or where it
 * says so: "", "-", "n/a", "n\a", "null", "none". A name of a person is "" there. */
const char *idp_text(struct pool *pool, json_t *object, const char *name);
const char *idp_name(struct pool *pool, json_t *object, const char *name);

/* A token or a number that serves as one (user_id): visible ASCII. NULL where it is none. */
const char *idp_token(struct pool *pool, json_t *object, const char *name);
bool idp_is_token(const char *text);

/* The word by which a provider names its error, for a log: letters, digits and _ alone, so that no
 * person's data or token can be in it; "no reason" else. */
const char *idp_error_word(struct pool *pool, json_t *error);

/* A tax number (РНОКПП, ten digits) or, of who has refused one for their faith, a passport's series
 * and number: upper-case letters and digits. NULL where it can be neither: too short or long, fewer
 * than six digits, or one digit all along, which stands for "none" and would make many people one. */
const char *idp_number(struct pool *pool, const char *text);

/* The date of birth that a tax number tells, as ISO 8601: its first five digits count the days since
 * 31 December 1899. NULL where the number is none, its check digit is wrong or the date is not yet. */
const char *idp_number_birthdate(struct pool *pool, const char *number, time_t now);

/* "17.04.1988" as ISO 8601; NULL where it is no date, before 1900 or not yet. */
const char *idp_date(struct pool *pool, const char *text, time_t now);

/* Where somebody lives, as the provider says it; each may be NULL. */
struct idp_place {
	const char *state, *area, *city;
};

/* "Одеська область, Одеський район, м. Чорноморськ": what is known, without street and house, which
 * decide nothing; NULL where nothing is. */
const char *idp_place_text(struct pool *pool, const struct idp_place *place);

/* The community's KATOTTG by the operator's own list of localities, since names repeat (there are
 * dozens of Олександрівка): "STATE/AREA/CITY = CODE", ";" between entries, STATE/ or AREA/ left out
 * where the rest suffices. Case and the words for a place's kind (м., смт, область…) do not matter.
 * NULL where the list has no such place. */
const char *idp_place_code(struct pool *pool, const struct idp_place *place, const char *localities);

#endif
