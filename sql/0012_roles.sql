-- Roles of more kinds, the units that some of them belong to, the installation's owners; sessions that
-- know how they began.

-- A department (of experts), an office (of operators), a body that fixes problems. Closed, it stays: past
-- roles name it.
CREATE TABLE IF NOT EXISTS unit (
  id            BIGINT PRIMARY KEY AUTO_INCREMENT,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  kind          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'department, office, body',
  name          VARCHAR(160) NOT NULL,
  name_en       VARCHAR(160) NOT NULL,
  created_at    DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  closed_at     DATETIME NULL,
  UNIQUE KEY name (community_id, kind, name),
  CHECK (kind IN ('department', 'office', 'body'))
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_as_ci;

ALTER TABLE staff
  ADD COLUMN IF NOT EXISTS unit_id BIGINT NULL COMMENT 'of experts, operators and bodies' REFERENCES unit (id);

-- Who may appoint administrators, in every community; made and ended by `manage owner` alone.
CREATE TABLE IF NOT EXISTS installation_owner (
  person_id     BIGINT NOT NULL REFERENCES person (id),
  since         DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
  until         DATETIME NULL,
  PRIMARY KEY (person_id, since)
) DEFAULT CHARSET utf8mb4;

-- proved_at: when the person last proved to a provider who they are; 0: not in this session.
ALTER TABLE session
  ADD COLUMN IF NOT EXISTS id BIGINT NOT NULL AUTO_INCREMENT UNIQUE FIRST,
  ADD COLUMN IF NOT EXISTS provider VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  ADD COLUMN IF NOT EXISTS device VARCHAR(60) NOT NULL DEFAULT '' COMMENT 'a coarse label: "Firefox, Android"',
  ADD COLUMN IF NOT EXISTS idle_s INT NOT NULL DEFAULT 28800 COMMENT 'it ends so long after its last use',
  ADD COLUMN IF NOT EXISTS proved_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS operator_id BIGINT NULL COMMENT 'who opened it for a present person' REFERENCES person (id);
