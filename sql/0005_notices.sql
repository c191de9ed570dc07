-- Notices: whom a cause tells, the letters that come of it, people's addresses, who follows a petition.

-- A row is a cause: "tell this audience of that". `worker post` makes its letters, one a person.
ALTER TABLE outbox
  MODIFY COLUMN person_id BIGINT NULL COMMENT 'whom, where the audience is one person',
  ADD COLUMN IF NOT EXISTS audience VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'author' COMMENT 'author, followers, staff; claim: an address to be confirmed',
  ADD COLUMN IF NOT EXISTS roles VARCHAR(60) COLLATE utf8mb4_bin NULL COMMENT 'of the staff, by commas',
  ADD COLUMN IF NOT EXISTS operation VARCHAR(64) COLLATE utf8mb4_bin NULL COMMENT 'the request that caused it: whose undoing cancels it',
  ADD COLUMN IF NOT EXISTS other_id BIGINT NULL COMMENT 'a second subject that the words name',
  ADD COLUMN IF NOT EXISTS reason VARCHAR(20) COLLATE utf8mb4_bin NULL,
  ADD COLUMN IF NOT EXISTS note TEXT NULL COMMENT 'words that the letter quotes',
  ADD COLUMN IF NOT EXISTS not_before DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  ADD COLUMN IF NOT EXISTS cancelled_at DATETIME NULL,
  ADD COLUMN IF NOT EXISTS expanded_at DATETIME NULL COMMENT 'all its letters are made',
  ADD COLUMN IF NOT EXISTS told_to BIGINT NOT NULL DEFAULT 0 COMMENT 'letters are made up to this person',
  DROP INDEX IF EXISTS waiting,
  DROP COLUMN IF EXISTS sent_at,
  ADD INDEX IF NOT EXISTS to_expand (expanded_at, cancelled_at, not_before),
  ADD INDEX IF NOT EXISTS of_subject (kind, subject_id, operation);

-- What may be found here after a crash, and what is then done, is told in lib/civic/post.h.
CREATE TABLE IF NOT EXISTS letter (
  id              BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id    BIGINT NOT NULL REFERENCES community (id),
  outbox_id       BIGINT NOT NULL REFERENCES outbox (id),
  person_id       BIGINT NOT NULL REFERENCES person (id),
  token           CHAR(24) COLLATE utf8mb4_bin NOT NULL UNIQUE COMMENT 'of the Message-ID and the return path, before anything is sent',
  urgency         SMALLINT NOT NULL COMMENT '0 first',
  state           VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'waiting' COMMENT 'waiting, open, sending, sent, bounced, failed, uncertain, dropped',
  holder          VARCHAR(24) COLLATE utf8mb4_bin NOT NULL DEFAULT '' COMMENT 'the process that has it open',
  attempts        INT NOT NULL DEFAULT 0,
  address_version INT NULL COMMENT 'of the contact that it went to',
  code            INT NULL COMMENT 'the mail server''s last answer',
  created_at      DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  next_at         DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  changed_at      DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  UNIQUE KEY once (outbox_id, person_id),
  KEY due (state, urgency, next_at, id),
  KEY sweep (created_at)
) DEFAULT CHARSET utf8mb4;

-- Where a person gets letters, in all communities. No address: asked, not confirmed; or taken away.
CREATE TABLE IF NOT EXISTS contact (
  person_id       BIGINT PRIMARY KEY REFERENCES person (id),
  email           VARCHAR(254) CHARACTER SET ascii COLLATE ascii_general_ci NULL,
  version         INT NOT NULL DEFAULT 1 COMMENT 'one more with each address',
  lang            CHAR(2) COLLATE utf8mb4_bin NOT NULL DEFAULT 'uk',
  confirmed_at    DATETIME NULL,
  bounced_at      DATETIME NULL COMMENT 'nothing is sent there until it is confirmed again',
  author_notices  BOOLEAN NOT NULL DEFAULT 1,
  staff_notices   BOOLEAN NOT NULL DEFAULT 1
) DEFAULT CHARSET utf8mb4;

-- An address that waits for its confirmation: single use, a day, by the real clock.
CREATE TABLE IF NOT EXISTS contact_claim (
  id              BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id    BIGINT NOT NULL REFERENCES community (id),
  person_id       BIGINT NOT NULL REFERENCES person (id),
  email           VARCHAR(254) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  lang            CHAR(2) COLLATE utf8mb4_bin NOT NULL,
  created_at      BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  used_at         BIGINT NULL,
  KEY of_person (person_id, created_at),
  KEY of_address (email, created_at),
  KEY sweep (created_at)
) DEFAULT CHARSET utf8mb4;

-- Signers who want to hear of the answer.
CREATE TABLE IF NOT EXISTS petition_follow (
  petition_id     BIGINT NOT NULL REFERENCES petition (id),
  person_id       BIGINT NOT NULL REFERENCES person (id),
  community_id    BIGINT NOT NULL REFERENCES community (id),
  since           DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  until           DATETIME NULL,
  PRIMARY KEY (petition_id, person_id),
  KEY of_person (person_id, community_id)
) DEFAULT CHARSET utf8mb4;
