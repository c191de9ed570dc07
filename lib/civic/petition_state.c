#include "civic/petition_state.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "web/i18n.h"

const char *const petition_states[] = { "draft", "submitted", "returned", "refused", "contested",
	"collecting", "suspended", "reached", "not_reached", "in_review", "answered", "implementing",
	"implemented", "appeal", "appeal_answered", "withdrawn", "merged", "hidden", NULL };

const char *const petition_sections[] = { "collecting", "reached", "answered", "not_reached", "refused",
	NULL };

/* The rhombus before the word: empty waits, half is worked on, full is done, a cross is refused. */
static const struct {
	const char *state, *class, *label;
} words[] = {
	{ "draft", "", N_("Draft") },
	{ "submitted", "is-work", N_("In review") },
	{ "returned", "is-wait", N_("Needs changes") },
	{ "refused", "is-no", N_("Not published") },
	{ "contested", "is-work", N_("The refusal is reviewed") },
	{ "collecting", "", N_("Gathering signatures") },
	{ "suspended", "is-wait", N_("Suspended") },
	{ "reached", "is-done", N_("Threshold reached") },
	{ "not_reached", "is-wait", N_("Too few signatures") },
	{ "in_review", "is-work is-council", N_("Considered by the council") },
	{ "implementing", "is-work", N_("Supported, being carried out") },
	{ "implemented", "is-done", N_("Carried out") },
	{ "appeal", "is-work is-council", N_("Considered as an appeal") },
	{ "appeal_answered", "is-wait", N_("Answered as an appeal") },
	{ "withdrawn", "is-no", N_("Withdrawn by the author") },
	{ "merged", "is-wait", N_("Joined to another petition") },
	{ "hidden", "is-no", N_("Hidden") },
};

static const struct {
	const char *verdict, *class, *label;
} verdicts[] = {
	{ "supported", "is-done", N_("Supported") },
	{ "partly", "is-done", N_("Supported in part") },
	{ "not_supported", "is-no", N_("Not supported") },
};

static void
look_up(const char *state, const char *verdict, const char **class, const char **label)
{
	*class = "is-done is-council", *label = N_("Answered");
	if (str_eq(state, "answered")) {
		for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
			if (str_eq(verdicts[i].verdict, verdict))
				*class = verdicts[i].class, *label = verdicts[i].label;
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq(words[i].state, state))
			*class = words[i].class, *label = words[i].label;
}

const char *
petition_state_label(const char *state, const char *verdict)
{
	const char *class, *label;

	look_up(state, verdict, &class, &label);
	return i18n_text(i18n_now(), label);
}

static void
show_word(json_t *model, const char *state)
{
	const char *class, *label, *verdict = json_string_value(json_object_get(model, "verdict"));

	look_up(state, verdict, &class, &label);
	json_object_set_new(model, "state_class", json_string(class));
	json_object_set_new(model, "state_label", json_string(i18n_text(i18n_now(), label)));
	json_object_set_new(model, "has_count",
	    json_boolean(json_is_integer(json_object_get(model, "threshold")) &&
	        strcmp(state, "refused") != 0 && strcmp(state, "contested") != 0));
}

void
petition_state_flags(json_t *model, const char *state)
{
	char name[40];

	show_word(model, state);
	for (const char *const *s = petition_states; *s != NULL; s++) {
		snprintf(name, sizeof name, "state_%s", *s);
		json_object_set_new(model, name, json_boolean(strcmp(*s, state) == 0));
	}
}

void
petition_state_card(json_t *model, const char *state)
{
	show_word(model, state);
	json_object_set_new(model, "state_collecting", json_boolean(strcmp(state, "collecting") == 0));
	json_object_set_new(model, "state_draft", json_boolean(strcmp(state, "draft") == 0));
	json_object_set_new(model, "state_returned", json_boolean(strcmp(state, "returned") == 0));
}
