/*
 * idp: the identity providers, each a small file of the folder that the setting `providers` names,
 * and the dialects that they speak. One core, thin dialects: what a login is (an attempt, its cookie,
 * its limits, its session) is cgi-bin/login's; a dialect knows its provider's addresses and words.
 *
 * A provider is a file NAME.json; NAME (a-z, 0-9, _; at most 20) is its id in the database and in
 * forms. Of every provider:
 *   dialect        a name of the table in idp.c
 *   title          {"uk": "…", "en": "…"}: its button
 *   logo           a static svg without its ending ("login-card"); may be absent
 *   order          a number; the buttons stand by it, then by name; 0
 *   communities    names of communities (community.name), or "*" (as is without it)
 *   callback_host  the only host that the provider returns to: one of a community's; else each
 *                  community's own
 *   form_origins   other origins that the provider's first page is reached through (redirects are
 *                  held against our pages' form-action)
 * and what its dialect's settings declare. A key that nobody declares, a dialect that is none, a secret
 * that cannot be read: one sentence and exit 1 at start. Files named in a provider's file are secrets;
 * a path that does not begin with / begins in var/.
 *
 * A dialect's functions keep no state but caches of public documents, bounded, by provider id.
 */
#ifndef VICHE_WEB_IDP_H
#define VICHE_WEB_IDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "web/lang.h"

enum { IDP_MAX = 32, IDP_ID_MAX = 20 };

enum idp_kind {
	IDP_TEXT,
	IDP_ADDRESS, /* one that client_allows() (web/client.h) */
	IDP_FLAG,    /* true: "1"; false: as if absent */
	IDP_WORDS,   /* a text, or a list of texts without spaces: kept with a space between them */
	IDP_TREE,    /* an object of IDP_WORDS, each an option "name.key" */
	IDP_SECRET   /* NAME_file: the file's first line is the option NAME */,
	IDP_KEY      /* NAME_file: the whole file is */
};

struct idp_setting {
	const char *name;
	enum idp_kind kind;
	bool required;
};

struct idp {
	const char *id;
	const struct idp_dialect *dialect;
	const char *title[2]; /* by enum lang */
	const char *logo, *callback_host; /* or NULL */
	int order;
	const char *communities; /* "*", or names with a space around each */
	struct idp_pair *pairs;  /* the dialect's options: idp_option() */
};

/* One login under way. What ties the callback to the browser that began is random and used once. */
struct idp_attempt {
	const char *state, *nonce, *verifier; /* verifier: of PKCE (RFC 7636) */
	const char *redirect_uri;
	const char *ui_locale; /* "uk" or "en" */
	bool fresh;            /* the person must confirm anew, though the provider may know them still */
	int64_t begun;         /* when it began, seconds since 1970 */
};

/* The callback's parameters, NULL where absent: well-formed UTF-8, but anybody's words. */
struct idp_answer {
	const char *code, *iss, *error;
};

/* Whom the provider vouches for: all in the request's pool, nothing of it stored but what
 * civic/person.h keeps. */
struct idp_identity {
	const char *issuer, *subject; /* who they are where there is no tax number */
	const char *given_name, *family_name, *middle_name; /* "" where unknown */
	const char *tax_number;     /* as said, or NULL */
	const char *birthdate;      /* ISO 8601, or NULL */
	const char *residence_code; /* KATOTTG, or NULL */
	const char *residence_text; /* an address as text, to find a community's name in; never stored; or NULL */
	const char *email;          /* or NULL */
	bool email_verified;
	/* When they proved who they are; 0: just now, since the provider always asks, 1: some time ago that
	 * it does not tell. */
	int64_t proved_at;
};

enum idp_result {
	IDP_DONE,
	IDP_UNREACHABLE, /* no answer, or an answer that is none: try again later */
	IDP_REFUSED,     /* the provider or our checks refused: forged, expired, another algorithm… */
	IDP_CANCELLED,   /* the person changed their mind there */
	IDP_WEAK,        /* confirmed, but in a weaker way than the provider's file asks for */
	IDP_STALE,       /* confirmed, but not anew, as the attempt asked */
	IDP_UNSEALED,    /* an encrypted answer that nothing here can open */
	IDP_NUMBERLESS   /* confirmed, but without a number that would tell the same person again */
};

struct idp_dialect {
	const char *name;
	const struct idp_setting *settings; /* ends with a row without a name */
	const char *address; /* the setting whose origin the login's form leads to */
	/* At start: whether the settings fit each other; if not, *why says so in one sentence. NULL: any do. */
	bool (*check)(const struct idp *idp, const char **why);
	/* The address to send the browser to: IDP_DONE, IDP_UNREACHABLE. */
	enum idp_result (*authorize)(struct pool *pool, const struct idp *idp,
	    const struct idp_attempt *attempt, const char **url);
	/* What the answer is worth. *why receives a short reason for the log, without any content of what
	 * came; identity is whole where the result is IDP_DONE. */
	enum idp_result (*exchange)(struct pool *pool, const struct idp *idp,
	    const struct idp_attempt *attempt, const struct idp_answer *answer,
	    struct idp_identity *identity, const char **why);
};

/* Reads the folder; once, at start. A folder of a running site that changes is read at the next. */
void idp_open(void);

/* The providers of a community (its name) in the order of their buttons; their number. */
size_t idp_list(const char *community, const struct idp *list[static IDP_MAX]);

/* The one of that id, or NULL: none, or not this community's. */
const struct idp *idp_find(const char *community, const char *id);

/* All of them, one by one; NULL after the last. */
const struct idp *idp_at(size_t i);

/* The one of that id, whosever it is (an attempt's), or NULL. */
const struct idp *idp_by_id(const char *id);

/* A setting of its dialect, or NULL where the file has none. */
const char *idp_option(const struct idp *idp, const char *name);

/* The origins to which the forms of login lead, with a space between them; valid for ever. */
const char *idp_origins(void);

/* A new state, nonce and verifier; the rest is the caller's. */
struct idp_attempt idp_begin(struct pool *pool);

/* The dialects: one row of the table in idp.c each. */
extern const struct idp_dialect idp_oidc, idp_idgovua, idp_bankid;

#endif
