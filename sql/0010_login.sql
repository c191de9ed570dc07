-- Several providers, limits on attempts, and logins that end on another host than they began.

-- An attempt is kept, used or not, until it ends: limits count them. Whoever sets used_at owns it.
ALTER TABLE login_attempt
  ADD COLUMN IF NOT EXISTS provider        VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  ADD COLUMN IF NOT EXISTS client_hash     BINARY(32) NOT NULL DEFAULT '',
  ADD COLUMN IF NOT EXISTS fresh           BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN IF NOT EXISTS created_at      BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS used_at         BIGINT NULL,
  -- Where a provider returns to one host only, community_id is that host's, and the login goes home to:
  ADD COLUMN IF NOT EXISTS home_community_id BIGINT NULL,
  ADD COLUMN IF NOT EXISTS home_host       VARCHAR(255) COLLATE utf8mb4_bin NULL,
  ADD COLUMN IF NOT EXISTS home_hash       BINARY(32) NULL COMMENT 'of what the browser holds there',
  ADD KEY IF NOT EXISTS by_client (client_hash, created_at),
  ADD KEY IF NOT EXISTS by_provider (provider, created_at);

-- What came of a login at such a host, on its way home: single use, 30 seconds, for the browser that began.
CREATE TABLE IF NOT EXISTS login_handoff (
  token_hash    BINARY(32) PRIMARY KEY,
  community_id  BIGINT NOT NULL REFERENCES community (id),
  home_hash     BINARY(32) NOT NULL,
  person_id     BIGINT NULL REFERENCES person (id),
  outcome       VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  provider      VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  intent        VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  intent_id     BIGINT NOT NULL DEFAULT 0,
  proved_at     BIGINT NOT NULL DEFAULT 0,
  expires_at    BIGINT NOT NULL,
  KEY sweep (expires_at)
) DEFAULT CHARSET utf8mb4;
