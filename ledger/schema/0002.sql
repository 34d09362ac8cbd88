-- Signatures of one or two people under a plan, changes carried out by people, autonomy that a person sets, reviews of
-- what was approved in an emergency.

-- Lifecycle: changes that people carry out --------------------------------------------------------------------------

DROP TRIGGER lifecycle_no_insert;
INSERT INTO lifecycle (before, after) VALUES
    ('approved', 'instructed'),
    ('instructed', 'acknowledged'), ('instructed', 'expired'), ('instructed', 'withdrawn'),
    ('instructed', 'not_applied'),
    ('acknowledged', 'observed'), ('acknowledged', 'not_applied'), ('acknowledged', 'unknown'),
    ('observed', 'verified'), ('observed', 'unknown');
CREATE TRIGGER lifecycle_no_insert BEFORE INSERT ON lifecycle
    BEGIN SELECT RAISE(ABORT, 'the lifecycle table is fixed'); END;

-- Signatures ---------------------------------------------------------------------------------------------------------

CREATE TABLE signatures (
    proposal_id TEXT NOT NULL REFERENCES proposals (id),
    signer_key  TEXT NOT NULL,
    signer      TEXT NOT NULL,
    plan_hash   TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (proposal_id, signer_key)
) STRICT;
CREATE TRIGGER signatures_while_judged BEFORE INSERT ON signatures
    WHEN NOT EXISTS (SELECT 1 FROM proposals WHERE id = NEW.proposal_id AND status = 'judged'
                     AND plan_hash = NEW.plan_hash)
    BEGIN SELECT RAISE(ABORT, 'the proposal does not wait for a signature under this plan'); END;
CREATE TRIGGER signatures_not_by_the_author BEFORE INSERT ON signatures
    WHEN lower(trim(NEW.signer)) = (SELECT lower(trim(json_extract(draft, '$.author'))) FROM proposals
                                    WHERE id = NEW.proposal_id)
    BEGIN SELECT RAISE(ABORT, 'who proposes does not approve'); END;
CREATE TRIGGER signatures_not_by_agents BEFORE INSERT ON signatures
    WHEN lower(trim(NEW.signer)) LIKE 'agent:%' OR NEW.signer_key LIKE 'agent:%'
    BEGIN SELECT RAISE(ABORT, 'an agent never approves'); END;
CREATE TRIGGER signatures_by_two BEFORE INSERT ON signatures
    WHEN EXISTS (SELECT 1 FROM signatures WHERE proposal_id = NEW.proposal_id
                 AND lower(trim(signer)) = lower(trim(NEW.signer)))
    BEGIN SELECT RAISE(ABORT, 'this person has signed before'); END;
CREATE TRIGGER signatures_fixed BEFORE UPDATE ON signatures
    BEGIN SELECT RAISE(ABORT, 'a signature cannot be changed'); END;
CREATE TRIGGER signatures_keep BEFORE DELETE ON signatures
    BEGIN SELECT RAISE(ABORT, 'signatures are kept'); END;

CREATE TRIGGER approvals_signed BEFORE INSERT ON approvals
    WHEN (SELECT COUNT(*) FROM signatures WHERE proposal_id = NEW.proposal_id)
       < CASE WHEN json_extract(NEW.body, '$.emergency') THEN 1
              ELSE COALESCE((SELECT json_extract(plan, '$.approvers') FROM proposals WHERE id = NEW.proposal_id), 2) END
      OR NOT EXISTS (SELECT 1 FROM signatures WHERE proposal_id = NEW.proposal_id
                     AND signer = json_extract(NEW.body, '$.approver'))
    BEGIN SELECT RAISE(ABORT, 'not enough people have signed'); END;
CREATE TRIGGER approvals_authenticated BEFORE INSERT ON approvals
    WHEN (json_extract(NEW.body, '$.emergency')
          OR COALESCE((SELECT json_extract(plan, '$.reauthenticate') FROM proposals WHERE id = NEW.proposal_id), 1))
     AND EXISTS (SELECT 1 FROM signatures WHERE proposal_id = NEW.proposal_id
                 AND json_extract(body, '$.authenticated_at') IS NULL)
    BEGIN SELECT RAISE(ABORT, 'somebody who signed had not proved anew who he is'); END;

-- Reviews of emergency approvals -------------------------------------------------------------------------------------

CREATE TABLE reviews (
    proposal_id TEXT PRIMARY KEY REFERENCES approvals (proposal_id),
    approver    TEXT NOT NULL,
    due_at      TEXT NOT NULL,
    reviewer    TEXT,
    finding     TEXT,
    at          TEXT
) STRICT;
CREATE TRIGGER reviews_of_an_emergency BEFORE INSERT ON reviews
    WHEN NOT EXISTS (SELECT 1 FROM approvals WHERE proposal_id = NEW.proposal_id
                     AND json_extract(body, '$.emergency'))
    BEGIN SELECT RAISE(ABORT, 'only what was approved in an emergency is reviewed'); END;
CREATE TRIGGER reviews_by_another BEFORE UPDATE ON reviews
    WHEN OLD.reviewer IS NOT NULL OR NEW.reviewer IS NULL OR NEW.finding IS NULL OR NEW.at IS NULL
      OR lower(trim(NEW.reviewer)) = lower(trim(OLD.approver)) OR lower(trim(NEW.reviewer)) LIKE 'agent:%'
      OR NEW.proposal_id <> OLD.proposal_id OR NEW.approver <> OLD.approver OR NEW.due_at <> OLD.due_at
    BEGIN SELECT RAISE(ABORT, 'a review is made once, by a person who did not approve'); END;
CREATE TRIGGER reviews_keep BEFORE DELETE ON reviews
    BEGIN SELECT RAISE(ABORT, 'reviews are kept'); END;
CREATE TRIGGER claims_reviewable BEFORE INSERT ON claims
    WHEN (SELECT json_extract(body, '$.emergency') FROM approvals WHERE id = NEW.approval_id)
     AND NOT EXISTS (SELECT 1 FROM reviews WHERE proposal_id = NEW.proposal_id)
    BEGIN SELECT RAISE(ABORT, 'an emergency approval without its review to come'); END;

-- Autonomy -----------------------------------------------------------------------------------------------------------

CREATE TABLE autonomy (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    level  TEXT NOT NULL CHECK (level IN ('observe', 'advise', 'approve', 'bounded_auto')),
    who    TEXT NOT NULL CHECK (lower(trim(who)) NOT LIKE 'agent:%'),
    reason TEXT NOT NULL,
    at     TEXT NOT NULL
) STRICT;
CREATE TRIGGER claims_autonomy BEFORE INSERT ON claims
    WHEN EXISTS (SELECT 1 FROM autonomy WHERE level IN ('observe', 'advise'))
    BEGIN SELECT RAISE(ABORT, 'the line is set below approve'); END;

-- Instructions: what people are to carry out --------------------------------------------------------------------------

CREATE TABLE instructions (
    proposal_id     TEXT PRIMARY KEY REFERENCES claims (proposal_id),
    instructed_s    REAL NOT NULL,
    due_at          TEXT NOT NULL,
    acknowledged_by TEXT CHECK (acknowledged_by IS NULL OR lower(trim(acknowledged_by)) NOT LIKE 'agent:%'),
    acknowledged_s  REAL,
    done_by_at      TEXT,
    observed_s      REAL
) STRICT;
CREATE TRIGGER instructions_fixed BEFORE UPDATE ON instructions
    WHEN NEW.proposal_id <> OLD.proposal_id OR NEW.instructed_s <> OLD.instructed_s OR NEW.due_at <> OLD.due_at
      OR (OLD.acknowledged_by IS NOT NULL AND NEW.acknowledged_by IS NOT OLD.acknowledged_by)
      OR (OLD.observed_s IS NOT NULL AND NEW.observed_s IS NOT OLD.observed_s)
    BEGIN SELECT RAISE(ABORT, 'an instruction cannot be changed'); END;
CREATE TRIGGER instructions_keep BEFORE DELETE ON instructions
    BEGIN SELECT RAISE(ABORT, 'instructions are kept'); END;
CREATE TRIGGER proposals_instructed BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'instructed' AND NOT EXISTS (SELECT 1 FROM instructions WHERE proposal_id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'there is no instruction'); END;
CREATE TRIGGER proposals_acknowledged BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'acknowledged'
     AND NOT EXISTS (SELECT 1 FROM instructions WHERE proposal_id = NEW.id AND acknowledged_by IS NOT NULL)
    BEGIN SELECT RAISE(ABORT, 'nobody has acknowledged it'); END;
CREATE TRIGGER proposals_observed BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'observed'
     AND NOT EXISTS (SELECT 1 FROM instructions WHERE proposal_id = NEW.id AND observed_s IS NOT NULL)
    BEGIN SELECT RAISE(ABORT, 'it was not observed'); END;
CREATE TRIGGER writes_by_the_executor BEFORE INSERT ON writes
    WHEN EXISTS (SELECT 1 FROM instructions WHERE proposal_id = NEW.proposal_id)
    BEGIN SELECT RAISE(ABORT, 'people carry it out'); END;
