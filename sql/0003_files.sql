-- Attachments: files that people add to what they write. The bytes lie under var/files by their stored
-- name (lib/data/files.h); a row says what they belong to. Only what `media` has cleaned is stored.

CREATE TABLE IF NOT EXISTS attachment (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  kind          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'of the subject: petition, answer, milestone',
  subject_id    BIGINT NOT NULL,
  petition_id   BIGINT NULL COMMENT 'who may see that petition may see the file' REFERENCES petition (id),
  slot          TINYINT NULL COMMENT 'from 1 to as many as the subject may have; NULL: removed',
  author_id     BIGINT NOT NULL REFERENCES person (id),
  name          VARCHAR(120) NOT NULL COMMENT 'as the person called it, with the ending of its type',
  type          VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  size          INT NOT NULL CHECK (size > 0),
  width         INT NULL,
  height        INT NULL,
  stored        BINARY(16) NOT NULL UNIQUE COMMENT 'random: the name under var/files',
  created_at    DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  removed_at    DATETIME NULL,
  -- Two that come at once never take the same place: this key decides.
  UNIQUE KEY place (community_id, kind, subject_id, slot),
  CHECK ((slot IS NULL) = (removed_at IS NOT NULL))
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;
