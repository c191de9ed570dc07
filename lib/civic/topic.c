#include "civic/topic.h"

#include <string.h>

#include "web/i18n.h"

const char *const topic_codes[] = { "roads", "transport", "housing", "utilities", "environment",
	"education", "health", "social", "culture", "sport", "safety", "veterans", "economy", "digital",
	"governance", "other", NULL };

static const char *const labels[] = { N_("Roads and pavements"), N_("Transport"), N_("Housing and yards"),
	N_("Water, heat, power"), N_("Environment and parks"), N_("Education"), N_("Health"),
	N_("Social support"), N_("Culture and heritage"), N_("Sport and youth"), N_("Safety and shelters"),
	N_("Veterans and defence"), N_("Economy and trade"), N_("Digital services"),
	N_("Local government"), N_("Other") };

const char *
topic_label(const char *code)
{
	if (code == NULL)
		return "";
	for (size_t i = 0; topic_codes[i] != NULL; i++)
		if (strcmp(topic_codes[i], code) == 0)
			return i18n_text(i18n_now(), labels[i]);
	return code;
}
