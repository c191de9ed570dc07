-- Who may touch what: one MariaDB user a program, and no right that no statement of it needs (a test
-- takes each away in turn and sees a statement fail). Applied anew by every `manage migrate`.

-- Everyone who opens a page: communities, sessions, who is asking.
GRANT SELECT ON community       TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON community_host  TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON petition_rules  TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT, UPDATE (seen_at) ON session TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT (id, given_name, family_name) ON person TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON membership      TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON staff           TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';

-- Texts kept over a login.
GRANT SELECT, INSERT, DELETE ON parked_form TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';

-- Reading petitions.
GRANT SELECT ON petition           TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON petition_total     TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON petition_signature TO 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON watermark          TO 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost';
GRANT SELECT ON event              TO 'petitions'@'localhost', 'moderation'@'localhost';

-- Writing and signing.
GRANT INSERT (community_id, author_id, title, text), UPDATE (state, title, text, updated_at, submitted_at) ON petition TO 'petitions'@'localhost';
GRANT INSERT ON event  TO 'petitions'@'localhost', 'moderation'@'localhost', 'worker'@'localhost';
GRANT INSERT ON outbox TO 'petitions'@'localhost', 'moderation'@'localhost', 'worker'@'localhost';
GRANT INSERT (petition_id, person_id, community_id) ON petition_signature TO 'petitions'@'localhost';

-- Deciding.
GRANT UPDATE (state, published_at, listed_at, closes_at, decided_at, rules_version, threshold, term_days, reason, remarks) ON petition TO 'moderation'@'localhost';
GRANT INSERT (petition_id, community_id, signature_count) ON petition_total TO 'moderation'@'localhost';

-- Logging in.
GRANT SELECT, INSERT, UPDATE (given_name, family_name, middle_name) ON person TO 'login'@'localhost';
GRANT INSERT, UPDATE ON membership TO 'login'@'localhost';
GRANT INSERT, DELETE ON session TO 'login'@'localhost';
GRANT SELECT, INSERT, DELETE ON login_attempt TO 'login'@'localhost';

-- The clock.
GRANT SELECT, UPDATE (state, decided_at) ON petition TO 'worker'@'localhost';
GRANT SELECT ON petition_signature TO 'worker'@'localhost';
GRANT SELECT, INSERT, UPDATE ON petition_total TO 'worker'@'localhost';
GRANT SELECT, INSERT, UPDATE ON watermark TO 'worker'@'localhost';
GRANT SELECT, INSERT, UPDATE ON lease TO 'worker'@'localhost';
