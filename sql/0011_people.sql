-- Who is who: one human, one account; where people belong and how that is known; ages without dates of
-- birth; the community's register as hashes.

-- A key of var/keys is known here by a mark that tells nothing of it: a program that lacks one of them, or
-- has other bytes under its number, must log nobody in, since it would make a second account.
CREATE TABLE IF NOT EXISTS key_mark (
  version       SMALLINT PRIMARY KEY,
  mark          BINARY(8) NOT NULL
) DEFAULT CHARSET utf8mb4;

ALTER TABLE person
  ADD COLUMN IF NOT EXISTS joined_to BIGINT NULL COMMENT 'the account with a number of the same human: this one is closed' REFERENCES person (id),
  ADD COLUMN IF NOT EXISTS has_joined BOOLEAN NOT NULL DEFAULT 0 COMMENT 'some account is joined to this one',
  ADD COLUMN IF NOT EXISTS born_on DATE NULL;

CREATE OR REPLACE TRIGGER person_key_stays BEFORE UPDATE ON person FOR EACH ROW
  IF OLD.person_key IS NOT NULL AND NOT (NEW.person_key <=> OLD.person_key)
      AND (NEW.person_key IS NULL OR NOT NEW.key_version > OLD.key_version)
      OR OLD.joined_to IS NOT NULL AND NOT (NEW.joined_to <=> OLD.joined_to) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'who somebody is moves to a newer key and nowhere else';
  END IF;

-- "At least so many years on that day" (Kyiv's). Age 0: a provider told a date of birth.
CREATE TABLE IF NOT EXISTS person_age (
  person_id     BIGINT NOT NULL REFERENCES person (id),
  age           SMALLINT NOT NULL,
  on_date       DATE NOT NULL,
  PRIMARY KEY (person_id, age)
) DEFAULT CHARSET utf8mb4;

-- Dates of birth that were kept until now become ages. (Run again, the column is new and empty.)
INSERT IGNORE INTO person_age (person_id, age, on_date)
  SELECT p.id, a.age, DATE(UTC_TIMESTAMP() + INTERVAL 2 HOUR) FROM person p
  JOIN (SELECT DISTINCT min_age AS age FROM petition_rules UNION SELECT 0 UNION SELECT 14 UNION SELECT 16 UNION SELECT 18) a
  WHERE p.born_on <= DATE(UTC_TIMESTAMP() + INTERVAL 2 HOUR) - INTERVAL a.age YEAR;
ALTER TABLE person DROP COLUMN IF EXISTS born_on;

-- What a process asks of a signer's residence, and whether the community must keep dates of birth.
ALTER TABLE petition_rules
  ADD COLUMN IF NOT EXISTS residence_kinds VARCHAR(60) COLLATE utf8mb4_bin NOT NULL DEFAULT 'provider,official,register' COMMENT 'how it must be known; by commas',
  ADD COLUMN IF NOT EXISTS residence_categories VARCHAR(60) COLLATE utf8mb4_bin NOT NULL DEFAULT 'registered' COMMENT 'registered, displaced, works, studies; by commas',
  ADD COLUMN IF NOT EXISTS keep_birth_date BOOLEAN NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS residence_mask INT UNSIGNED AS (
      ((FIND_IN_SET('declared', residence_kinds) > 0) + (FIND_IN_SET('provider', residence_kinds) > 0) * 16
      + (FIND_IN_SET('official', residence_kinds) > 0) * 256 + (FIND_IN_SET('register', residence_kinds) > 0) * 4096)
      * ((FIND_IN_SET('registered', residence_categories) > 0) + (FIND_IN_SET('displaced', residence_categories) > 0) * 2
      + (FIND_IN_SET('works', residence_categories) > 0) * 4 + (FIND_IN_SET('studies', residence_categories) > 0) * 8))
      COMMENT 'as membership.residences: what is accepted';

-- The strongest of a person's residences in a community, and all of them for a check that reads one row;
-- kept by triggers on residence.
ALTER TABLE membership
  MODIFY COLUMN residence VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT 'none' COMMENT 'none, declared, provider, official, register',
  ADD COLUMN IF NOT EXISTS category VARCHAR(20) COLLATE utf8mb4_bin NULL COMMENT 'registered, displaced, works, studies',
  ADD COLUMN IF NOT EXISTS residences INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'all of them, a bit each: by kind 4 bits (declared, provider, official, register) by category',
  ADD COLUMN IF NOT EXISTS born_on DATE NULL COMMENT 'only where the rules keep dates of birth';

-- How a person belongs to a community: each way that it is known, in each category.
CREATE TABLE IF NOT EXISTS residence (
  community_id  BIGINT NOT NULL REFERENCES community (id),
  person_id     BIGINT NOT NULL REFERENCES person (id),
  kind          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'declared, official, provider, register',
  category      VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'registered, displaced, works, studies',
  basis         VARCHAR(300) NOT NULL DEFAULT '' COMMENT 'as the person or the official says; list or service of a register',
  since         DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  PRIMARY KEY (community_id, person_id, kind, category),
  KEY queue (community_id, kind, since, person_id),
  CHECK (kind IN ('declared', 'official', 'provider', 'register')),
  CHECK (category IN ('registered', 'displaced', 'works', 'studies'))
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

-- Append-only: everything that happened to a residence.
CREATE TABLE IF NOT EXISTS residence_event (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  person_id     BIGINT NOT NULL REFERENCES person (id),
  what          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'begun, ended, declined',
  residence     VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'the kind',
  category      VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  basis         VARCHAR(300) NOT NULL DEFAULT '' COMMENT 'or the reason',
  actor_id      BIGINT NULL COMMENT 'the person or the official; NULL: a provider or a register' REFERENCES person (id),
  program       VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT '' COMMENT 'by trigger',
  created_at    DATETIME(6) NOT NULL DEFAULT UTC_TIMESTAMP(6),
  KEY of_person (community_id, person_id, id)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

CREATE OR REPLACE TRIGGER residence_event_new BEFORE INSERT ON residence_event FOR EACH ROW
  SET NEW.program = SUBSTRING_INDEX(USER(), '@', 1);
CREATE OR REPLACE TRIGGER residence_event_stays BEFORE UPDATE ON residence_event FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'events are append-only';
CREATE OR REPLACE TRIGGER residence_event_is_kept BEFORE DELETE ON residence_event FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'events are append-only';

-- Residents whom a provider named so far. (A trigger of below would write to the table that is read here.)
DROP TRIGGER IF EXISTS residence_begun;
INSERT IGNORE INTO residence (community_id, person_id, kind, category, since)
  SELECT community_id, person_id, 'provider', 'registered', COALESCE(confirmed_at, UTC_TIMESTAMP()) FROM membership WHERE residence = 'provider';
UPDATE membership SET category = 'registered', residences = 16 WHERE residence = 'provider' AND category IS NULL;

-- Each program writes the ways that are its own, whatever SQL it runs.
CREATE OR REPLACE TRIGGER residence_by BEFORE INSERT ON residence FOR EACH ROW
  IF NOT (SUBSTRING_INDEX(USER(), '@', 1) = 'root'
      OR NEW.kind = 'declared' AND SUBSTRING_INDEX(USER(), '@', 1) = 'cabinet'
      OR NEW.kind = 'official' AND SUBSTRING_INDEX(USER(), '@', 1) = 'moderation'
      OR NEW.kind IN ('provider', 'register') AND SUBSTRING_INDEX(USER(), '@', 1) = 'login') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this program does not say where people live';
  END IF;
CREATE OR REPLACE TRIGGER residence_change_by BEFORE UPDATE ON residence FOR EACH ROW
  IF NEW.kind <> OLD.kind OR NEW.person_id <> OLD.person_id OR NEW.community_id <> OLD.community_id
      OR NOT (SUBSTRING_INDEX(USER(), '@', 1) = 'root'
      OR NEW.kind = 'declared' AND SUBSTRING_INDEX(USER(), '@', 1) = 'cabinet'
      OR NEW.kind = 'official' AND SUBSTRING_INDEX(USER(), '@', 1) = 'moderation'
      OR NEW.kind IN ('provider', 'register') AND SUBSTRING_INDEX(USER(), '@', 1) = 'login') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this program does not say where people live';
  END IF;
CREATE OR REPLACE TRIGGER residence_end_by BEFORE DELETE ON residence FOR EACH ROW
  IF NOT (SUBSTRING_INDEX(USER(), '@', 1) = 'root'
      OR OLD.kind = 'declared' AND SUBSTRING_INDEX(USER(), '@', 1) IN ('cabinet', 'moderation')
      OR OLD.kind = 'official' AND SUBSTRING_INDEX(USER(), '@', 1) = 'moderation'
      OR OLD.kind IN ('provider', 'register') AND SUBSTRING_INDEX(USER(), '@', 1) = 'login') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this program does not say where people live';
  END IF;

CREATE OR REPLACE TRIGGER residence_begun AFTER INSERT ON residence FOR EACH ROW
BEGIN
  INSERT IGNORE INTO membership (community_id, person_id) VALUES (NEW.community_id, NEW.person_id);
  UPDATE membership m JOIN (SELECT kind, category, since FROM residence WHERE community_id = NEW.community_id
      AND person_id = NEW.person_id ORDER BY FIELD(kind, 'register', 'official', 'provider', 'declared'),
      FIELD(category, 'registered', 'displaced', 'works', 'studies') LIMIT 1) e
    SET m.residence = e.kind, m.category = e.category, m.residences = m.residences
      | (1 << 4 * (FIELD(NEW.kind, 'declared', 'provider', 'official', 'register') - 1)
      + FIELD(NEW.category, 'registered', 'displaced', 'works', 'studies') - 1), m.confirmed_at = IF(e.kind = 'declared', NULL, e.since)
    WHERE m.community_id = NEW.community_id AND m.person_id = NEW.person_id;
END;

CREATE OR REPLACE TRIGGER residence_ended AFTER DELETE ON residence FOR EACH ROW
  UPDATE membership m LEFT JOIN (SELECT kind, category, since FROM residence WHERE community_id = OLD.community_id
      AND person_id = OLD.person_id ORDER BY FIELD(kind, 'register', 'official', 'provider', 'declared'),
      FIELD(category, 'registered', 'displaced', 'works', 'studies') LIMIT 1) e ON TRUE
    SET m.residence = COALESCE(e.kind, 'none'), m.category = e.category, m.residences = m.residences
      & ~(1 << 4 * (FIELD(OLD.kind, 'declared', 'provider', 'official', 'register') - 1)
      + FIELD(OLD.category, 'registered', 'displaced', 'works', 'studies') - 1),
      m.confirmed_at = IF(e.kind = 'declared', NULL, e.since)
    WHERE m.community_id = OLD.community_id AND m.person_id = OLD.person_id;

-- Where the community stops to keep dates of birth, those that it has are forgotten at once.
CREATE OR REPLACE TRIGGER birth_dates_forgotten AFTER INSERT ON petition_rules FOR EACH ROW
  IF NOT NEW.keep_birth_date THEN
    UPDATE membership SET born_on = NULL WHERE community_id = NEW.community_id AND born_on IS NOT NULL;
  END IF;

-- The settlements of a community, as addresses name them («м. Чорноморськ»): a provider that tells an
-- address as text is believed only where it names one of them and the oblast.
CREATE TABLE IF NOT EXISTS settlement (
  community_id  BIGINT NOT NULL REFERENCES community (id),
  name          VARCHAR(120) NOT NULL,
  PRIMARY KEY (community_id, name)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

-- A register that was read in: hashes of numbers. One counts from finished_at until ended_at.
CREATE TABLE IF NOT EXISTS register_import (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  category      VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  begun_at      DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  finished_at   DATETIME NULL,
  ended_at      DATETIME NULL,
  KEY of_community (community_id, category)
) DEFAULT CHARSET utf8mb4;

CREATE TABLE IF NOT EXISTS register_entry (
  import_id     BIGINT NOT NULL REFERENCES register_import (id),
  community_id  BIGINT NOT NULL REFERENCES community (id),
  person_key    BINARY(32) NOT NULL COMMENT 'as person.person_key',
  PRIMARY KEY (import_id, person_key),
  KEY of_person (community_id, person_key)
) DEFAULT CHARSET utf8mb4;
