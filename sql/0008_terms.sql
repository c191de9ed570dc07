-- The petitions of each term: what InnoDB's full text took 20 ms for (every petition with a word of 4,000, its
-- row looked up by way of a second index) is here one walk along the primary key (civic/petition_search.h).
CREATE TABLE IF NOT EXISTS petition_term (
  community_id  BIGINT NOT NULL,
  term          VARCHAR(80) NOT NULL COMMENT 'a stem, or a name of the author',
  petition_id   BIGINT NOT NULL,
  PRIMARY KEY (community_id, term, petition_id)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE petition_search DROP KEY IF EXISTS terms;
ALTER TABLE petition_search MODIFY COLUMN terms MEDIUMTEXT COLLATE utf8mb4_bin NOT NULL DEFAULT ''
  COMMENT 'what stands in petition_term: stems and the author''s names, each once';
