-- Lists that stay quick among a hundred thousand petitions, how many stand behind each of their filters,
-- and signatures by day.

-- One index a filter, in the order of "newest"; other orders of so few rows are sorted.
ALTER TABLE petition
  ADD KEY IF NOT EXISTS by_district (community_id, district_id, listed_at, id),
  ADD KEY IF NOT EXISTS by_topic (community_id, topic, listed_at, id);

-- A list by signatures goes along an index of the totals, so they know where their petition stands.
ALTER TABLE petition_total
  ADD COLUMN IF NOT EXISTS section VARCHAR(20) COLLATE utf8mb4_bin NULL COMMENT 'as of the petition, by triggers',
  ADD COLUMN IF NOT EXISTS day_count INT NOT NULL DEFAULT 0 COMMENT 'in the last 24 hours (civic/signature_days.h)',
  ADD KEY IF NOT EXISTS most_of_section (community_id, section, signature_count, petition_id),
  ADD KEY IF NOT EXISTS trend (community_id, day_count, petition_id),
  ADD KEY IF NOT EXISTS trend_of_section (community_id, section, day_count, petition_id);

-- How many petitions of the public lists there are of each kind; kept by triggers, read by
-- civic/petition_counts.h. district 0 and topic '' stand for none; the year is Kyiv's of listed_at.
CREATE TABLE IF NOT EXISTS petition_count (
  community_id  BIGINT NOT NULL REFERENCES community (id),
  section       VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  district_id   BIGINT NOT NULL,
  topic         VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  year          SMALLINT NOT NULL,
  n             INT NOT NULL,
  PRIMARY KEY (community_id, section, district_id, topic, year)
) DEFAULT CHARSET utf8mb4;

-- Signatures by Kyiv's day, withdrawn ones taken off on the day of that; added up by the worker. Numbers
-- without persons, which stay when the names go.
CREATE TABLE IF NOT EXISTS petition_day (
  petition_id   BIGINT NOT NULL REFERENCES petition (id),
  community_id  BIGINT NOT NULL REFERENCES community (id),
  day           DATE NOT NULL,
  n             INT NOT NULL,
  PRIMARY KEY (petition_id, day),
  KEY by_day (day)
) DEFAULT CHARSET utf8mb4;

-- New Year in Kyiv is at 22:00 UTC.
CREATE OR REPLACE TRIGGER petition_counted_new AFTER INSERT ON petition FOR EACH ROW
BEGIN
  IF NEW.section IS NOT NULL THEN
    INSERT INTO petition_count (community_id, section, district_id, topic, year, n) VALUES (NEW.community_id,
      NEW.section, COALESCE(NEW.district_id, 0), COALESCE(NEW.topic, ''), YEAR(NEW.listed_at + INTERVAL 2 HOUR), 1)
      ON DUPLICATE KEY UPDATE n = n + 1;
    IF NEW.section = 'refused' THEN
      INSERT IGNORE INTO petition_total (petition_id, community_id, section, signature_count)
        VALUES (NEW.id, NEW.community_id, NEW.section, NEW.outside_count);
    END IF;
  END IF;
END;

CREATE OR REPLACE TRIGGER petition_counted_move AFTER UPDATE ON petition FOR EACH ROW
BEGIN
  IF NOT (NEW.section <=> OLD.section AND NEW.listed_at <=> OLD.listed_at
      AND NEW.district_id <=> OLD.district_id AND NEW.topic <=> OLD.topic) THEN
    IF OLD.section IS NOT NULL THEN
      UPDATE petition_count SET n = n - 1 WHERE community_id = OLD.community_id AND section = OLD.section
        AND district_id = COALESCE(OLD.district_id, 0) AND topic = COALESCE(OLD.topic, '')
        AND year = YEAR(OLD.listed_at + INTERVAL 2 HOUR);
    END IF;
    IF NEW.section IS NOT NULL THEN
      INSERT INTO petition_count (community_id, section, district_id, topic, year, n) VALUES (NEW.community_id,
        NEW.section, COALESCE(NEW.district_id, 0), COALESCE(NEW.topic, ''), YEAR(NEW.listed_at + INTERVAL 2 HOUR), 1)
        ON DUPLICATE KEY UPDATE n = n + 1;
    END IF;
  END IF;
  IF NOT (NEW.section <=> OLD.section) THEN
    IF NEW.section = 'refused' THEN
      INSERT IGNORE INTO petition_total (petition_id, community_id, section, signature_count)
        VALUES (NEW.id, NEW.community_id, NEW.section, NEW.outside_count);
    END IF;
    UPDATE petition_total SET section = NEW.section WHERE petition_id = NEW.id;
  END IF;
END;

-- Whoever makes a total gets its section; the worker only raises those that are there.
CREATE OR REPLACE TRIGGER total_of_section BEFORE INSERT ON petition_total FOR EACH ROW
  IF NEW.section IS NULL AND SUBSTRING_INDEX(USER(), '@', 1) <> 'worker' THEN
    SET NEW.section = (SELECT section FROM petition WHERE id = NEW.petition_id);
  END IF;

-- What was there before this migration.
INSERT IGNORE INTO petition_total (petition_id, community_id, signature_count, section)
  SELECT id, community_id, outside_count, section FROM petition WHERE section IS NOT NULL;
UPDATE petition_total t JOIN petition p ON p.id = t.petition_id SET t.section = p.section;
REPLACE INTO petition_count (community_id, section, district_id, topic, year, n)
  SELECT community_id, section, COALESCE(district_id, 0), COALESCE(topic, ''), YEAR(listed_at + INTERVAL 2 HOUR), COUNT(*)
  FROM petition WHERE section IS NOT NULL GROUP BY 1, 2, 3, 4, 5;
