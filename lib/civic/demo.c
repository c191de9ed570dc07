#include "civic/demo.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"
#include "base/str.h"

json_t *
demo_open(void)
{
	char path[PATH_MAX];
	json_error_t error;

	snprintf(path, sizeof path, "%s/sql/demo/people.json", config_get("root"));
	json_t *people = json_load_file(path, 0, &error);
	if (people == NULL)
		fatal("cannot read the demo people %s line %d: %s", path, error.line, error.text);
	return people;
}

/* 9, the eight digits of serial, and the check digit that Ukrainian tax numbers end with. */
static char *
tax_number(struct pool *pool, int serial)
{
	static const int weight[] = { -1, 5, 7, 9, 4, 6, 10, 5, 7 };
	char *number = str_fmt(pool, "9%08d0", serial);
	int sum = 0;

	for (size_t i = 0; i < sizeof weight / sizeof *weight; i++)
		sum += weight[i] * (number[i] - '0');
	number[9] = (char)('0' + (sum + 11) % 11 % 10);
	return number;
}

static const char *
pick(json_t *pool_of_names, const char *kind, int n)
{
	json_t *list = json_object_get(pool_of_names, kind);
	size_t size = json_array_size(list);

	return size == 0 ? "" : json_string_value(json_array_get(list, (size_t)n % size));
}

static json_t *
resident(struct pool *pool, json_t *people, int n)
{
	/* The tax number's ninth digit tells the sex, odd is male, so the serial's parity decides. */
	bool male = n % 2 != 0;
	int k = (n - 1) / 2;
	json_t *names = json_object_get(json_object_get(people, "pools"), male ? "male" : "female");

	/* Steps that share no factor with the lists' lengths (60, 120, 40): no full name repeats. */
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:[]}",
	    "login", str_fmt(pool, "r%d", n),
	    "given_name", pick(names, "given", k * 11 + k / 120),
	    "family_name", pick(names, "family", k * 7),
	    "middle_name", pick(names, "middle", k * 3 + k / 40),
	    "birthdate", str_fmt(pool, "%04d-%02d-%02d", 1945 + n % 61, 1 + n % 12, 1 + n % 28),
	    "tax_number", tax_number(pool, n),
	    "residence_code", "UA51100370000040590",
	    "gender", male ? "male" : "female",
	    "roles");
}

static json_t *
named(json_t *people, const char *login)
{
	size_t i;
	json_t *person;

	json_array_foreach(json_object_get(people, "people"), i, person)
		if (str_eq(json_string_value(json_object_get(person, "login")), login))
			return json_deep_copy(person);
	return NULL;
}

json_t *
demo_person(struct pool *pool, json_t *people, const char *login)
{
	char *end;
	long n = 0;

	if (login[0] == 'r' && login[1] >= '1' && login[1] <= '9' && strlen(login) <= 5) {
		n = strtol(login + 1, &end, 10);
		if (*end != '\0' || n > DEMO_RESIDENTS)
			n = 0;
	}
	json_t *person = n > 0 ? resident(pool, people, (int)n) : named(people, login);
	if (person != NULL)
		json_object_set_new(person, "sub", json_string(str_fmt(pool, "standin-%s", login)));
	return person;
}
