-- The whole life of a petition: every state after the signatures, the community's rules in full,
-- districts, the calendar, legal terms, pauses, withdrawn signatures, merging, claims at the desk.

-- Rules are versions that nobody edits: a petition keeps the version of its publication, and with it
-- everything that stands here.
ALTER TABLE petition_rules
  ADD COLUMN IF NOT EXISTS min_age SMALLINT NOT NULL DEFAULT 0 COMMENT 'of a signer; 0: none',
  ADD COLUMN IF NOT EXISTS who_may_sign VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT 'residents' COMMENT 'residents, identified',
  ADD COLUMN IF NOT EXISTS signature_withdrawal BOOLEAN NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS author_withdrawal BOOLEAN NOT NULL DEFAULT 1,
  ADD COLUMN IF NOT EXISTS failed_becomes_appeal BOOLEAN NOT NULL DEFAULT 1,
  ADD COLUMN IF NOT EXISTS hide_minors BOOLEAN NOT NULL DEFAULT 0 COMMENT 'signers under 18 are counted without a public name',
  ADD COLUMN IF NOT EXISTS hide_on_request BOOLEAN NOT NULL DEFAULT 0 COMMENT 'a signer at risk may ask to be counted without a public name',
  ADD COLUMN IF NOT EXISTS hide_ground VARCHAR(600) COLLATE utf8mb4_uca1400_as_ci NOT NULL DEFAULT '' COMMENT 'the legal ground for that, shown to everyone',
  ADD COLUMN IF NOT EXISTS holidays_off BOOLEAN NOT NULL DEFAULT 0 COMMENT '0: martial law, holidays are working days (Art. 6 of Law 2136-IX)',
  ADD COLUMN IF NOT EXISTS keep_failed_months SMALLINT NOT NULL DEFAULT 3 COMMENT 'signers of unsupported petitions stay public, at least 3',
  ADD COLUMN IF NOT EXISTS keep_supported_years SMALLINT NOT NULL DEFAULT 3 COMMENT 'of supported ones, at least 3',
  ADD COLUMN IF NOT EXISTS office_review VARCHAR(200) COLLATE utf8mb4_uca1400_as_ci NOT NULL DEFAULT '' COMMENT 'who publishes or refuses',
  ADD COLUMN IF NOT EXISTS office_decision VARCHAR(200) COLLATE utf8mb4_uca1400_as_ci NOT NULL DEFAULT '' COMMENT 'who considers and answers',
  ADD COLUMN IF NOT EXISTS charter VARCHAR(200) COLLATE utf8mb4_uca1400_as_ci NOT NULL DEFAULT '' COMMENT 'the act that these numbers come from',
  ADD COLUMN IF NOT EXISTS hint_words VARCHAR(4000) COLLATE utf8mb4_uca1400_as_ci NOT NULL DEFAULT '' COMMENT 'words that the desk points at, one a line',
  ADD COLUMN IF NOT EXISTS created_by BIGINT NULL REFERENCES person (id),
  ADD CONSTRAINT IF NOT EXISTS retention CHECK (keep_failed_months >= 3 AND keep_supported_years >= 3);

CREATE OR REPLACE TRIGGER rules_stay BEFORE UPDATE ON petition_rules FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'rules are versions: a new one is added';
CREATE OR REPLACE TRIGGER rules_are_kept BEFORE DELETE ON petition_rules FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'rules are versions: petitions keep theirs';

CREATE TABLE IF NOT EXISTS district (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  name          VARCHAR(120) NOT NULL,
  name_en       VARCHAR(120) NOT NULL,
  UNIQUE KEY by_name (community_id, name)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

-- The threshold of a petition for one district, by version of the rules; without a row the city's counts.
CREATE TABLE IF NOT EXISTS district_threshold (
  community_id  BIGINT NOT NULL REFERENCES community (id),
  version       INT NOT NULL,
  district_id   BIGINT NOT NULL REFERENCES district (id),
  threshold     INT NOT NULL CHECK (threshold > 0),
  PRIMARY KEY (community_id, version, district_id)
) DEFAULT CHARSET utf8mb4;

-- Days that differ from their weekday: holidays, and Saturdays that are worked.
CREATE TABLE IF NOT EXISTS holiday (
  community_id  BIGINT NOT NULL REFERENCES community (id),
  day           DATE NOT NULL,
  works         BOOLEAN NOT NULL DEFAULT 0,
  name          VARCHAR(120) NOT NULL,
  PRIMARY KEY (community_id, day)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

ALTER TABLE person
  ADD COLUMN IF NOT EXISTS born_on DATE NULL COMMENT 'for the age that a charter asks of signers';

ALTER TABLE petition
  ADD COLUMN IF NOT EXISTS district_id BIGINT NULL REFERENCES district (id),
  ADD COLUMN IF NOT EXISTS topic VARCHAR(20) COLLATE utf8mb4_bin NULL COMMENT 'civic/topic.h',
  ADD COLUMN IF NOT EXISTS addressee VARCHAR(200) NULL,
  ADD COLUMN IF NOT EXISTS verdict VARCHAR(20) COLLATE utf8mb4_bin NULL COMMENT 'supported, partly, not_supported',
  ADD COLUMN IF NOT EXISTS answer TEXT NULL,
  ADD COLUMN IF NOT EXISTS answered_by VARCHAR(200) NULL COMMENT 'office or official',
  ADD COLUMN IF NOT EXISTS answered_at DATETIME NULL COMMENT 'when the answer was published',
  ADD COLUMN IF NOT EXISTS contested_at DATETIME NULL COMMENT 'the author contested the refusal, once',
  ADD COLUMN IF NOT EXISTS merged_into BIGINT NULL,
  ADD COLUMN IF NOT EXISTS state_before VARCHAR(20) COLLATE utf8mb4_bin NULL COMMENT 'of suspended and hidden: where it returns to',
  ADD COLUMN IF NOT EXISTS paused_at DATETIME NULL COMMENT 'since when its clocks stand still',
  ADD COLUMN IF NOT EXISTS clock_from DATETIME NULL COMMENT 'since when they have run without a stop',
  ADD COLUMN IF NOT EXISTS paused_seconds INT NOT NULL DEFAULT 0 COMMENT 'by which the term was prolonged, at least',
  ADD COLUMN IF NOT EXISTS notice_reason TEXT NULL COMMENT 'the public reason of suspending or hiding',
  ADD COLUMN IF NOT EXISTS names_removed_at DATETIME NULL COMMENT 'the signers'' names are no longer shown',
  ADD COLUMN IF NOT EXISTS section VARCHAR(20) COLLATE utf8mb4_bin AS (CASE
      WHEN listed_at IS NULL THEN NULL
      WHEN state IN ('collecting', 'suspended') THEN 'collecting'
      WHEN state IN ('reached', 'in_review') THEN 'reached'
      WHEN state IN ('answered', 'implementing', 'implemented') THEN 'answered'
      WHEN state IN ('not_reached', 'appeal', 'appeal_answered', 'withdrawn', 'merged') THEN 'not_reached'
      WHEN state IN ('refused', 'contested') THEN 'refused' END) STORED COMMENT 'of the public lists; NULL: in none',
  ADD KEY IF NOT EXISTS by_section (community_id, section, listed_at, id),
  ADD KEY IF NOT EXISTS by_section_end (community_id, section, closes_at, id);

-- A signature without a public name; a signature taken back is a row of its own, final for that petition.
ALTER TABLE petition_signature
  ADD COLUMN IF NOT EXISTS hidden BOOLEAN NOT NULL DEFAULT 0 COMMENT 'counted without a public name';

CREATE TABLE IF NOT EXISTS petition_withdrawal (
  petition_id   BIGINT NOT NULL REFERENCES petition (id),
  person_id     BIGINT NOT NULL REFERENCES person (id),
  community_id  BIGINT NOT NULL,
  created_at    DATETIME(6) NOT NULL DEFAULT UTC_TIMESTAMP(6),
  PRIMARY KEY (petition_id, person_id),
  KEY by_time (created_at, petition_id),
  KEY of_person (person_id, community_id)
) DEFAULT CHARSET utf8mb4;

-- Who signed stays until the law lets it go (civic/retention.h), whatever a program means to do.
CREATE OR REPLACE TRIGGER signature_stays BEFORE DELETE ON petition_signature FOR EACH ROW
  IF NOT EXISTS (SELECT 1 FROM petition WHERE id = OLD.petition_id AND section IN ('not_reached', 'answered')
      AND COALESCE(decided_at, closes_at) < UTC_TIMESTAMP() - INTERVAL 3 MONTH) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a signature stays';
  END IF;
CREATE OR REPLACE TRIGGER withdrawal_stays BEFORE DELETE ON petition_withdrawal FOR EACH ROW
  IF NOT EXISTS (SELECT 1 FROM petition WHERE id = OLD.petition_id AND section IN ('not_reached', 'answered')
      AND COALESCE(decided_at, closes_at) < UTC_TIMESTAMP() - INTERVAL 3 MONTH) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a signature stays';
  END IF;

-- What the law gives the authority to do, and by when. due_at is reckoned when the step begins, by the
-- calendar of that day, so that a later change of the calendar rewrites nothing.
CREATE TABLE IF NOT EXISTS legal_step (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  kind          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  subject_id    BIGINT NOT NULL,
  step          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'civic/legal_clock.h',
  office        VARCHAR(200) NOT NULL DEFAULT '',
  started_at    DATETIME NOT NULL,
  due_at        DATETIME NOT NULL,
  paused_at     DATETIME NULL COMMENT 'the clock stands still since',
  done_at       DATETIME NULL,
  outcome       VARCHAR(20) COLLATE utf8mb4_bin NULL COMMENT 'done, dropped (nothing was left to do)',
  told_at       DATETIME NULL COMMENT 'when staff was told that it is overdue',
  KEY subject (kind, subject_id, id),
  KEY open (community_id, done_at, due_at),
  KEY overdue (done_at, told_at, due_at)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

-- The whole service of a community stands still, with a public banner.
CREATE TABLE IF NOT EXISTS community_pause (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  since         DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  until         DATETIME NULL,
  reason        VARCHAR(600) NOT NULL,
  started_by    BIGINT NOT NULL REFERENCES person (id),
  ended_by      BIGINT NULL REFERENCES person (id),
  open_one      TINYINT AS (IF(until IS NULL, 1, NULL)) STORED COMMENT 'at most one is open',
  UNIQUE KEY one (community_id, open_one)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

-- Who at the desk has taken what on; a claim ends by itself (real clock, seconds since 1970).
CREATE TABLE IF NOT EXISTS claim (
  community_id  BIGINT NOT NULL REFERENCES community (id),
  kind          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  subject_id    BIGINT NOT NULL,
  person_id     BIGINT NOT NULL REFERENCES person (id),
  until         BIGINT NOT NULL,
  PRIMARY KEY (kind, subject_id)
) DEFAULT CHARSET utf8mb4;

-- Two petitions may join where both authors agree: close_id closes, keep_id goes on.
CREATE TABLE IF NOT EXISTS petition_merge (
  id              BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id    BIGINT NOT NULL REFERENCES community (id),
  keep_id         BIGINT NOT NULL REFERENCES petition (id),
  close_id        BIGINT NOT NULL REFERENCES petition (id),
  proposed_by     BIGINT NOT NULL REFERENCES person (id),
  proposed_at     DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  note            VARCHAR(1000) NOT NULL DEFAULT '',
  keep_agreed_at  DATETIME NULL,
  close_agreed_at DATETIME NULL,
  ended_at        DATETIME NULL,
  outcome         VARCHAR(20) COLLATE utf8mb4_bin NULL COMMENT 'merged, declined, dropped',
  open_close      BIGINT AS (IF(ended_at IS NULL, close_id, NULL)) STORED,
  UNIQUE KEY one (open_close),
  KEY of_keep (community_id, keep_id, ended_at),
  KEY of_close (community_id, close_id)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

-- What is done to carry out a supported petition; pictures are attachments.
CREATE TABLE IF NOT EXISTS milestone (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  petition_id   BIGINT NOT NULL REFERENCES petition (id),
  title         VARCHAR(200) NOT NULL,
  text          TEXT NOT NULL,
  happened_on   DATE NOT NULL,
  author_id     BIGINT NOT NULL REFERENCES person (id),
  created_at    DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  KEY of_petition (petition_id, happened_on, id)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

-- What the administrator changed besides rules: staff, holidays, districts, pauses. Append-only.
CREATE TABLE IF NOT EXISTS admin_event (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  actor_id      BIGINT NOT NULL REFERENCES person (id),
  what          VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  detail        VARCHAR(1000) NOT NULL DEFAULT '',
  created_at    DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  KEY community (community_id, id)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;
CREATE OR REPLACE TRIGGER admin_event_stays BEFORE UPDATE ON admin_event FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'events are append-only';
CREATE OR REPLACE TRIGGER admin_event_is_kept BEFORE DELETE ON admin_event FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'events are append-only';

-- As in 0001, and: a publication that is undone loses its terms again; a term is prolonged only by the
-- time that a pause took, rounded up to the end of a day.
CREATE OR REPLACE TRIGGER petition_state_move BEFORE UPDATE ON petition FOR EACH ROW
BEGIN
  IF NEW.state <> OLD.state AND NOT EXISTS (SELECT 1 FROM transition WHERE kind = 'petition'
      AND from_state = OLD.state AND to_state = NEW.state
      AND program = SUBSTRING_INDEX(USER(), '@', 1)) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this program may not move a petition so';
  END IF;
  IF OLD.threshold IS NOT NULL AND NOT (NEW.threshold IS NULL AND OLD.state IN ('submitted', 'contested')) THEN
    IF NOT (NEW.threshold <=> OLD.threshold) OR NOT (NEW.term_days <=> OLD.term_days)
        OR NOT (NEW.published_at <=> OLD.published_at)
        OR NOT (NEW.rules_version <=> OLD.rules_version) OR NOT (NEW.district_id <=> OLD.district_id)
        OR NEW.outside_count <> OLD.outside_count OR NEW.community_id <> OLD.community_id THEN
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the terms of a published petition are frozen';
    END IF;
    IF NOT (NEW.closes_at <=> OLD.closes_at) AND NOT COALESCE(NEW.paused_seconds > OLD.paused_seconds
        AND TIMESTAMPDIFF(SECOND, OLD.closes_at, NEW.closes_at)
          BETWEEN NEW.paused_seconds - OLD.paused_seconds AND NEW.paused_seconds - OLD.paused_seconds + 90000
        AND SUBSTRING_INDEX(USER(), '@', 1) = 'moderation', FALSE) THEN
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the terms of a published petition are frozen';
    END IF;
  END IF;
  -- By bytes: to the collation, two letter cases are one text.
  IF OLD.published_at IS NOT NULL AND NEW.published_at IS NOT NULL AND (BINARY NEW.title <> BINARY OLD.title
      OR BINARY NEW.text <> BINARY OLD.text) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the text of a published petition is frozen';
  END IF;
  IF OLD.answered_at IS NOT NULL AND (NOT (BINARY NEW.answer <=> BINARY OLD.answer)
      OR NOT (NEW.verdict <=> OLD.verdict) OR NOT (NEW.answered_at <=> OLD.answered_at)) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a published answer stays';
  END IF;
END;
