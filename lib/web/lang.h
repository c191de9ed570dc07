/* lang: the languages in which pages are shown. */
#ifndef VICHE_WEB_LANG_H
#define VICHE_WEB_LANG_H

enum lang { LANG_UK, LANG_EN };

#endif
