/*
 * steps: a petition is written in five steps, each a page of its own: what it is about, petitions that
 * say the same already, the text, files, and a last look before it is sent. The draft is in the
 * database from the first step on, so it may be gone on with elsewhere.
 */
#ifndef VICHE_PETITIONS_STEPS_H
#define VICHE_PETITIONS_STEPS_H

#include "web/form.h"
#include "web/request.h"

enum write_step { STEP_ABOUT, STEP_SIMILAR, STEP_TEXT, STEP_FILES, STEP_PREVIEW, STEP_COUNT };

/* "about", "similar", "text", "files", "preview", NULL-terminated: ?step=… and the form's field. */
extern const char *const write_steps[];

/* STEP_COUNT where name is none of them. */
enum write_step step_named(const char *name);

/* The form of a step as it must be, and as a draft may be; STEP_COUNT: title, text and all in one. */
const struct field *step_fields(enum write_step step, bool unfinished);

/* Replies with the page of that step. petition: the draft, or NULL of a new one. values: what stands in
 * the form that was not sent now; NULL: what was sent, with its errors where status is 422. */
void show_step(struct request *rq, int status, json_t *petition, enum write_step step, json_t *values,
    bool restored);

/* Where a step leads: past the similar ones where there are none. */
enum write_step step_after(struct request *rq, enum write_step step, const char *title, const char *text,
    int64_t petition);

#endif
