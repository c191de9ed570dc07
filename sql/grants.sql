-- Who may touch what: one MariaDB user a program, and no right that no statement of it needs (a test
-- takes each away in turn and sees a statement fail). Columns are named where a row holds what the
-- program has no business with. Applied anew by every `manage migrate`.

-- Everyone who opens a page: communities, sessions, who is asking.
GRANT SELECT ON community       TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON community_host  TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON community_pause TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON petition_rules  TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT (id, token_hash, community_id, person_id, seen_at, idle_s, expires_at, proved_at, operator_id), UPDATE (seen_at) ON session TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT (id, given_name, family_name, had_office) ON person TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT (community_id, person_id, residence) ON membership TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON staff           TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON installation_owner TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';

-- Texts kept over a login: all may put one away, and read it where the writing goes on.
GRANT SELECT (community_id, client_hash, created_at, expires_at), INSERT (owner_hash, community_id, form, subject_id, client_hash, body, created_at, expires_at), DELETE ON parked_form TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT (owner_hash, subject_id, body) ON parked_form TO 'petitions'@'localhost', 'login'@'localhost';

-- Reading petitions.
GRANT SELECT ON petition           TO 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost';
GRANT SELECT (id, community_id, title, text, lang, state, section, verdict, published_at, listed_at, closes_at, threshold, reason, outside_count, topic, district_id) ON petition TO 'home'@'localhost';
GRANT SELECT (id, community_id, author_id, title, lang, state, verdict, published_at, closes_at, threshold, reason, outside_count) ON petition TO 'cabinet'@'localhost';
GRANT SELECT (id, community_id, keep_id, close_id, note, proposed_at, keep_agreed_at, close_agreed_at, ended_at) ON petition_merge TO 'cabinet'@'localhost';
GRANT SELECT ON petition_total     TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON petition_signature TO 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON petition_withdrawal TO 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost', 'cabinet'@'localhost';
GRANT SELECT ON district           TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost';
GRANT SELECT ON petition_count     TO 'home'@'localhost', 'petitions'@'localhost';
GRANT SELECT ON petition_day       TO 'petitions'@'localhost';
GRANT SELECT ON watermark          TO 'petitions'@'localhost', 'moderation'@'localhost', 'login'@'localhost';
GRANT SELECT (id, community_id, kind, subject_id, from_state, to_state, program, operation, created_at) ON event TO 'petitions'@'localhost';
GRANT SELECT ON event TO 'moderation'@'localhost';

-- Searching, by words of what is public.
GRANT SELECT ON petition_term TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost';
GRANT SELECT (petition_id, community_id, title_stems, text_stems) ON petition_search TO 'home'@'localhost', 'petitions'@'localhost', 'moderation'@'localhost';
GRANT SELECT (author) ON petition_search TO 'home'@'localhost', 'petitions'@'localhost';
GRANT SELECT ON stem_count TO 'petitions'@'localhost', 'moderation'@'localhost';

-- What happened, and who is told of it; when, the database says.
GRANT INSERT (community_id, kind, subject_id, from_state, to_state, actor_id, program, operation, reason, note) ON event TO 'petitions'@'localhost', 'moderation'@'localhost', 'worker'@'localhost';
GRANT INSERT (community_id, audience, person_id, notice, kind, subject_id, other_id, operation, reason, note, not_before) ON outbox TO 'petitions'@'localhost', 'moderation'@'localhost', 'worker'@'localhost';

-- What the law gives to do, and by when: it moves with the states.
GRANT SELECT ON holiday TO 'petitions'@'localhost', 'moderation'@'localhost', 'worker'@'localhost';
GRANT INSERT (community_id, kind, subject_id, step, office, started_at, due_at, done_at, outcome), UPDATE (done_at, outcome, paused_at, due_at) ON legal_step TO 'petitions'@'localhost', 'moderation'@'localhost', 'worker'@'localhost';
GRANT SELECT ON legal_step TO 'petitions'@'localhost', 'moderation'@'localhost', 'worker'@'localhost';

-- The files of a petition.
GRANT SELECT (id, community_id, kind, subject_id, petition_id, slot, author_id, name, type, size, width, height, stored, created_at, removed_at), INSERT (community_id, kind, subject_id, petition_id, slot, author_id, name, type, size, width, height, stored), UPDATE (slot, removed_at) ON attachment TO 'petitions'@'localhost';

-- Writing and signing.
GRANT INSERT (community_id, author_id, title, text, topic, addressee, district_id), UPDATE (state, title, text, topic, addressee, district_id, updated_at, submitted_at, contested_at, merged_into) ON petition TO 'petitions'@'localhost';
GRANT INSERT (petition_id, person_id, community_id, hidden, channel) ON petition_signature TO 'petitions'@'localhost';
GRANT SELECT (joined_to, has_joined) ON person TO 'petitions'@'localhost';
GRANT SELECT (born_on, residences) ON membership TO 'petitions'@'localhost';
GRANT SELECT (person_id, age) ON person_age TO 'petitions'@'localhost';
GRANT INSERT (petition_id, person_id, community_id) ON petition_withdrawal TO 'petitions'@'localhost';
GRANT SELECT, UPDATE (keep_agreed_at, close_agreed_at, ended_at, outcome) ON petition_merge TO 'petitions'@'localhost';
GRANT SELECT (id, community_id, petition_id, title, text, happened_on) ON milestone TO 'petitions'@'localhost';


-- Deciding, and undoing it; the work of the desk.
GRANT UPDATE (state, published_at, listed_at, closes_at, decided_at, rules_version, threshold, term_days, reason, remarks, clock_from, paused_at, paused_seconds, state_before, notice_reason, verdict, answer, answered_by, answered_at) ON petition TO 'moderation'@'localhost';
GRANT SELECT (community_id, kind, subject_id, operation, cancelled_at, expanded_at, told_to), UPDATE (cancelled_at) ON outbox TO 'moderation'@'localhost';
GRANT SELECT ON district_threshold TO 'moderation'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON claim TO 'moderation'@'localhost';
GRANT SELECT, INSERT (community_id, keep_id, close_id, proposed_by, note), UPDATE (ended_at, outcome) ON petition_merge TO 'moderation'@'localhost';
GRANT SELECT, INSERT (community_id, petition_id, title, text, happened_on, author_id) ON milestone TO 'moderation'@'localhost';
GRANT SELECT (id, community_id, kind, subject_id, slot, name, type, size, width, height, created_at), INSERT (community_id, kind, subject_id, petition_id, slot, author_id, name, type, size, width, height, stored) ON attachment TO 'moderation'@'localhost';
GRANT INSERT (petition_id, community_id, signature_count) ON petition_total TO 'moderation'@'localhost';

-- The administrator's settings. (ON DUPLICATE KEY UPDATE … VALUES(…) wants UPDATE of a whole row.)
GRANT INSERT ON petition_rules TO 'moderation'@'localhost';
GRANT INSERT ON district_threshold TO 'moderation'@'localhost';
GRANT INSERT (community_id, name, name_en), UPDATE (name, name_en) ON district TO 'moderation'@'localhost';
GRANT INSERT, UPDATE, DELETE ON holiday TO 'moderation'@'localhost';
GRANT INSERT (community_id, reason, started_by), UPDATE (until, ended_by) ON community_pause TO 'moderation'@'localhost';
GRANT INSERT (community_id, person_id, role, unit_id, until), UPDATE (until) ON staff TO 'moderation'@'localhost';
GRANT SELECT (id, community_id, kind, name, name_en, closed_at), INSERT (community_id, kind, name, name_en), UPDATE (name_en, closed_at) ON unit TO 'moderation'@'localhost';
GRANT SELECT (id, community_id, name, name_en) ON unit TO 'cabinet'@'localhost';
GRANT SELECT (created_at), UPDATE (idle_s, expires_at) ON session TO 'moderation'@'localhost'; -- who gets a role: sooner
GRANT SELECT, INSERT (community_id, actor_id, what, detail) ON admin_event TO 'moderation'@'localhost';

-- Logging in.
GRANT SELECT (person_key, issuer, subject, joined_to), INSERT (person_key, key_version, issuer, subject, given_name, family_name, middle_name, left_at), UPDATE (left_at, person_key, key_version, given_name, family_name, middle_name, joined_to, has_joined) ON person TO 'login'@'localhost';
GRANT SELECT, INSERT ON key_mark TO 'login'@'localhost';
GRANT SELECT (person_id, age), INSERT, DELETE ON person_age TO 'login'@'localhost';
GRANT INSERT (community_id, person_id), UPDATE (born_on) ON membership TO 'login'@'localhost';
GRANT INSERT (petition_id, person_id, community_id) ON petition_withdrawal TO 'login'@'localhost'; -- of an account that is closed
GRANT INSERT, DELETE ON session TO 'login'@'localhost';
GRANT SELECT, INSERT, UPDATE (state_hash, nonce, verifier, expires_at, used_at), DELETE ON login_attempt TO 'login'@'localhost';
GRANT SELECT, INSERT, DELETE ON login_handoff TO 'login'@'localhost';

-- Where people live: a trigger lets each program write only the ways that are its own.
GRANT SELECT (community_id, person_id, kind, category) ON residence TO 'petitions'@'localhost';
GRANT SELECT (id, community_id, person_id, what, residence) ON residence_event TO 'petitions'@'localhost';
GRANT SELECT, INSERT (community_id, person_id, kind, category, basis), DELETE ON residence TO 'login'@'localhost', 'cabinet'@'localhost', 'moderation'@'localhost';
GRANT INSERT (community_id, person_id, what, residence, category, basis, actor_id) ON residence_event TO 'login'@'localhost', 'cabinet'@'localhost', 'moderation'@'localhost';
GRANT SELECT (id, community_id, person_id, what, residence, category, basis, created_at) ON residence_event TO 'cabinet'@'localhost', 'moderation'@'localhost';
GRANT SELECT (category) ON membership TO 'moderation'@'localhost';
GRANT SELECT ON settlement TO 'login'@'localhost';
GRANT SELECT ON register_import TO 'login'@'localhost';
GRANT SELECT (import_id, community_id, person_key), UPDATE (person_key) ON register_entry TO 'login'@'localhost';

-- The clock: it reads who wrote a petition, to tell them, but neither texts nor who signed. (MariaDB
-- wants UPDATE of a whole row for ON DUPLICATE KEY UPDATE … VALUES(…).)
GRANT SELECT (id, community_id, author_id, state, section, published_at, closes_at, decided_at, threshold, outside_count, rules_version, names_removed_at), UPDATE (state, decided_at, names_removed_at) ON petition TO 'worker'@'localhost';
GRANT SELECT (title, text) ON petition TO 'worker'@'localhost'; -- to store their stems
GRANT SELECT (petition_id, community_id, version, revision, title_stems, text_stems, author, terms), UPDATE (version, title_stems, text_stems, terms) ON petition_search TO 'worker'@'localhost';
GRANT SELECT, INSERT, DELETE ON petition_term TO 'worker'@'localhost';
GRANT SELECT (documents), INSERT, UPDATE ON stem_count TO 'worker'@'localhost';
GRANT SELECT ON community_pause TO 'worker'@'localhost';
GRANT INSERT (roles) ON outbox TO 'worker'@'localhost';
GRANT UPDATE (told_at) ON legal_step TO 'worker'@'localhost';
GRANT SELECT (petition_id, community_id, created_at), DELETE ON petition_signature TO 'worker'@'localhost';
GRANT SELECT (petition_id, community_id, created_at), DELETE ON petition_withdrawal TO 'worker'@'localhost';
GRANT SELECT, INSERT, UPDATE ON petition_total TO 'worker'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON petition_day TO 'worker'@'localhost';
GRANT SELECT, INSERT, UPDATE ON watermark TO 'worker'@'localhost';
GRANT SELECT, INSERT, UPDATE (holder, until) ON lease TO 'worker'@'localhost';

-- Letters. Addresses are read where they are needed: by the worker that sends there, and by the cabinet
-- that shows a person their own. Login may put one in, petitions may ask whether letters arrive.
GRANT SELECT ON community      TO 'worker'@'localhost';
GRANT SELECT ON community_host TO 'worker'@'localhost';
GRANT SELECT ON petition_rules TO 'worker'@'localhost';
GRANT SELECT (id, community_id, person_id, audience, roles, notice, kind, subject_id, other_id, reason, note, created_at, not_before, cancelled_at, expanded_at, told_to), UPDATE (told_to, expanded_at) ON outbox TO 'worker'@'localhost';
GRANT SELECT (id, community_id, outbox_id, person_id, token, urgency, state, holder, attempts, created_at, next_at), INSERT (community_id, outbox_id, person_id, token, urgency), UPDATE (state, holder, attempts, address_version, code, next_at, changed_at), DELETE ON letter TO 'worker'@'localhost';
GRANT SELECT (lang, verdict, merged_into, state_before) ON petition TO 'worker'@'localhost';
GRANT SELECT ON staff TO 'worker'@'localhost';
GRANT SELECT, DELETE ON petition_follow TO 'worker'@'localhost';
GRANT SELECT ON contact TO 'worker'@'localhost';
GRANT SELECT (id, community_id, stored, removed_at) ON attachment TO 'worker'@'localhost'; -- which bytes have a row
GRANT UPDATE (bounced_at) ON contact TO 'worker'@'localhost';
GRANT SELECT (id, community_id, person_id, email, lang, created_at, used_at, expires_at), UPDATE (expires_at), DELETE ON contact_claim TO 'worker'@'localhost';
GRANT SELECT, INSERT, UPDATE ON contact TO 'cabinet'@'localhost';
GRANT SELECT, INSERT (community_id, person_id, email, lang, created_at, expires_at), UPDATE (used_at, expires_at) ON contact_claim TO 'cabinet'@'localhost';
GRANT INSERT (community_id, audience, person_id, notice, kind, subject_id) ON outbox TO 'cabinet'@'localhost';
GRANT SELECT, INSERT (petition_id, person_id, community_id), UPDATE ON petition_follow TO 'cabinet'@'localhost', 'petitions'@'localhost';
GRANT SELECT (person_id, confirmed_at, bounced_at) ON contact TO 'petitions'@'localhost';
GRANT INSERT (person_id, email, lang, confirmed_at) ON contact TO 'login'@'localhost';

-- A person's own account: seeing and ending sessions, taking everything along, leaving.
GRANT SELECT (id, device, provider, created_at, idle_s, operator_id), DELETE ON session TO 'cabinet'@'localhost';
GRANT SELECT (middle_name, key_version, issuer, subject, created_at) ON person TO 'cabinet'@'localhost';
GRANT SELECT (person_id, age, on_date) ON person_age TO 'cabinet'@'localhost';
GRANT SELECT (confirmed_at, born_on, category) ON membership TO 'cabinet'@'localhost';
GRANT SELECT (text, topic, addressee, created_at, updated_at, submitted_at, remarks) ON petition TO 'cabinet'@'localhost';
GRANT SELECT (id, community_id, kind, subject_id, petition_id, author_id, name, type, size, created_at, removed_at) ON attachment TO 'cabinet'@'localhost';
GRANT SELECT (id, community_id, person_id, outbox_id, state, created_at) ON letter TO 'cabinet'@'localhost';
GRANT SELECT (id, notice, kind, subject_id) ON outbox TO 'cabinet'@'localhost';
GRANT SELECT (id, community_id, kind, subject_id, from_state, to_state, actor_id, created_at) ON event TO 'cabinet'@'localhost';
GRANT EXECUTE ON FUNCTION account_leave TO 'cabinet'@'localhost';
GRANT EXECUTE ON FUNCTION account_forget TO 'worker'@'localhost';

-- Serving people at a counter. (Beginning a session there, and its limits, are one function.)
GRANT SELECT (id, community_id, operator_id, person_id, begun_at, ended_at), UPDATE (ended_at) ON counter_session TO 'login'@'localhost';
GRANT SELECT, INSERT (community_id, petition_id, unit_id, sheet, collected_on, operator_id) ON paper_batch TO 'login'@'localhost';
GRANT SELECT (batch_id, line, community_id, person_id, entered_by, checked_by, struck_at, outcome), INSERT (batch_id, line, community_id, person_id, entered_by), UPDATE (checked_by, checked_at, struck_by, struck_at) ON paper_row TO 'login'@'localhost';
GRANT INSERT (community_id, batch_id, line, actor_id, what) ON paper_event TO 'login'@'localhost';
GRANT SELECT (born_on, residences) ON membership TO 'login'@'localhost';
GRANT SELECT (id, community_id, petition_id, confirmed_at), UPDATE (confirmed_by, confirmed_at) ON paper_batch TO 'petitions'@'localhost';
GRANT SELECT (batch_id, line, community_id, person_id, entered_by, checked_by, struck_at), UPDATE (outcome) ON paper_row TO 'petitions'@'localhost';
GRANT INSERT (community_id, batch_id, actor_id, what) ON paper_event TO 'petitions'@'localhost';
GRANT SELECT (id, community_id, unit_id, person_id, document, category, begun_at, ended_at) ON counter_session TO 'cabinet'@'localhost'; -- the person's own
GRANT EXECUTE ON FUNCTION counter_begin TO 'login'@'localhost';
GRANT SELECT (id, community_id, name, name_en, closed_at) ON unit TO 'login'@'localhost';
GRANT SELECT (petition_id, community_id, withdrawn, changed_at) ON petition_assisted TO 'worker'@'localhost';
