"""The database itself refuses to change or remove a verdict that was frozen, also for the owner of the tables."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION reports_verdict_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a verdict is never changed once the report was presented' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE FUNCTION reports_verdict_is_of_its_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM reports_verdictsheet AS sheet JOIN reports_claim AS claim USING (revision_id)
        WHERE sheet.id = NEW.sheet_id AND claim.id = NEW.claim_id
    ) THEN
        RAISE EXCEPTION 'a verdict is of a number of the revision its sheet is for' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER reports_verdict_is_of_its_sheet BEFORE INSERT ON reports_claimverdict
    FOR EACH ROW EXECUTE FUNCTION reports_verdict_is_of_its_sheet();
"""
ALLOW = """
DROP TRIGGER reports_verdict_is_of_its_sheet ON reports_claimverdict;
DROP FUNCTION reports_verdict_is_of_its_sheet();
DROP FUNCTION reports_verdict_stands();
"""
GUARD = """
CREATE TRIGGER {table}_stands_still BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION reports_verdict_stands();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stands_still;
"""
UNGUARD = "DROP TRIGGER {table}_stands_still ON {table};"


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_verdicts")]
    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        *(
            migrations.RunSQL(GUARD.format(table=table), UNGUARD.format(table=table))
            for table in ("reports_verdictsheet", "reports_claimverdict")
        ),
    ]
