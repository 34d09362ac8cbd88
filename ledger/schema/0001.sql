-- The ledger's first schema. Rules that must hold whatever the code does are triggers and unique indexes here.

-- Lifecycle ----------------------------------------------------------------------------------------------------------

CREATE TABLE lifecycle (before TEXT NOT NULL, after TEXT NOT NULL, PRIMARY KEY (before, after)) STRICT, WITHOUT ROWID;
INSERT INTO lifecycle (before, after) VALUES
    ('proposed', 'judged'),
    ('judged', 'approved'), ('judged', 'rejected'), ('judged', 'expired'), ('judged', 'withdrawn'),
    ('approved', 'claimed'), ('approved', 'expired'), ('approved', 'withdrawn'), ('approved', 'not_applied'),
    ('claimed', 'sent'), ('claimed', 'not_applied'), ('claimed', 'unknown'),
    ('sent', 'applied'), ('sent', 'not_applied'), ('sent', 'rolled_back'), ('sent', 'unknown'),
    ('applied', 'watching'), ('applied', 'rolled_back'), ('applied', 'unknown'),
    ('watching', 'verified'), ('watching', 'rolled_back'), ('watching', 'unknown'),
    ('unknown', 'verified'), ('unknown', 'rolled_back'), ('unknown', 'not_applied');
CREATE TRIGGER lifecycle_no_insert BEFORE INSERT ON lifecycle
    BEGIN SELECT RAISE(ABORT, 'the lifecycle table is fixed'); END;
CREATE TRIGGER lifecycle_no_update BEFORE UPDATE ON lifecycle
    BEGIN SELECT RAISE(ABORT, 'the lifecycle table is fixed'); END;
CREATE TRIGGER lifecycle_no_delete BEFORE DELETE ON lifecycle
    BEGIN SELECT RAISE(ABORT, 'the lifecycle table is fixed'); END;

CREATE TABLE proposals (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    plant      TEXT NOT NULL,
    draft_id   TEXT NOT NULL UNIQUE,
    status     TEXT NOT NULL,
    reason     TEXT NOT NULL DEFAULT '',
    draft      TEXT NOT NULL,
    verdict    TEXT NOT NULL,
    plan       TEXT NOT NULL,
    plan_hash  TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX proposals_by_status ON proposals (status);
CREATE UNIQUE INDEX one_change_in_flight_a_plant ON proposals (plant)
    WHERE status IN ('claimed', 'sent', 'applied', 'watching');
CREATE TRIGGER proposals_begin BEFORE INSERT ON proposals WHEN NEW.status <> 'proposed'
    BEGIN SELECT RAISE(ABORT, 'a proposal begins as proposed'); END;
CREATE TRIGGER proposals_step BEFORE UPDATE OF status ON proposals
    WHEN NOT EXISTS (SELECT 1 FROM lifecycle WHERE before = OLD.status AND after = NEW.status)
    BEGIN SELECT RAISE(ABORT, 'the lifecycle does not allow this step'); END;
CREATE TRIGGER proposals_content BEFORE UPDATE OF
    number, id, plant, draft_id, draft, verdict, plan, plan_hash, created_at, expires_at ON proposals
    BEGIN SELECT RAISE(ABORT, 'what was proposed cannot be changed'); END;
CREATE TRIGGER proposals_keep BEFORE DELETE ON proposals
    BEGIN SELECT RAISE(ABORT, 'proposals are kept'); END;

-- Approvals ----------------------------------------------------------------------------------------------------------

CREATE TABLE approvals (
    id          TEXT PRIMARY KEY,
    proposal_id TEXT NOT NULL UNIQUE REFERENCES proposals (id),
    expires_at  TEXT NOT NULL,
    body        TEXT NOT NULL
) STRICT;
CREATE TRIGGER approvals_fixed BEFORE UPDATE ON approvals
    BEGIN SELECT RAISE(ABORT, 'an approval cannot be changed'); END;
CREATE TRIGGER approvals_keep BEFORE DELETE ON approvals
    BEGIN SELECT RAISE(ABORT, 'approvals are kept'); END;
CREATE TRIGGER proposals_approved BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'approved' AND NOT EXISTS (SELECT 1 FROM approvals WHERE proposal_id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'there is no approval'); END;

CREATE TABLE standing (
    id         TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL,
    body       TEXT NOT NULL,
    revoked_by TEXT,
    revoked_at TEXT
) STRICT;
CREATE TRIGGER standing_fixed BEFORE UPDATE OF id, expires_at, body ON standing
    BEGIN SELECT RAISE(ABORT, 'a standing authorisation cannot be changed; revoke it and grant another'); END;
CREATE TRIGGER standing_revoked_once BEFORE UPDATE ON standing WHEN OLD.revoked_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'it has been revoked before'); END;
CREATE TRIGGER standing_keep BEFORE DELETE ON standing
    BEGIN SELECT RAISE(ABORT, 'standing authorisations are kept'); END;

-- The single writer, holds, and the newest wall time seen ------------------------------------------------------------

CREATE TABLE writer (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    epoch  INTEGER NOT NULL,
    holder TEXT NOT NULL
) STRICT;
INSERT INTO writer VALUES (1, 0, '');
CREATE TRIGGER writer_epoch_grows BEFORE UPDATE ON writer WHEN NEW.epoch <= OLD.epoch
    BEGIN SELECT RAISE(ABORT, 'an epoch only grows'); END;

CREATE TABLE holds (
    scope  TEXT PRIMARY KEY CHECK (scope IN ('all', 'agents')),
    who    TEXT NOT NULL,
    reason TEXT NOT NULL,
    at     TEXT NOT NULL
) STRICT;

CREATE TABLE wall_clock (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    high_at TEXT NOT NULL
) STRICT;

-- Carrying out -------------------------------------------------------------------------------------------------------

CREATE TABLE claims (
    proposal_id TEXT PRIMARY KEY REFERENCES proposals (id),
    approval_id TEXT NOT NULL UNIQUE REFERENCES approvals (id),
    epoch       INTEGER NOT NULL,
    before      TEXT NOT NULL,
    at          TEXT NOT NULL
) STRICT;
CREATE TRIGGER claims_need_an_approval BEFORE INSERT ON claims
    WHEN NOT EXISTS (SELECT 1 FROM approvals
                     WHERE id = NEW.approval_id AND proposal_id = NEW.proposal_id AND expires_at > NEW.at)
    BEGIN SELECT RAISE(ABORT, 'there is no unexpired approval to claim'); END;
CREATE TRIGGER claims_epoch BEFORE INSERT ON claims WHEN NEW.epoch <> (SELECT epoch FROM writer)
    BEGIN SELECT RAISE(ABORT, 'another instance has taken over writing'); END;
CREATE TRIGGER claims_hold BEFORE INSERT ON claims WHEN EXISTS (SELECT 1 FROM holds WHERE scope = 'all')
    BEGIN SELECT RAISE(ABORT, 'all writing is held'); END;
CREATE TRIGGER claims_fixed BEFORE UPDATE ON claims
    BEGIN SELECT RAISE(ABORT, 'a claim cannot be changed'); END;
CREATE TRIGGER claims_keep BEFORE DELETE ON claims
    BEGIN SELECT RAISE(ABORT, 'claims are kept'); END;
CREATE TRIGGER proposals_claimed BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'claimed' AND NOT EXISTS (SELECT 1 FROM claims WHERE proposal_id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'there is no claim'); END;

-- One row a write, stored before its bytes leave. The primary key is what makes a second sending impossible.
CREATE TABLE writes (
    proposal_id TEXT NOT NULL REFERENCES claims (proposal_id),
    step        INTEGER NOT NULL,
    direction   TEXT NOT NULL CHECK (direction IN ('apply', 'restore')),
    alias       TEXT NOT NULL,
    value       TEXT NOT NULL,
    epoch       INTEGER NOT NULL,
    plant_s     REAL,
    at          TEXT NOT NULL,
    receipt     TEXT,
    PRIMARY KEY (proposal_id, step, direction)
) STRICT, WITHOUT ROWID;
CREATE INDEX writes_by_alias ON writes (alias);
CREATE TRIGGER writes_need_a_claim BEFORE INSERT ON writes
    WHEN NOT EXISTS (SELECT 1 FROM claims WHERE proposal_id = NEW.proposal_id)
    BEGIN SELECT RAISE(ABORT, 'there is no claim to write under'); END;
CREATE TRIGGER writes_epoch BEFORE INSERT ON writes WHEN NEW.epoch <> (SELECT epoch FROM writer)
    BEGIN SELECT RAISE(ABORT, 'another instance has taken over writing'); END;
CREATE TRIGGER writes_hold BEFORE INSERT ON writes WHEN EXISTS (SELECT 1 FROM holds WHERE scope = 'all')
    BEGIN SELECT RAISE(ABORT, 'all writing is held'); END;
CREATE TRIGGER writes_in_flight BEFORE INSERT ON writes
    WHEN NOT EXISTS (SELECT 1 FROM proposals
                     WHERE id = NEW.proposal_id AND status IN ('claimed', 'sent', 'applied', 'watching'))
    BEGIN SELECT RAISE(ABORT, 'the proposal is not in flight'); END;
CREATE TRIGGER writes_fixed BEFORE UPDATE OF
    proposal_id, step, direction, alias, value, epoch, plant_s, at ON writes
    BEGIN SELECT RAISE(ABORT, 'a write cannot be changed'); END;
CREATE TRIGGER writes_one_receipt BEFORE UPDATE OF receipt ON writes WHEN OLD.receipt IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a receipt cannot be changed'); END;
CREATE TRIGGER writes_keep BEFORE DELETE ON writes
    BEGIN SELECT RAISE(ABORT, 'writes are kept'); END;
CREATE TRIGGER proposals_sent BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'sent' AND NOT EXISTS (SELECT 1 FROM writes WHERE proposal_id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'nothing was recorded as sent'); END;

-- When a change was read back, and the decision to put it back (stored before its effect).
CREATE TABLE watches (
    proposal_id TEXT PRIMARY KEY REFERENCES claims (proposal_id),
    applied_s   REAL NOT NULL
) STRICT;
CREATE TABLE rollbacks (
    proposal_id TEXT PRIMARY KEY REFERENCES claims (proposal_id),
    why         TEXT NOT NULL,
    ending      TEXT NOT NULL CHECK (ending IN ('rolled_back', 'unknown')),
    measured    TEXT,
    at          TEXT NOT NULL
) STRICT;
CREATE TRIGGER watches_fixed BEFORE UPDATE ON watches
    BEGIN SELECT RAISE(ABORT, 'when it was applied cannot be changed'); END;
CREATE TRIGGER rollbacks_fixed BEFORE UPDATE ON rollbacks
    BEGIN SELECT RAISE(ABORT, 'a decision to roll back cannot be changed'); END;

-- The newest row of a proposal counts: a person may resolve an unknown one.
CREATE TABLE outcomes (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    proposal_id TEXT NOT NULL REFERENCES proposals (id),
    body        TEXT NOT NULL
) STRICT;
CREATE INDEX outcomes_by_proposal ON outcomes (proposal_id);
CREATE TRIGGER outcomes_fixed BEFORE UPDATE ON outcomes
    BEGIN SELECT RAISE(ABORT, 'an outcome cannot be changed'); END;
CREATE TRIGGER outcomes_keep BEFORE DELETE ON outcomes
    BEGIN SELECT RAISE(ABORT, 'outcomes are kept'); END;

-- The audit chain ----------------------------------------------------------------------------------------------------

CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    prev    TEXT NOT NULL,
    hash    TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, seq);
CREATE TRIGGER audit_appends BEFORE INSERT ON audit
    WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit)
      OR NEW.prev <> COALESCE((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1),
                              '0000000000000000000000000000000000000000000000000000000000000000')
    BEGIN SELECT RAISE(ABORT, 'the audit chain only grows at its end'); END;
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit chain cannot be changed'); END;
CREATE TRIGGER audit_keep BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit chain is kept'); END;
