-- Who holds an office, or ever did: almost nobody, so that a page of anybody else needs no look at who works for the
-- community or owns the installation. What somebody may do is in staff and installation_owner alone.

ALTER TABLE person
  ADD COLUMN IF NOT EXISTS had_office BOOLEAN NOT NULL DEFAULT 0 COMMENT 'has, or had, a row of staff or installation_owner';

CREATE OR REPLACE TRIGGER staff_has_office AFTER INSERT ON staff FOR EACH ROW
  UPDATE person SET had_office = 1 WHERE id = NEW.person_id AND NOT had_office;
CREATE OR REPLACE TRIGGER owner_has_office AFTER INSERT ON installation_owner FOR EACH ROW
  UPDATE person SET had_office = 1 WHERE id = NEW.person_id AND NOT had_office;

UPDATE person SET had_office = 1 WHERE NOT had_office
  AND id IN (SELECT person_id FROM staff UNION SELECT person_id FROM installation_owner);
