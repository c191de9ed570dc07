-- The house: communities, people, sessions, the lifecycle, petitions and their signatures.
-- Forward only: a landed migration is never edited. Each statement may run again, so that a
-- migration which was interrupted is taken up by the next `manage migrate`. Times are UTC; sessions, attempts and parked
-- texts count in seconds since 1970 by the real clock, which the test clock does not move.

CREATE TABLE IF NOT EXISTS community (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  name          VARCHAR(40) COLLATE utf8mb4_bin NOT NULL UNIQUE,
  title         VARCHAR(120) NOT NULL,
  title_en      VARCHAR(120) NOT NULL,
  full_name     VARCHAR(200) NOT NULL,
  full_name_en  VARCHAR(200) NOT NULL,
  council       VARCHAR(200) NOT NULL,
  council_en    VARCHAR(200) NOT NULL,
  oblast        VARCHAR(80) NOT NULL,
  oblast_en     VARCHAR(80) NOT NULL,
  katottg       CHAR(19) COLLATE utf8mb4_bin NOT NULL UNIQUE,
  phone         VARCHAR(40) NOT NULL,
  offline       VARCHAR(600) NOT NULL,
  offline_en    VARCHAR(600) NOT NULL,
  crest         VARCHAR(2000) NULL COMMENT 'path of a 24 x 24 SVG',
  theme         VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT 'sea' COMMENT 'a palette of viche.css'
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

CREATE TABLE IF NOT EXISTS community_host (
  host          VARCHAR(253) COLLATE utf8mb4_bin PRIMARY KEY,
  community_id  BIGINT NOT NULL REFERENCES community (id)
) DEFAULT CHARSET utf8mb4;

-- Versioned settings: the newest row counts for what is published from now on.
CREATE TABLE IF NOT EXISTS petition_rules (
  community_id  BIGINT NOT NULL REFERENCES community (id),
  version       INT NOT NULL,
  threshold     INT NOT NULL CHECK (threshold > 0),
  term_days     INT NOT NULL CHECK (term_days BETWEEN 1 AND 366),
  created_at    DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  PRIMARY KEY (community_id, version)
) DEFAULT CHARSET utf8mb4;

-- A human. person_key is HMAC-SHA-256(key, tax number); without a number (issuer, subject) counts.
CREATE TABLE IF NOT EXISTS person (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  person_key    BINARY(32) NULL UNIQUE,
  key_version   SMALLINT NULL,
  issuer        VARCHAR(255) COLLATE utf8mb4_bin NULL,
  subject       VARCHAR(255) COLLATE utf8mb4_bin NULL,
  given_name    VARCHAR(120) NOT NULL,
  family_name   VARCHAR(120) NOT NULL,
  middle_name   VARCHAR(120) NOT NULL DEFAULT '',
  created_at    DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  UNIQUE KEY identity (issuer, subject),
  CHECK (person_key IS NOT NULL OR (issuer IS NOT NULL AND subject IS NOT NULL))
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

CREATE TABLE IF NOT EXISTS membership (
  community_id  BIGINT NOT NULL REFERENCES community (id),
  person_id     BIGINT NOT NULL REFERENCES person (id),
  residence     VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT 'none' COMMENT 'none, provider',
  confirmed_at  DATETIME NULL,
  PRIMARY KEY (community_id, person_id)
) DEFAULT CHARSET utf8mb4;

CREATE TABLE IF NOT EXISTS staff (
  community_id  BIGINT NOT NULL REFERENCES community (id),
  person_id     BIGINT NOT NULL REFERENCES person (id),
  role          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  since         DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  until         DATETIME NULL,
  PRIMARY KEY (community_id, person_id, role, since)
) DEFAULT CHARSET utf8mb4;

CREATE TABLE IF NOT EXISTS session (
  token_hash    BINARY(32) PRIMARY KEY,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  person_id     BIGINT NOT NULL REFERENCES person (id),
  created_at    BIGINT NOT NULL,
  seen_at       BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL,
  KEY sweep (community_id, expires_at),
  KEY person (person_id)
) DEFAULT CHARSET utf8mb4;

-- A login under way: single use, ten minutes, bound to a cookie by its state's hash.
CREATE TABLE IF NOT EXISTS login_attempt (
  state_hash    BINARY(32) PRIMARY KEY,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  nonce         CHAR(43) COLLATE utf8mb4_bin NOT NULL,
  verifier      CHAR(43) COLLATE utf8mb4_bin NOT NULL,
  intent        VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  intent_id     BIGINT NOT NULL DEFAULT 0,
  expires_at    BIGINT NOT NULL,
  KEY sweep (expires_at)
) DEFAULT CHARSET utf8mb4;

-- What someone was writing when the session ended, under the pre-session's hash.
CREATE TABLE IF NOT EXISTS parked_form (
  owner_hash    BINARY(32) NOT NULL,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  form          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  subject_id    BIGINT NOT NULL DEFAULT 0,
  client_hash   BINARY(32) NOT NULL,
  body          MEDIUMTEXT NOT NULL,
  created_at    BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL,
  PRIMARY KEY (owner_hash, community_id),
  KEY by_client (client_hash, created_at),
  KEY sweep (expires_at)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

-- Loaded by `manage migrate` from the lifecycle's table in C; read by the triggers below.
CREATE TABLE IF NOT EXISTS transition (
  kind          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  from_state    VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  to_state      VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  program       VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (kind, from_state, to_state, program)
) DEFAULT CHARSET utf8mb4;

-- Append-only: everything that happened to anything that has states.
CREATE TABLE IF NOT EXISTS event (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  kind          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  subject_id    BIGINT NOT NULL,
  from_state    VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  to_state      VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  actor_id      BIGINT NULL REFERENCES person (id),
  program       VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  operation     VARCHAR(64) COLLATE utf8mb4_bin NULL COMMENT 'the request that did it',
  reason        VARCHAR(20) COLLATE utf8mb4_bin NULL,
  note          TEXT NULL,
  created_at    DATETIME(6) NOT NULL DEFAULT UTC_TIMESTAMP(6),
  KEY subject (kind, subject_id, id),
  KEY community (community_id, id),
  UNIQUE KEY operation (operation, subject_id, to_state)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

-- What is to be told to whom; written in the transaction of its cause, sent by `worker post`.
CREATE TABLE IF NOT EXISTS outbox (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  person_id     BIGINT NOT NULL REFERENCES person (id),
  notice        VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  kind          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  subject_id    BIGINT NOT NULL,
  created_at    DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  sent_at       DATETIME NULL,
  KEY waiting (sent_at, id)
) DEFAULT CHARSET utf8mb4;

CREATE TABLE IF NOT EXISTS petition (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  author_id     BIGINT NULL COMMENT 'NULL: imported without a name' REFERENCES person (id),
  title         VARCHAR(200) NOT NULL,
  text          TEXT NOT NULL,
  lang          CHAR(2) COLLATE utf8mb4_bin NOT NULL DEFAULT 'uk',
  state         VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT 'draft',
  created_at    DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  updated_at    DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  submitted_at  DATETIME NULL,
  published_at  DATETIME NULL,
  listed_at     DATETIME NULL COMMENT 'when it became public: published or refused',
  closes_at     DATETIME NULL,
  decided_at    DATETIME NULL COMMENT 'refused, reached or not reached',
  rules_version INT NULL COMMENT 'of petition_rules, frozen at publication',
  threshold     INT NULL,
  term_days     INT NULL,
  reason        VARCHAR(20) COLLATE utf8mb4_bin NULL COMMENT 'of the refusal or return',
  remarks       TEXT NULL COMMENT 'the words of the refusal or return',
  outside_count INT NOT NULL DEFAULT 0 COMMENT 'signatures that came as a total without names',
  source        VARCHAR(80) COLLATE utf8mb4_bin NULL COMMENT 'where it was imported from',
  UNIQUE KEY source (community_id, source),
  KEY by_listing (community_id, state, listed_at, id),
  KEY by_date (community_id, listed_at, id),
  KEY by_end (community_id, state, closes_at, id),
  KEY by_author (author_id, community_id, id),
  KEY queue (community_id, state, submitted_at, id),
  FULLTEXT KEY words (title, text)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

-- One human, one signature: the primary key decides every race.
CREATE TABLE IF NOT EXISTS petition_signature (
  petition_id   BIGINT NOT NULL REFERENCES petition (id),
  person_id     BIGINT NOT NULL REFERENCES person (id),
  community_id  BIGINT NOT NULL,
  created_at    DATETIME(6) NOT NULL DEFAULT UTC_TIMESTAMP(6),
  PRIMARY KEY (petition_id, person_id),
  KEY by_time (created_at, petition_id),
  KEY of_petition (petition_id, created_at, person_id),
  KEY of_person (person_id, community_id, created_at)
) DEFAULT CHARSET utf8mb4;

-- Added up by the worker; nobody else writes here. settled counts rows older than the watermark.
CREATE TABLE IF NOT EXISTS petition_total (
  petition_id     BIGINT PRIMARY KEY REFERENCES petition (id),
  community_id    BIGINT NOT NULL,
  settled         INT NOT NULL DEFAULT 0,
  signature_count INT NOT NULL DEFAULT 0 COMMENT 'settled, fresh and outside together',
  KEY most (community_id, signature_count, petition_id)
) DEFAULT CHARSET utf8mb4;

CREATE TABLE IF NOT EXISTS watermark (
  name          VARCHAR(40) COLLATE utf8mb4_bin PRIMARY KEY,
  at            DATETIME(6) NOT NULL
) DEFAULT CHARSET utf8mb4;

-- A role of the worker is held by one process at a time.
CREATE TABLE IF NOT EXISTS lease (
  name          VARCHAR(40) COLLATE utf8mb4_bin PRIMARY KEY,
  holder        VARCHAR(80) COLLATE utf8mb4_bin NOT NULL,
  until         BIGINT NOT NULL
) DEFAULT CHARSET utf8mb4;

-- No program but those that the transition table names may move a petition, whatever SQL it runs.
CREATE OR REPLACE TRIGGER petition_state_new BEFORE INSERT ON petition FOR EACH ROW
BEGIN
  IF NOT EXISTS (SELECT 1 FROM transition WHERE kind = 'petition' AND from_state = ''
      AND to_state = NEW.state AND program = SUBSTRING_INDEX(USER(), '@', 1)) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this program may not make a petition in this state';
  END IF;
END;

CREATE OR REPLACE TRIGGER petition_state_move BEFORE UPDATE ON petition FOR EACH ROW
BEGIN
  IF NEW.state <> OLD.state AND NOT EXISTS (SELECT 1 FROM transition WHERE kind = 'petition'
      AND from_state = OLD.state AND to_state = NEW.state
      AND program = SUBSTRING_INDEX(USER(), '@', 1)) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this program may not move a petition so';
  END IF;
  IF OLD.threshold IS NOT NULL AND (NOT (NEW.threshold <=> OLD.threshold)
      OR NOT (NEW.term_days <=> OLD.term_days) OR NOT (NEW.closes_at <=> OLD.closes_at)
      OR NOT (NEW.published_at <=> OLD.published_at)
      OR NOT (NEW.rules_version <=> OLD.rules_version)
      OR NEW.outside_count <> OLD.outside_count OR NEW.community_id <> OLD.community_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the terms of a published petition are frozen';
  END IF;
  -- By bytes: to the collation, two letter cases are one text.
  IF OLD.published_at IS NOT NULL AND (BINARY NEW.title <> BINARY OLD.title
      OR BINARY NEW.text <> BINARY OLD.text) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the text of a published petition is frozen';
  END IF;
END;

CREATE OR REPLACE TRIGGER event_stays BEFORE UPDATE ON event FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'events are append-only';
CREATE OR REPLACE TRIGGER event_is_kept BEFORE DELETE ON event FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'events are append-only';
