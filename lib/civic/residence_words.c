/* What people are told of their residence. */
#include "civic/residence.h"

#include "base/str.h"
#include "web/i18n.h"

const char *
residence_category_label(const char *category)
{
	return str_eq(category, "registered") ? _("lives here by registration")
	    : str_eq(category, "displaced")   ? _("internally displaced person, registered here")
	    : str_eq(category, "works")       ? _("works here")
	                                      : _("studies here");
}

const char *
residence_kind_label(const char *kind)
{
	return str_eq(kind, "register") ? _("by the community’s register")
	    : str_eq(kind, "official")  ? _("confirmed by an official")
	    : str_eq(kind, "provider")  ? _("by your login’s data")
	                                : _("declared, not confirmed");
}

const char *
residence_verdict_name(enum residence_verdict verdict)
{
	switch (verdict) {
	case RESIDENCE_FITS: return "fits";
	case RESIDENCE_NONE: return "none";
	case RESIDENCE_WAITS: return "waits";
	case RESIDENCE_DECLINED: return "declined";
	case RESIDENCE_OTHER_WAY: return "other-way";
	case RESIDENCE_OTHER_CATEGORY: return "other-category";
	}
	return "";
}

const char *
residence_reason(enum residence_verdict verdict)
{
	switch (verdict) {
	case RESIDENCE_FITS: return "";
	case RESIDENCE_NONE: return _("We do not know yet that you belong to this community.");
	case RESIDENCE_WAITS: return _("Your declaration of residence waits for an official to confirm it.");
	case RESIDENCE_DECLINED: return _("An official did not confirm your residence.");
	case RESIDENCE_OTHER_WAY:
		return _("You belong to the community, but the rules here ask for another proof of it.");
	case RESIDENCE_OTHER_CATEGORY:
		return _("You belong to the community, but the rules here ask for another ground than yours.");
	}
	return "";
}

const char *
residence_advice(enum residence_verdict verdict, const char *kinds)
{
	bool helps = residence_listed(kinds, "official") || residence_listed(kinds, "declared");

	switch (verdict) {
	case RESIDENCE_FITS: return "";
	case RESIDENCE_WAITS: return _("You can take part as soon as it is confirmed.");
	case RESIDENCE_NONE:
		return helps ? _("Declare your residence: an official looks at it.")
		             : _("Log in with a service that tells your registered address, or ask the community to "
		                 "correct its register.");
	case RESIDENCE_DECLINED: return _("Read why, and declare it again with what was missing.");
	case RESIDENCE_OTHER_WAY:
		return residence_listed(kinds, "official")
		    ? _("Declare your residence: an official looks at it.")
		    : residence_listed(kinds, "provider")
		    ? _("Log in with a service that tells your registered address.")
		    : _("Ask the community to correct its register.");
	case RESIDENCE_OTHER_CATEGORY:
		return helps ? _("If another ground holds for you too, declare it.")
		             : _("If another ground holds for you too, ask the community.");
	}
	return "";
}
