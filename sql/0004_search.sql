-- Search by stems: what the public petitions say, word by word, as the process `stem` reduces it.

-- A row for each petition that is or was public, made by the triggers below; the stems come in a moment
-- later, by `worker clock` (civic/petition_stems.h), and anew where their version is old. Nobody writes
-- here who would touch the petition's own row, which signatures lock.
CREATE TABLE IF NOT EXISTS petition_search (
  petition_id   BIGINT PRIMARY KEY REFERENCES petition (id),
  community_id  BIGINT NOT NULL,
  version       SMALLINT NOT NULL DEFAULT 0 COMMENT 'of the stems (civic/stems.h); 0: there are none yet',
  revision      INT NOT NULL DEFAULT 0 COMMENT 'of the text: stems of an older one are not stored',
  title_stems   TEXT NOT NULL DEFAULT '',
  text_stems    MEDIUMTEXT NOT NULL DEFAULT '',
  author        VARCHAR(400) NOT NULL DEFAULT '' COMMENT 'the public name in lower case, as it was then',
  KEY waiting (version, petition_id),
  FULLTEXT KEY stems (title_stems, text_stems, author)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- In how many of a community's petitions a stem stands; '' counts the petitions. Kept exact by whoever
-- stores stems: what a search may leave out is told by it, and what makes petitions similar.
CREATE TABLE IF NOT EXISTS stem_count (
  community_id  BIGINT NOT NULL,
  stem          VARCHAR(80) NOT NULL,
  documents     INT NOT NULL,
  PRIMARY KEY (community_id, stem)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_bin;

CREATE OR REPLACE TRIGGER petition_search_new AFTER INSERT ON petition FOR EACH ROW
  IF NEW.listed_at IS NOT NULL THEN
    INSERT INTO petition_search (petition_id, community_id, author) VALUES (NEW.id, NEW.community_id,
      COALESCE((SELECT LOWER(REGEXP_REPLACE(CONCAT(given_name, ' ', family_name), '[''’ʼ]', '')) FROM person
        WHERE id = NEW.author_id), ''));
  END IF;

CREATE OR REPLACE TRIGGER petition_search_text AFTER UPDATE ON petition FOR EACH ROW
  IF NEW.listed_at IS NOT NULL AND (OLD.listed_at IS NULL OR BINARY NEW.title <> BINARY OLD.title
      OR BINARY NEW.text <> BINARY OLD.text) THEN
    INSERT INTO petition_search (petition_id, community_id, author) VALUES (NEW.id, NEW.community_id,
      COALESCE((SELECT LOWER(REGEXP_REPLACE(CONCAT(given_name, ' ', family_name), '[''’ʼ]', '')) FROM person
        WHERE id = NEW.author_id), ''))
      ON DUPLICATE KEY UPDATE version = 0, revision = revision + 1, author = VALUES(author);
  END IF;

-- What was public before this migration.
INSERT IGNORE INTO petition_search (petition_id, community_id, author)
  SELECT p.id, p.community_id,
    COALESCE(LOWER(REGEXP_REPLACE(CONCAT(a.given_name, ' ', a.family_name), '[''’ʼ]', '')), '')
  FROM petition p LEFT JOIN person a ON a.id = p.author_id WHERE p.listed_at IS NOT NULL;
