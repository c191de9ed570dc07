/*
 * petitions: the pages of the petitions program, one file a page.
 */
#ifndef VICHE_PETITIONS_H
#define VICHE_PETITIONS_H

#include "civic/residence.h"
#include "web/form.h"
#include "web/request.h"

void page_list(struct request *rq);
void page_similar(struct request *rq);
void page_show(struct request *rq);
void page_signers(struct request *rq);
void page_new(struct request *rq);
void page_edit(struct request *rq);
void post_create(struct request *rq);
void post_edit(struct request *rq);
void post_submit(struct request *rq);
void post_file(struct request *rq);
void post_file_remove(struct request *rq);
void page_file(struct request *rq);
void page_sign(struct request *rq);
void post_sign(struct request *rq);
void page_days(struct request *rq);
void page_export(struct request *rq);
void csv_petitions(struct request *rq);
void csv_signers(struct request *rq);
void page_feed(struct request *rq);
void page_petition_feed(struct request *rq);
void page_poster(struct request *rq);
void page_terms(struct request *rq);
void page_withdraw(struct request *rq);
void post_withdraw(struct request *rq);
void page_withdraw_signature(struct request *rq);
void post_withdraw_signature(struct request *rq);
void page_contest(struct request *rq);
void post_contest(struct request *rq);
void post_merge_agree(struct request *rq);
void post_merge_decline(struct request *rq);

/* The petition of the path as this request may see it, or NULL: then it has replied 404. */
json_t *petition_of_path(struct request *rq);
/* The same, and 404 where it is hidden from this reader. */
json_t *open_petition_of_path(struct request *rq);
bool hidden_from(const struct request *rq, json_t *petition);

/* What this person may do with the petition, by its state and the rules of its publication; floor 3 has
 * the last word. */
enum residence_verdict signer_verdict(const struct request *rq, json_t *petition);
bool may_sign(const struct request *rq, json_t *petition);
bool may_withdraw_signature(const struct request *rq, json_t *petition);
bool may_withdraw(json_t *petition);
bool may_contest(json_t *petition);

/* For views/petitions/panel.html, hide-name.html and share.html. */
void show_panel(struct request *rq, json_t *petition);
void show_hiding(struct request *rq, json_t *petition);
void show_share(struct request *rq, json_t *petition);
/* page.similar of views/petitions/beside.html. */
void show_beside(struct request *rq, json_t *petition);
/* page.curve of views/petitions/curve.html, null before there is one. */
void show_curve(struct request *rq, json_t *petition);

/* The author's own petition of the path that may still be changed, or NULL: then it has replied 404 or
 * 409. */
json_t *own_of_path(struct request *rq);

/* The petition's files: data.files, and for views/petitions/files.html and files-edit.html
 * page.file_cards, has_files, files_left, may_add_file. */
void show_files(struct request *rq, int64_t petition);

/* Whether signatures came as a total without names: page.has_outside. */
void post_sheet_confirm(struct request *rq);
void show_outside(struct request *rq, json_t *petition);

/* Copies the named columns of row into model; NULL-terminated. */
void copy_columns(json_t *model, json_t *row, const char *const *names);

#endif
