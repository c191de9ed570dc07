-- Names that change, and names that go: what a search finds by an author's name follows the person, and
-- signers' names leave hidden petitions too when their time is over (civic/retention.h).

CREATE OR REPLACE TRIGGER person_renamed AFTER UPDATE ON person FOR EACH ROW
  IF BINARY NEW.given_name <> BINARY OLD.given_name OR BINARY NEW.family_name <> BINARY OLD.family_name THEN
    UPDATE petition_search s JOIN petition p ON p.id = s.petition_id
      SET s.version = 0, s.revision = s.revision + 1,
        s.author = LOWER(REGEXP_REPLACE(CONCAT(NEW.given_name, ' ', NEW.family_name), '[''’ʼ]', ''))
      WHERE p.author_id = NEW.id;
  END IF;

-- As in 0002, and of what was hidden after its end.
CREATE OR REPLACE TRIGGER signature_stays BEFORE DELETE ON petition_signature FOR EACH ROW
  IF NOT EXISTS (SELECT 1 FROM petition WHERE id = OLD.petition_id AND IF(state = 'hidden', state_before, state)
      IN ('not_reached', 'appeal', 'appeal_answered', 'withdrawn', 'merged', 'answered', 'implementing', 'implemented')
      AND COALESCE(decided_at, closes_at) < UTC_TIMESTAMP() - INTERVAL 3 MONTH) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a signature stays';
  END IF;
CREATE OR REPLACE TRIGGER withdrawal_stays BEFORE DELETE ON petition_withdrawal FOR EACH ROW
  IF NOT EXISTS (SELECT 1 FROM petition WHERE id = OLD.petition_id AND IF(state = 'hidden', state_before, state)
      IN ('not_reached', 'appeal', 'appeal_answered', 'withdrawn', 'merged', 'answered', 'implementing', 'implemented')
      AND COALESCE(decided_at, closes_at) < UTC_TIMESTAMP() - INTERVAL 3 MONTH) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a signature stays';
  END IF;
