/*
 * manage seed: a community as it is after years: many petitions and signatures, made up, for measuring
 * and for growth. Only where the stand-in provider may run, since its people are nobody.
 *
 * Of ten petitions three were refused; of the others two gather signatures, four ended without enough,
 * one was answered. Half of the signatures stand under one petition in fifty, the rest is spread evenly.
 */
#include "manage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"

enum { AT_ONCE = 5000 /* a step ends well before the connection gives up */, PEOPLE = 20000, SEED_MAX = 1000000 };

struct seed {
	struct manage *m;
	int64_t community, first, petitions, signatures, listed;
	const char *name;
};

static int64_t
number(struct seed *s, struct sql *statement, struct db_args args)
{
	int64_t n = db_number(s->m->db, statement, args, 0);

	if (db_failed(s->m->db))
		fatal("the database failed; what was made so far is kept");
	return n;
}

/* Runs a statement over the numbers from to until in steps, each a transaction. */
static void
in_steps(struct seed *s, const char *what, int64_t from, int64_t until,
    void (*step)(struct seed *s, int64_t from, int64_t until))
{
	for (int64_t at = from; at <= until; at += AT_ONCE) {
		step(s, at, at + AT_ONCE - 1 < until ? at + AT_ONCE - 1 : until);
		if (db_failed(s->m->db))
			fatal("the database failed; what was made so far is kept");
		printf("\r%s: %lld of %lld", what, (long long)(at + AT_ONCE - 1 < until ? at + AT_ONCE - 1 : until),
		    (long long)until);
		fflush(stdout);
	}
	putchar('\n');
}

static void
add_people(struct seed *s, int64_t from, int64_t until)
{
	SQL(seed_people,
	    "INSERT IGNORE INTO person (issuer, subject, given_name, family_name, middle_name) "
	    "SELECT 'urn:viche:seed', seq, "
	    "ELT(1 + seq MOD 12, 'Олена', 'Андрій', 'Марія', 'Сергій', 'Наталія', 'Дмитро', 'Ірина', 'Олег', "
	    "'Тетяна', 'Юрій', 'Світлана', 'Богдан'), "
	    "ELT(1 + (seq DIV 12) MOD 14, 'Бондаренко', 'Ткаченко', 'Кравчук', 'Олійник', 'Шевчук', 'Поліщук', "
	    "'Лисенко', 'Мельник', 'Коваленко', 'Савчук', 'Левченко', 'Романюк', 'Гнатюк', 'Яременко'), '' "
	    "FROM seq_1_to_1000000 WHERE seq BETWEEN ? AND ?");
	SQL(seed_members,
	    "INSERT IGNORE INTO residence (community_id, person_id, kind, category) "
	    "SELECT ?, id, 'provider', 'registered' FROM person WHERE issuer = 'urn:viche:seed' AND "
	    "CAST(subject AS UNSIGNED) BETWEEN ? AND ?");

	/* All of them are grown up. */
	SQL(seed_ages,
	    "INSERT IGNORE INTO person_age (person_id, age, on_date) SELECT p.id, a.seq, DATE(UTC_TIMESTAMP()) FROM "
	    "person p JOIN seq_0_to_18 a ON a.seq IN (0, 14, 16, 18) WHERE p.issuer = 'urn:viche:seed' AND "
	    "CAST(p.subject AS UNSIGNED) BETWEEN ? AND ?");

	db_exec(s->m->db, &seed_people, ARGS(INT(from), INT(until)));
	db_exec(s->m->db, &seed_members, ARGS(INT(s->community), INT(from), INT(until)));
	db_exec(s->m->db, &seed_ages, ARGS(INT(from), INT(until)));
}

/* What is asked for, where and why: forty, thirty and twelve pieces make titles that differ. */
#define TITLES \
	"CONCAT(ELT(1 + seq MOD 20, 'Відремонтувати', 'Освітити', 'Облаштувати', 'Озеленити', 'Відновити', " \
	"'Утеплити', 'Розширити', 'Захистити', 'Прибрати', 'Побудувати', 'Відкрити', 'Замінити', 'Огородити', " \
	"'Перенести', 'Обладнати', 'Пофарбувати', 'Заасфальтувати', 'Зберегти', 'Створити', 'Упорядкувати'), ' ', " \
	"ELT(1 + (seq DIV 20) MOD 25, 'дитячий майданчик', 'зупинку автобуса', 'тротуар', 'сквер', 'пішохідний " \
	"перехід', 'спортивний майданчик', 'дорогу', 'сходи до моря', 'укриття', 'бібліотеку', 'амбулаторію', " \
	"'водогін', 'вуличні ліхтарі', 'контейнери для сміття', 'велодоріжку', 'шкільне подвір’я', 'парк', " \
	"'пандус', 'стадіон', 'дах школи', 'пам’ятник', 'ринок', 'набережну', 'міст', 'притулок для тварин'), ' ', " \
	"ELT(1 + (seq DIV 500) MOD 24, 'на вулиці Шевченка', 'біля лікарні', 'на проспекті Миру', 'у центрі міста', " \
	"'на вулиці Парковій', 'біля вокзалу', 'у мікрорайоні Сонячному', 'на вулиці Лесі Українки', 'біля озера', " \
	"'на вулиці Садовій', 'біля гімназії', 'на Корабельній', 'у селі', 'біля будинку культури', 'на площі', " \
	"'на вулиці Франка', 'біля порту', 'на вулиці Морській', 'у дворі будинку', 'біля церкви', " \
	"'на вулиці Зеленій', 'біля басейну', 'на вулиці Козацькій', 'біля автостанції'), ' ', " \
	"'№ ', 1 + (seq DIV 12000))"
#define TEXTS \
	"CONCAT('Мешканці звертаються до ради: ', ELT(1 + seq MOD 6, 'щодня тут проходять сотні людей, і чекати " \
	"більше не можна.', 'після зими стан став небезпечним для дітей і літніх людей.', 'кілька звернень до " \
	"комунальних служб лишилися без відповіді.', 'громада готова допомогти толокою та власними коштами.', " \
	"'ремонт обіцяють уже третій рік поспіль.', 'під час відключень світла ходити тут небезпечно.'), ' Просимо ', " \
	"ELT(1 + (seq DIV 6) MOD 7, 'передбачити кошти в бюджеті наступного року.', 'провести обстеження і " \
	"оприлюднити висновок.', 'виконати роботи до початку опалювального сезону.', 'визначити підрядника на " \
	"відкритих торгах.', 'розглянути це питання на найближчій сесії.', 'створити робочу групу за участю " \
	"мешканців.', 'повідомити громаду про строки.'))"

static void
add_petitions(struct seed *s, int64_t from, int64_t until)
{
	/* The age in days: what gathers signatures is younger than its term. */
	SQL(seed_petitions,
	    "INSERT INTO petition (community_id, title, text, state, topic, created_at, updated_at, "
	    "submitted_at, published_at, listed_at, closes_at, decided_at, rules_version, threshold, term_days, "
	    "reason, remarks, clock_from, verdict, answer, answered_by, answered_at) "
	    "SELECT ?, title, text, state, topic, at, at, at, IF(state = 'refused', NULL, at), at, "
	    "IF(state = 'refused', NULL, at + INTERVAL r.term_days DAY), "
	    "IF(state = 'collecting', NULL, at + INTERVAL IF(state = 'refused', 1, r.term_days) DAY), "
	    "IF(state = 'refused', NULL, r.version), IF(state = 'refused', NULL, 1000000), "
	    "IF(state = 'refused', NULL, r.term_days), IF(state = 'refused', 'duplicate', NULL), "
	    "IF(state = 'refused', 'Така петиція вже є.', NULL), IF(state = 'refused', NULL, at), "
	    "IF(state = 'answered', 'supported', NULL), IF(state = 'answered', 'Підтримано.', NULL), "
	    "IF(state = 'answered', 'Рада', NULL), IF(state = 'answered', at + INTERVAL 90 DAY, NULL) FROM "
	    "(SELECT " TITLES " AS title, " TEXTS " AS text, "
	    "ELT(1 + seq MOD 10, 'collecting', 'not_reached', 'refused', 'not_reached', 'answered', 'refused', "
	    "'collecting', 'not_reached', 'refused', 'not_reached') AS state, "
	    "ELT(1 + seq MOD 8, 'roads', 'transport', 'housing', 'utilities', 'environment', 'education', 'safety', "
	    "'culture') AS topic, "
	    "UTC_TIMESTAMP() - INTERVAL IF(seq MOD 10 IN (0, 6), 60 + seq MOD 100000, "
	    "9000000 + seq * 131 MOD 140000000) SECOND AS at "
	    "FROM seq_1_to_1000000 WHERE seq BETWEEN ? AND ?) AS made "
	    "JOIN petition_rules r ON r.community_id = ? AND r.version = 1");

	db_exec(s->m->db, &seed_petitions, ARGS(INT(s->community), INT(from), INT(until), INT(s->community)));
}

/* Half under the first fiftieth, half under all; nobody twice under one. */
static void
add_signatures(struct seed *s, int64_t from, int64_t until)
{
	SQL(seed_signatures,
	    "INSERT IGNORE INTO petition_signature (petition_id, person_id, community_id, created_at) "
	    "SELECT l.petition_id, w.person_id, ?, LEAST(p.published_at + INTERVAL 60 + q.k * 37 MOD 2000000 SECOND, "
	    "UTC_TIMESTAMP() - INTERVAL 900 SECOND) FROM (SELECT seq AS k, "
	    "IF(seq MOD 2 = 0, 1 + (seq DIV 2) MOD ?, 1 + (seq DIV 2) MOD ?) AS n, "
	    "IF(seq MOD 2 = 0, 1 + (seq DIV 2) DIV ?, 10001 + (seq DIV 2) DIV ?) AS who "
	    "FROM seq_1_to_10000000 WHERE seq BETWEEN ? AND ?) AS q JOIN (SELECT id AS petition_id, "
	    "ROW_NUMBER() OVER (ORDER BY id) AS n FROM petition WHERE community_id = ? AND id > ? AND "
	    "published_at IS NOT NULL) AS l ON l.n = q.n JOIN (SELECT id AS person_id, "
	    "ROW_NUMBER() OVER (ORDER BY id) AS n FROM person WHERE issuer = 'urn:viche:seed') AS w "
	    "ON w.n = 1 + (q.who - 1) MOD ? JOIN petition p ON p.id = l.petition_id AND p.community_id = ?");
	int64_t busy = s->listed / 50 > 0 ? s->listed / 50 : 1;

	db_exec(s->m->db, &seed_signatures,
	    ARGS(INT(s->community), INT(busy), INT(s->listed), INT(busy), INT(s->listed), INT(from),
	        INT(until), INT(s->community), INT(s->first), INT(PEOPLE), INT(s->community)));
}

static void
add_totals(struct seed *s, int64_t from, int64_t until)
{
	SQL(seed_totals, "INSERT INTO petition_total (petition_id, community_id, settled, signature_count) "
	                 "SELECT p.id, p.community_id, COUNT(g.person_id), COUNT(g.person_id) FROM petition p "
	                 "LEFT JOIN petition_signature g ON g.petition_id = p.id WHERE p.community_id = ? AND "
	                 "p.id BETWEEN ? AND ? AND p.published_at IS NOT NULL GROUP BY p.id, p.community_id "
	                 "ON DUPLICATE KEY UPDATE settled = VALUES(settled), signature_count = VALUES(signature_count)");

	db_exec(s->m->db, &seed_totals, ARGS(INT(s->community), INT(from), INT(until)));
}

static bool
read_args(struct seed *s, int argc, char **argv)
{
	for (int i = 0; i + 1 < argc; i += 2) {
		char *end = NULL;
		int64_t n = strtoll(argv[i + 1], &end, 10);
		if (strcmp(argv[i], "--community") == 0)
			s->name = argv[i + 1];
		else if (*end != '\0' || n < 100 || n > (strcmp(argv[i], "--petitions") == 0 ? SEED_MAX : 10 * SEED_MAX))
			return false;
		else if (strcmp(argv[i], "--petitions") == 0)
			s->petitions = n;
		else if (strcmp(argv[i], "--signatures") == 0)
			s->signatures = n;
		else
			return false;
	}
	return argc % 2 == 0;
}

int
manage_seed(struct manage *m, int argc, char **argv)
{
	SQL(seed_into, "SELECT id FROM community WHERE name = ?");
	SQL(last_petition, "SELECT COALESCE(MAX(id), 0) AS id FROM petition WHERE community_id > 0");
	SQL(count_listed, "SELECT COUNT(*) AS n FROM petition WHERE community_id = ? AND id > ? AND "
	                  "published_at IS NOT NULL");
	struct seed s = { .m = m, .petitions = 100000, .signatures = 1000000, .name = "chornomorsk" };

	if (!config_on("standin"))
		fatal("people are made up only where the stand-in identity provider may run");
	if (!read_args(&s, argc, argv))
		fatal("usage: seed [--petitions N] [--signatures N] [--community NAME]; N from 100");
	db_plain(m->db, "SET SESSION max_statement_time = 0");
	s.community = number(&s, &seed_into, ARGS(TEXT(s.name)));
	if (s.community == 0)
		fatal("there is no community \"%s\"", s.name);
	s.first = number(&s, &last_petition, NO_ARGS);
	in_steps(&s, "people", 1, PEOPLE, add_people);
	in_steps(&s, "petitions", 1, s.petitions, add_petitions);
	s.listed = number(&s, &count_listed, ARGS(INT(s.community), INT(s.first)));
	in_steps(&s, "signatures", 1, s.signatures, add_signatures);
	in_steps(&s, "totals", s.first + 1, number(&s, &last_petition, NO_ARGS), add_totals);
	return 0;
}
