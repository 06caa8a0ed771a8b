"""The database itself refuses to change or remove what was approved, also for the owner of the tables (domain.md §3)."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION reports_refuse_of_approved(revision bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reports_revision WHERE id = revision AND state = 'approved') THEN
        RAISE EXCEPTION 'an approved revision is never changed: a correction is a revision of its own'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;
CREATE FUNCTION reports_part_stands_still() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_refuse_of_approved(OLD.revision_id);
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE FUNCTION reports_evidence_stands_still() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_refuse_of_approved((SELECT revision_id FROM reports_claim WHERE id = OLD.claim_id));
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE FUNCTION reports_line_stands_still() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_refuse_of_approved((SELECT revision_id FROM reports_account WHERE id = OLD.account_id));
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE FUNCTION reports_revision_stands_still() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_refuse_of_approved(OLD.id);
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE FUNCTION reports_promise_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR
        (OLD.report_id, OLD.number, OLD.first_revision, OLD.title, OLD.measure, OLD.target, OLD.owner,
         OLD.first_due_on, OLD.funding, OLD.promised_at)
        IS DISTINCT FROM
        (NEW.report_id, NEW.number, NEW.first_revision, NEW.title, NEW.measure, NEW.target, NEW.owner,
         NEW.first_due_on, NEW.funding, NEW.promised_at)
    THEN
        RAISE EXCEPTION 'a promise that was approved is never rewritten: its date is moved in public'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
"""
ALLOW = """
DROP FUNCTION reports_promise_stands();
DROP FUNCTION reports_revision_stands_still();
DROP FUNCTION reports_line_stands_still();
DROP FUNCTION reports_evidence_stands_still();
DROP FUNCTION reports_part_stands_still();
DROP FUNCTION reports_refuse_of_approved(bigint);
"""
GUARDED = {
    "reports_revision": "reports_revision_stands_still",
    "reports_section": "reports_part_stands_still",
    "reports_claim": "reports_part_stands_still",
    "reports_claimevidence": "reports_evidence_stands_still",
    "reports_reportphoto": "reports_part_stands_still",
    "reports_account": "reports_part_stands_still",
    "reports_accountline": "reports_line_stands_still",
    "reports_excuse": "reports_part_stands_still",
    "reports_topicanswer": "reports_part_stands_still",
    "reports_commitmentaccount": "reports_part_stands_still",
}
GUARD = """
CREATE TRIGGER {table}_stands_still BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {function}();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stands_still;
"""
UNGUARD = "DROP TRIGGER {table}_stands_still ON {table};"
PROMISE = """
CREATE TRIGGER reports_commitment_stands_still BEFORE UPDATE OR DELETE ON reports_commitment
    FOR EACH ROW WHEN (OLD.promised_at IS NOT NULL) EXECUTE FUNCTION reports_promise_stands();
ALTER TABLE reports_commitment ENABLE ALWAYS TRIGGER reports_commitment_stands_still;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        *(
            migrations.RunSQL(GUARD.format(table=table, function=function), UNGUARD.format(table=table))
            for table, function in GUARDED.items()
        ),
        migrations.RunSQL(PROMISE, UNGUARD.format(table="reports_commitment")),
    ]
