"""The database itself refuses to change or remove what was approved, also for the owner of the tables (domain.md §3)."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION reports_redacts(revision bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM reports_redaction
        WHERE revision_id = revision AND transaction_id = pg_current_xact_id()::text::bigint
    )
$$;
CREATE FUNCTION reports_refuse_of_approved(revision bigint, old jsonb, new jsonb, texts text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM reports_revision WHERE id = revision AND state = 'approved') THEN
        RETURN;
    END IF;
    IF new IS NOT NULL AND old - texts = new - texts AND reports_redacts(revision) THEN
        RETURN;
    END IF;
    RAISE EXCEPTION 'an approved revision is never changed: a correction is a revision of its own'
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE FUNCTION reports_part_stands_still() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_refuse_of_approved(OLD.revision_id, to_jsonb(OLD), to_jsonb(NEW), TG_ARGV);
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE FUNCTION reports_evidence_stands_still() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_refuse_of_approved(
        (SELECT revision_id FROM reports_claim WHERE id = OLD.claim_id), to_jsonb(OLD), NULL, TG_ARGV
    );
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE FUNCTION reports_line_stands_still() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_refuse_of_approved(
        (SELECT revision_id FROM reports_account WHERE id = OLD.account_id), to_jsonb(OLD), to_jsonb(NEW), TG_ARGV
    );
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE FUNCTION reports_revision_stands_still() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_refuse_of_approved(OLD.id, to_jsonb(OLD), to_jsonb(NEW), TG_ARGV);
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE FUNCTION reports_promise_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fixed_before jsonb := to_jsonb(OLD) - ARRAY['due_on', 'state', 'taken_by_id', 'settled_on', 'settled_words',
                                                'settled_by_label'];
    fixed_after jsonb := to_jsonb(NEW) - ARRAY['due_on', 'state', 'taken_by_id', 'settled_on', 'settled_words',
                                               'settled_by_label'];
BEGIN
    IF TG_OP = 'DELETE' OR fixed_before IS DISTINCT FROM fixed_after
        AND NOT (
            fixed_before - TG_ARGV = fixed_after - TG_ARGV
            AND EXISTS (
                SELECT FROM reports_revision
                WHERE report_id = OLD.report_id AND number >= OLD.first_revision AND reports_redacts(id)
            )
        )
    THEN
        RAISE EXCEPTION 'a promise that was approved is never rewritten: its date is moved in public'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION reports_redaction_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was covered is never taken back' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE FUNCTION reports_redaction_is_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.transaction_id := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END
$$;
"""
ALLOW = """
DROP FUNCTION reports_redaction_is_now();
DROP FUNCTION reports_redaction_stands();
DROP FUNCTION reports_promise_stands();
DROP FUNCTION reports_revision_stands_still();
DROP FUNCTION reports_line_stands_still();
DROP FUNCTION reports_evidence_stands_still();
DROP FUNCTION reports_part_stands_still();
DROP FUNCTION reports_refuse_of_approved(bigint, jsonb, jsonb, text[]);
DROP FUNCTION reports_redacts(bigint);
"""
GUARDED = {
    "reports_revision": ("reports_revision_stands_still", ("reason", "content_sha256")),
    "reports_section": ("reports_part_stands_still", ("body",)),
    "reports_claim": ("reports_part_stands_still", ("name", "denominator_label", "explanation")),
    "reports_claimevidence": ("reports_evidence_stands_still", ()),
    "reports_reportphoto": ("reports_part_stands_still", ("caption", "place")),
    "reports_account": ("reports_part_stands_still", ("note",)),
    "reports_accountline": ("reports_line_stands_still", ("label",)),
    "reports_excuse": ("reports_part_stands_still", ("words",)),
    "reports_topicanswer": ("reports_part_stands_still", ("words",)),
    "reports_commitmentaccount": ("reports_part_stands_still", ("words",)),
}
"""By table the function that guards it, and the texts in which words may be covered (models.Redaction)."""
GUARD = """
CREATE TRIGGER {table}_stands_still BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {function}({texts});
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stands_still;
"""
UNGUARD = "DROP TRIGGER {table}_stands_still ON {table};"
PROMISE = """
CREATE TRIGGER reports_commitment_stands_still BEFORE UPDATE OR DELETE ON reports_commitment
    FOR EACH ROW WHEN (OLD.promised_at IS NOT NULL)
    EXECUTE FUNCTION reports_promise_stands('title', 'measure', 'target', 'owner', 'funding');
ALTER TABLE reports_commitment ENABLE ALWAYS TRIGGER reports_commitment_stands_still;
"""
REDACTION = """
CREATE TRIGGER reports_redaction_is_now BEFORE INSERT ON reports_redaction
    FOR EACH ROW EXECUTE FUNCTION reports_redaction_is_now();
CREATE TRIGGER reports_redaction_stands_still BEFORE UPDATE OR DELETE ON reports_redaction
    FOR EACH ROW EXECUTE FUNCTION reports_redaction_stands();
ALTER TABLE reports_redaction ENABLE ALWAYS TRIGGER reports_redaction_is_now;
ALTER TABLE reports_redaction ENABLE ALWAYS TRIGGER reports_redaction_stands_still;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        *(
            migrations.RunSQL(
                GUARD.format(table=table, function=function, texts=", ".join(f"'{each}'" for each in texts)),
                UNGUARD.format(table=table),
            )
            for table, (function, texts) in GUARDED.items()
        ),
        migrations.RunSQL(PROMISE, UNGUARD.format(table="reports_commitment")),
        migrations.RunSQL(
            REDACTION,
            "DROP TRIGGER reports_redaction_is_now ON reports_redaction;"
            + UNGUARD.format(table="reports_redaction"),
        ),
    ]
