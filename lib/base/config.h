/*
 * config: the instance's settings, one `key = value` a line, `#` comments; read once at start.
 *
 * The file is named by the environment's VICHE_CONF. scripts/run writes it; the keys:
 *   base_url        http://127.0.0.1:8080 (scheme and port decide the cookies' form)
 *   port            8080
 *   root            the checkout (views, sql)
 *   build           the build folder (static files, catalogues)
 *   var             state: run/, log/, keys/, db/
 *   db_socket       MariaDB's socket
 *   strict          1: a name that a model lacks, or an undeclared field, is an error
 *   standin         1: the stand-in identity provider may run here
 *   providers       the folder of identity providers, one small file each (web/idp.h); read by login
 *   private_provider   1: the identity provider stands in the operator's own network
 *   db_name         the database; viche
 *   limits          how many times as wide as usual the limits on logins are (cgi-bin/login/attempt.h); 1
 *   register_url.NAME, register_url   the service of a community's register, or of all (civic/register.h)
 *   register_token_file   what it wants as a bearer's token
 *   petitions_per_day   drafts that a person may begin in a day (civic/petition.h)
 *   standin_redirects   where else the stand-in provider may send back to, by spaces
 *   mail_from       the address that letters come from; conf_write's is for demonstrations
 *   mail_return     where undeliverable letters return to, as local+TOKEN@domain (feed them to
 *                   `manage bounce`); without it they return to mail_from
 *   mail_per_second letters a second at most; 10
 *   mail_backoff    seconds before a letter's second attempt, doubled each time; 60
 *   smtp_url        smtp://HOST:587 or smtps://HOST:465; without it letters become files in var/mail.
 *                   TLS is required but for 127.0.0.1 and localhost
 *   smtp_user, smtp_password_file   where the server wants a login
 *   smtp_ca_file    certificates to trust in place of the system's
 *   smtp_patience   seconds to wait for each answer; 60, for the last ten times as long
 *   test_clock      a file with an SQL time for SET timestamp (tests only: refused without standin = 1)
 */
#ifndef VICHE_BASE_CONFIG_H
#define VICHE_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

/* Reads the file that VICHE_CONF names. A missing file or a broken line: one sentence, exit 1. */
void config_open(void);

/* The value; a key that is not there is fatal. */
const char *config_get(const char *key);
/* The value, or otherwise where the key is not there. */
const char *config_or(const char *key, const char *otherwise);
bool config_on(const char *key); /* "1" */

/* The bytes of a key file under var/keys, at most size; fatal where it is missing or shorter than
 * least. Returns the number read. */
size_t config_key_file(const char *name, unsigned char *bytes, size_t least, size_t size);

#endif
