#include "civic/refusal.h"

#include <string.h>

#include "web/i18n.h"

#define ART_23_1 N_("Article 23-1 of the Law “On Citizens’ Appeals”")

/* clang-format off */
const struct ground grounds[] = {
	{ "overthrow",      N_("A call to overthrow the constitutional order"), ART_23_1, N_("no calls to overthrow the constitutional order"), true },
	{ "integrity",      N_("A call to violate the territorial integrity of Ukraine"), ART_23_1, N_("no calls to violate the territorial integrity of Ukraine"), true },
	{ "war",            N_("Propaganda of war"), ART_23_1, N_("no propaganda of war"), true },
	{ "violence",       N_("Propaganda of violence"), ART_23_1, N_("no propaganda of violence"), true },
	{ "cruelty",        N_("Propaganda of cruelty"), ART_23_1, N_("no propaganda of cruelty"), true },
	{ "hatred",         N_("Stirring up ethnic, racial or religious hatred"), ART_23_1, N_("no stirring up of ethnic, racial or religious hatred"), true },
	{ "terrorism",      N_("A call to terrorist acts"), ART_23_1, N_("no calls to terrorist acts"), true },
	{ "rights",         N_("An attack on human rights and freedoms"), ART_23_1, N_("no attack on human rights and freedoms"), true },
	{ "no_substance",   N_("It is not clear what is asked"), ART_23_1, N_("it is clear what is asked"), false },
	{ "not_competence", N_("Outside the council’s powers"), N_("The Law “On Local Self-Government in Ukraine” and the charter of the community"), N_("the council has the power to decide this"), false },
	{ "duplicate",      N_("Repeats a petition that is open"), N_("The charter of the community"), N_("no open petition asks for the same"), false },
	{ "personal_data",  N_("Other people’s personal data"), N_("The Law “On Personal Data Protection”"), N_("no personal data of others"), false },
	{ "offence",        N_("Insults or foul language"), N_("The charter of the community"), N_("no insults and no foul language"), false },
	{ NULL, NULL, NULL, NULL, false },
};
/* clang-format on */

const char *const refusal_codes[] = { "overthrow", "integrity", "war", "violence", "cruelty", "hatred",
	"terrorism", "rights", "no_substance", "not_competence", "duplicate", "personal_data", "offence",
	NULL };

static const struct {
	const char *code, *label;
} foreign[] = {
	/* The codes of the UK Parliament's petitions, for those that are imported. */
	{ "irrelevant", N_("Not a matter for this institution") },
	{ "no-action", N_("It is not clear what is asked") },
	{ "already-happening", N_("What is asked is already being done") },
	{ "foi", N_("A request for information, not a petition") },
	{ "libellous", N_("Statements that may be libellous or confidential") },
	{ "offensive", N_("Insults or foul language") },
	{ "advert", N_("Advertising") },
	{ "hidden", N_("The reason was not published") },
};

static const struct ground *
ground(const char *code)
{
	for (const struct ground *g = grounds; g->code != NULL; g++)
		if (strcmp(g->code, code) == 0)
			return g;
	return NULL;
}

const char *
refusal_label(const char *code)
{
	const struct ground *g = ground(code);

	if (g != NULL)
		return i18n_text(i18n_now(), g->label);
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		if (strcmp(foreign[i].code, code) == 0)
			return i18n_text(i18n_now(), foreign[i].label);
	return code;
}

const char *
refusal_norm(const char *code)
{
	const struct ground *g = ground(code);

	return g != NULL ? i18n_text(i18n_now(), g->norm) : "";
}
