/*
 * fields: what the JSON face of petitions sends, by route: the API's contract (web/route.h).
 */
#ifndef VICHE_PETITIONS_FIELDS_H
#define VICHE_PETITIONS_FIELDS_H

#include "web/route.h"

extern const struct json_field list_fields[],
    show_fields[],
    signers_fields[],
    written_fields[],
    file_fields[],
    removed_fields[],
    signed_fields[],
    changed_fields[],
    merge_fields[],
    similar_fields[],
    terms_fields[],
    days_fields[],
    export_fields[];

#endif
