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
