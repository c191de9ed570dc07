/*
 * petition_state: the states of a petition as people read them, and the sections of the public lists.
 *
 *	draft → submitted → returned | refused | collecting → reached | not_reached
 *	refused → contested → refused | collecting            one appeal, another moderator
 *	reached → in_review → answered → implementing → implemented
 *	not_reached → appeal → appeal_answered                where the community says so
 *	withdrawn, merged                                     ends of their own
 *	suspended, hidden                                     a while; they return to where they were
 */
#ifndef VICHE_CIVIC_PETITION_STATE_H
#define VICHE_CIVIC_PETITION_STATE_H

#include <jansson.h>
#include <stdbool.h>

/* One visibility predicate for every face: what anyone may see of the table petition p. A hidden
 * petition is seen as hidden: number, date and reason, never its title or text. */
#define PETITION_PUBLIC "p.listed_at IS NOT NULL AND p.state NOT IN ('draft', 'submitted', 'returned')"

/* NULL-terminated. */
extern const char *const petition_states[];

/* The sections of the public lists (the column petition.section), NULL-terminated: collecting, reached,
 * answered, not_reached, refused. */
extern const char *const petition_sections[];

/* In words of the current request's language; verdict (or NULL) says how an answer was. */
const char *petition_state_label(const char *state, const char *verdict);

/* Sets state_label, state_class (of .tag in viche.css), state_draft … one for each state, has_count
 * (signatures are or were gathered). model has threshold and, where known, verdict. */
void petition_state_flags(json_t *model, const char *state);
/* The same of a card in a list, which asks for no states but state_collecting, state_draft, state_returned. */
void petition_state_card(json_t *model, const char *state);

#endif
