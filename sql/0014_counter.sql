-- Serving people without a device: supervised sessions at a counter, signatures on paper, and how many of
-- a petition's signatures came in these ways.

ALTER TABLE petition_signature
  ADD COLUMN IF NOT EXISTS channel VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'self' COMMENT 'self, counter, paper';
ALTER TABLE petition_total
  ADD COLUMN IF NOT EXISTS assisted_count INT NOT NULL DEFAULT 0 COMMENT 'signatures at a counter or on paper, without those withdrawn; by the worker';

-- The few that were not given by oneself, so that counting them looks at no others; kept by triggers.
CREATE TABLE IF NOT EXISTS petition_assisted (
  petition_id   BIGINT NOT NULL REFERENCES petition (id),
  person_id     BIGINT NOT NULL REFERENCES person (id),
  community_id  BIGINT NOT NULL,
  withdrawn     BOOLEAN NOT NULL DEFAULT 0,
  changed_at    DATETIME(6) NOT NULL COMMENT 'signed, or withdrawn',
  PRIMARY KEY (petition_id, person_id),
  KEY by_time (changed_at, petition_id)
) DEFAULT CHARSET utf8mb4;

-- A session that an operator opened for a person at the counter after a look at a document. Without ended_at
-- it ended by itself (web/session.h). document: the kind alone, no number of it is kept.
CREATE TABLE IF NOT EXISTS counter_session (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  unit_id       BIGINT NOT NULL REFERENCES unit (id),
  operator_id   BIGINT NOT NULL REFERENCES person (id),
  person_id     BIGINT NOT NULL REFERENCES person (id),
  document      VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  category      VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT '' COMMENT 'of the residence that the document shows; empty: none here',
  begun_at      DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  ended_at      DATETIME NULL,
  KEY of_operator (community_id, operator_id, begun_at),
  KEY of_office (community_id, unit_id, begun_at),
  KEY of_person (community_id, person_id, begun_at),
  CHECK (operator_id <> person_id)
) DEFAULT CHARSET utf8mb4;

CREATE OR REPLACE TRIGGER counter_session_stays BEFORE UPDATE ON counter_session FOR EACH ROW
  IF OLD.ended_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.community_id <> OLD.community_id OR NEW.unit_id <> OLD.unit_id
      OR NEW.operator_id <> OLD.operator_id OR NEW.person_id <> OLD.person_id OR NEW.document <> OLD.document
      OR NEW.category <> OLD.category OR NEW.begun_at <> OLD.begun_at THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a session at the counter ends once and changes in nothing else';
  END IF;
CREATE OR REPLACE TRIGGER counter_session_is_kept BEFORE DELETE ON counter_session FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'sessions at the counter are kept';

-- Begins one, in the rights of whoever owns the schema, so that the program cannot pass by the limits
-- (civic/counter.h says why they are so): the row's id; 0: no operator of an open office, or one's own;
-- -1: the operator's limit of 24 hours, -2: the office's, -3: the person's. The office's row is locked, so
-- that two at once are counted one after the other.
CREATE OR REPLACE FUNCTION counter_begin(here BIGINT, operator BIGINT, who BIGINT, shown VARCHAR(20), seen VARCHAR(20))
  RETURNS BIGINT DETERMINISTIC MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE office BIGINT DEFAULT NULL;
  SET office = (SELECT s.unit_id FROM staff s JOIN unit u ON u.id = s.unit_id AND u.closed_at IS NULL
    WHERE s.community_id = here AND s.person_id = operator AND s.role = 'operator' AND s.since <= UTC_TIMESTAMP()
    AND (s.until IS NULL OR s.until > UTC_TIMESTAMP()) ORDER BY s.since LIMIT 1);
  IF office IS NULL OR who = operator THEN
    RETURN 0;
  END IF;
  SELECT id INTO office FROM unit WHERE id = office FOR UPDATE;
  IF (SELECT COUNT(*) FROM counter_session WHERE community_id = here AND operator_id = operator
      AND begun_at > UTC_TIMESTAMP() - INTERVAL 1 DAY) >= 60 THEN
    RETURN -1;
  ELSEIF (SELECT COUNT(*) FROM counter_session WHERE community_id = here AND unit_id = office
      AND begun_at > UTC_TIMESTAMP() - INTERVAL 1 DAY) >= 300 THEN
    RETURN -2;
  ELSEIF (SELECT COUNT(*) FROM counter_session WHERE community_id = here AND person_id = who
      AND begun_at > UTC_TIMESTAMP() - INTERVAL 1 DAY) >= 3 THEN
    RETURN -3;
  END IF;
  INSERT INTO counter_session (community_id, unit_id, operator_id, person_id, document, category)
    VALUES (here, office, operator, who, shown, seen);
  RETURN LAST_INSERT_ID();
END;

-- A sheet of paper signatures under a petition. It is confirmed once, whole.
CREATE TABLE IF NOT EXISTS paper_batch (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  petition_id   BIGINT NOT NULL REFERENCES petition (id),
  unit_id       BIGINT NOT NULL REFERENCES unit (id),
  sheet         VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'number of the sheet, as who gathered it wrote',
  collected_on  DATE NOT NULL,
  operator_id   BIGINT NOT NULL COMMENT 'who began it' REFERENCES person (id),
  created_at    DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  confirmed_by  BIGINT NULL REFERENCES person (id),
  confirmed_at  DATETIME NULL,
  UNIQUE KEY sheet (petition_id, sheet),
  KEY of_community (community_id, confirmed_at, id),
  CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
) DEFAULT CHARSET utf8mb4;

-- A line of it: whom the number of the one operator leads to, and that the number which another one typed leads
-- to the same. The number itself stands nowhere.
CREATE TABLE IF NOT EXISTS paper_row (
  batch_id      BIGINT NOT NULL REFERENCES paper_batch (id),
  line          SMALLINT NOT NULL,
  community_id  BIGINT NOT NULL,
  person_id     BIGINT NOT NULL REFERENCES person (id),
  entered_by    BIGINT NOT NULL REFERENCES person (id),
  entered_at    DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  checked_by    BIGINT NULL REFERENCES person (id),
  checked_at    DATETIME NULL,
  struck_by     BIGINT NULL REFERENCES person (id),
  struck_at     DATETIME NULL,
  outcome       VARCHAR(20) COLLATE utf8mb4_bin NULL COMMENT 'signed, or why not; with the confirmation',
  stands        TINYINT AS (IF(struck_at IS NULL, 1, NULL)),
  PRIMARY KEY (batch_id, line),
  UNIQUE KEY once (batch_id, person_id, stands),
  KEY of_person (person_id),
  CHECK (line BETWEEN 1 AND 100),
  CHECK (checked_by IS NULL OR checked_by <> entered_by)
) DEFAULT CHARSET utf8mb4;

CREATE OR REPLACE TRIGGER paper_row_stays BEFORE UPDATE ON paper_row FOR EACH ROW
  IF NEW.batch_id <> OLD.batch_id OR NEW.line <> OLD.line OR NEW.person_id <> OLD.person_id OR NEW.entered_by <> OLD.entered_by
      OR OLD.checked_by IS NOT NULL AND NOT NEW.checked_by <=> OLD.checked_by
      OR OLD.struck_by IS NOT NULL AND NOT NEW.struck_by <=> OLD.struck_by
      OR OLD.outcome IS NOT NULL AND NOT NEW.outcome <=> OLD.outcome THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what two people said of a line stays';
  END IF;

-- Append-only: who did what to a sheet.
CREATE TABLE IF NOT EXISTS paper_event (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  batch_id      BIGINT NOT NULL REFERENCES paper_batch (id),
  line          SMALLINT NOT NULL DEFAULT 0 COMMENT '0: the whole sheet',
  actor_id      BIGINT NOT NULL REFERENCES person (id),
  what          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'begun, entered, checked, mismatch, struck, confirmed',
  created_at    DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  KEY of_batch (community_id, batch_id, id)
) DEFAULT CHARSET utf8mb4;
CREATE OR REPLACE TRIGGER paper_event_stays BEFORE UPDATE ON paper_event FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'events are append-only';
CREATE OR REPLACE TRIGGER paper_event_is_kept BEFORE DELETE ON paper_event FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'events are append-only';

-- What a program says of a signature's way is held against what happened: a session at the counter of these
-- minutes (20, and one for the clocks), a line that two people read alike.
CREATE OR REPLACE TRIGGER signature_assisted AFTER INSERT ON petition_signature FOR EACH ROW
  IF NEW.channel <> 'self' THEN
    IF NOT (SUBSTRING_INDEX(USER(), '@', 1) = 'root'
        OR NEW.channel = 'counter' AND EXISTS (SELECT 1 FROM counter_session c WHERE c.community_id = NEW.community_id
          AND c.person_id = NEW.person_id AND c.begun_at > UTC_TIMESTAMP() - INTERVAL 21 MINUTE)
        OR NEW.channel = 'paper' AND EXISTS (SELECT 1 FROM paper_row r JOIN paper_batch b ON b.id = r.batch_id
          AND b.petition_id = NEW.petition_id AND b.confirmed_by IS NOT NULL WHERE r.person_id = NEW.person_id
          AND r.checked_by <> r.entered_by AND r.struck_by IS NULL)) THEN
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'nobody helped with this signature';
    END IF;
    INSERT INTO petition_assisted (petition_id, person_id, community_id, changed_at)
      VALUES (NEW.petition_id, NEW.person_id, NEW.community_id, NEW.created_at);
  END IF;

CREATE OR REPLACE TRIGGER withdrawal_assisted AFTER INSERT ON petition_withdrawal FOR EACH ROW
  UPDATE petition_assisted SET withdrawn = 1, changed_at = NEW.created_at
    WHERE petition_id = NEW.petition_id AND person_id = NEW.person_id;

-- It is forgotten with the signature (civic/retention.h).
CREATE OR REPLACE TRIGGER signature_assisted_goes AFTER DELETE ON petition_signature FOR EACH ROW
  IF OLD.channel <> 'self' THEN
    DELETE FROM petition_assisted WHERE petition_id = OLD.petition_id AND person_id = OLD.person_id;
  END IF;

-- The residence that a document at the counter shows is an official's word, for the person who stands there.
CREATE OR REPLACE TRIGGER residence_by BEFORE INSERT ON residence FOR EACH ROW
  IF NOT (SUBSTRING_INDEX(USER(), '@', 1) = 'root'
      OR NEW.kind = 'declared' AND SUBSTRING_INDEX(USER(), '@', 1) = 'cabinet'
      OR NEW.kind = 'official' AND SUBSTRING_INDEX(USER(), '@', 1) = 'moderation'
      OR NEW.kind = 'official' AND SUBSTRING_INDEX(USER(), '@', 1) = 'login' AND EXISTS (SELECT 1 FROM counter_session c
        WHERE c.community_id = NEW.community_id AND c.person_id = NEW.person_id AND c.category = NEW.category
        AND c.begun_at > UTC_TIMESTAMP() - INTERVAL 1 MINUTE)
      OR NEW.kind IN ('provider', 'register') AND SUBSTRING_INDEX(USER(), '@', 1) = 'login') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this program does not say where people live';
  END IF;

-- Who is known from paper alone has no account, so the row is as of one who left: it is forgotten when no
-- signature came of it and no sheet waits any more, and all that hangs on it.
CREATE OR REPLACE FUNCTION account_forget(at_once INT) RETURNS INT DETERMINISTIC MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  DECLARE gone INT;
  UPDATE person h SET given_name = '', family_name = '', middle_name = '', issuer = NULL, subject = NULL, person_key = RANDOM_BYTES(32),
      key_version = 32767, forgotten_at = UTC_TIMESTAMP()
    WHERE h.left_at IS NOT NULL AND h.forgotten_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM petition_signature g WHERE g.person_id = h.id)
      AND NOT EXISTS (SELECT 1 FROM petition_withdrawal w WHERE w.person_id = h.id)
      AND NOT EXISTS (SELECT 1 FROM petition p WHERE p.author_id = h.id)
      AND NOT EXISTS (SELECT 1 FROM paper_row r JOIN paper_batch b ON b.id = r.batch_id AND b.confirmed_at IS NULL
        AND b.created_at > UTC_TIMESTAMP() - INTERVAL 90 DAY WHERE r.person_id = h.id AND r.struck_at IS NULL) LIMIT at_once;
  SET gone = ROW_COUNT();
  IF gone > 0 THEN
    DELETE r FROM residence r JOIN person h ON h.id = r.person_id WHERE h.forgotten_at = UTC_TIMESTAMP();
    DELETE r FROM residence_event r JOIN person h ON h.id = r.person_id WHERE h.forgotten_at = UTC_TIMESTAMP();
    DELETE m FROM membership m JOIN person h ON h.id = m.person_id WHERE h.forgotten_at = UTC_TIMESTAMP();
    DELETE a FROM person_age a JOIN person h ON h.id = a.person_id WHERE h.forgotten_at = UTC_TIMESTAMP();
  END IF;
  RETURN gone;
END;

-- Of a person whom nobody knows but from paper.
CREATE OR REPLACE TRIGGER residence_end_by BEFORE DELETE ON residence FOR EACH ROW
  IF NOT (SUBSTRING_INDEX(USER(), '@', 1) = 'root'
      OR OLD.kind = 'declared' AND SUBSTRING_INDEX(USER(), '@', 1) IN ('cabinet', 'moderation')
      OR OLD.kind = 'official' AND SUBSTRING_INDEX(USER(), '@', 1) = 'moderation'
      OR OLD.kind IN ('provider', 'register') AND SUBSTRING_INDEX(USER(), '@', 1) = 'login'
      OR SUBSTRING_INDEX(USER(), '@', 1) IN ('cabinet', 'worker')
        AND EXISTS (SELECT 1 FROM person WHERE id = OLD.person_id AND left_at IS NOT NULL)) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this program does not say where people live';
  END IF;
