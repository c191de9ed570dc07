-- One column to search in: each term once, with its community before it («1_ремонт»). So a community's
-- search reads its own petitions' terms alone, however many other communities there are.
ALTER TABLE petition_search ADD COLUMN IF NOT EXISTS terms MEDIUMTEXT COLLATE utf8mb4_bin NOT NULL DEFAULT ''
  COMMENT 'stems and the author''s names, each once: COMMUNITY_STEM';
ALTER TABLE petition_search DROP KEY IF EXISTS stems;
ALTER TABLE petition_search ADD FULLTEXT KEY IF NOT EXISTS terms (terms);
