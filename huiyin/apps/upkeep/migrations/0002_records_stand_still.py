"""The database itself refuses to change or remove a record, also for the owner of the tables; words may be covered."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION upkeep_record_stands_still() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    words text[] := ARRAY['place', 'note', 'reason'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(OLD) - words = to_jsonb(NEW) - words THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a maintenance record is never changed: a correction is a row of its own'
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER upkeep_record_stands_still BEFORE UPDATE OR DELETE ON upkeep_maintenancerecord
    FOR EACH ROW EXECUTE FUNCTION upkeep_record_stands_still();
"""
ALLOW = """
DROP TRIGGER upkeep_record_stands_still ON upkeep_maintenancerecord;
DROP FUNCTION upkeep_record_stands_still();
"""


class Migration(migrations.Migration):
    dependencies = [("upkeep", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
