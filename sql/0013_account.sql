-- Leaving: an account that ends leaves a tombstone, until nothing depends on who it was.

ALTER TABLE person
  ADD COLUMN IF NOT EXISTS left_at DATETIME NULL COMMENT 'the person has deleted the account; the row stays with person_key, so that nobody signs twice',
  ADD COLUMN IF NOT EXISTS forgotten_at DATETIME NULL COMMENT 'nothing depended on it any more: it is nobody now',
  ADD KEY IF NOT EXISTS left_ones (forgotten_at, left_at);

-- Where somebody lives and how that was known is forgotten with the account, and no sooner.
CREATE OR REPLACE TRIGGER residence_event_is_kept BEFORE DELETE ON residence_event FOR EACH ROW
  IF NOT EXISTS (SELECT 1 FROM person WHERE id = OLD.person_id AND left_at IS NOT NULL) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'events are append-only';
  END IF;
CREATE OR REPLACE TRIGGER residence_end_by BEFORE DELETE ON residence FOR EACH ROW
  IF NOT (SUBSTRING_INDEX(USER(), '@', 1) = 'root'
      OR OLD.kind = 'declared' AND SUBSTRING_INDEX(USER(), '@', 1) IN ('cabinet', 'moderation')
      OR OLD.kind = 'official' AND SUBSTRING_INDEX(USER(), '@', 1) = 'moderation'
      OR OLD.kind IN ('provider', 'register') AND SUBSTRING_INDEX(USER(), '@', 1) = 'login'
      OR SUBSTRING_INDEX(USER(), '@', 1) = 'cabinet'
        AND EXISTS (SELECT 1 FROM person WHERE id = OLD.person_id AND left_at IS NOT NULL)) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this program does not say where people live';
  END IF;

-- Of a petition only a draft may vanish, and only with its author's account.
CREATE OR REPLACE TRIGGER petition_stays BEFORE DELETE ON petition FOR EACH ROW
  IF OLD.state <> 'draft' OR NOT EXISTS (SELECT 1 FROM person WHERE id = OLD.author_id AND left_at IS NOT NULL) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a petition stays';
  END IF;

-- Leaving, whole and in the rights of whoever owns the schema: the program that a person asks may do this to
-- an account and no single part of it. 1: done; 0: there is a role, so nothing was done.
CREATE OR REPLACE FUNCTION account_leave(who BIGINT) RETURNS INT DETERMINISTIC MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  IF EXISTS (SELECT 1 FROM staff WHERE person_id = who AND since <= UTC_TIMESTAMP() AND (until IS NULL OR until > UTC_TIMESTAMP()))
      OR EXISTS (SELECT 1 FROM installation_owner WHERE person_id = who AND (until IS NULL OR until > UTC_TIMESTAMP())) THEN
    RETURN 0;
  END IF;
  -- The mark first: the triggers let nobody's residence or drafts be forgotten who has not left.
  UPDATE person SET left_at = UTC_TIMESTAMP(), middle_name = '' WHERE id = who OR joined_to = who;
  DELETE FROM residence_event WHERE person_id = who;
  DELETE FROM residence WHERE person_id = who;
  DELETE FROM membership WHERE person_id = who;
  DELETE FROM person_age WHERE person_id = who;
  DELETE FROM contact_claim WHERE person_id = who;
  DELETE FROM contact WHERE person_id = who;
  DELETE FROM petition_follow WHERE person_id = who;
  DELETE a FROM attachment a JOIN petition p ON p.id = a.petition_id WHERE p.author_id = who AND p.state = 'draft' AND a.kind = 'petition';
  DELETE FROM petition WHERE author_id = who AND state = 'draft';
  DELETE FROM session WHERE person_id = who;
  RETURN 1;
END;

-- Of whom nothing depends any more is forgotten: a key of chance, of a version that no key file has.
CREATE OR REPLACE FUNCTION account_forget(at_once INT) RETURNS INT DETERMINISTIC MODIFIES SQL DATA SQL SECURITY DEFINER
BEGIN
  UPDATE person h SET given_name = '', family_name = '', issuer = NULL, subject = NULL, person_key = RANDOM_BYTES(32),
      key_version = 32767, forgotten_at = UTC_TIMESTAMP()
    WHERE h.left_at IS NOT NULL AND h.forgotten_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM petition_signature g WHERE g.person_id = h.id)
      AND NOT EXISTS (SELECT 1 FROM petition_withdrawal w WHERE w.person_id = h.id)
      AND NOT EXISTS (SELECT 1 FROM petition p WHERE p.author_id = h.id) LIMIT at_once;
  RETURN ROW_COUNT();
END;
