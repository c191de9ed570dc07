#include "civic/refusal.h"

#include <string.h>

#include "web/i18n.h"

const char *const refusal_codes[] = { "duplicate", "not_competence", "violence", "personal_data",
	"no_substance", "offence", NULL };

static const struct {
	const char *code, *label;
} labels[] = {
	{ "duplicate", N_("Repeats a petition that is open") },
	{ "not_competence", N_("Outside the council’s powers") },
	{ "violence", N_("A call to violence or against people’s rights (Article 23-1)") },
	{ "personal_data", N_("Other people’s personal data") },
	{ "no_substance", N_("It is not clear what is asked (Article 23-1)") },
	{ "offence", N_("Insults or foul language") },
	/* The codes of the UK Parliament's petitions, for those that are imported. */
	{ "irrelevant", N_("Not a matter for this institution") },
	{ "no-action", N_("It is not clear what is asked (Article 23-1)") },
	{ "already-happening", N_("What is asked is already being done") },
	{ "foi", N_("A request for information, not a petition") },
	{ "libellous", N_("Statements that may be libellous or confidential") },
	{ "offensive", N_("Insults or foul language") },
	{ "advert", N_("Advertising") },
	{ "hidden", N_("The reason was not published") },
};

const char *
refusal_label(const char *code)
{
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (strcmp(labels[i].code, code) == 0)
			return i18n_text(i18n_now(), labels[i].label);
	return code;
}
