"""The reasons for which sentences stand are guarded like the rest of an approved revision (0002)."""

from django.db import migrations

TEXTS = ("words", "sentence", "reason")
GUARD = f"""
CREATE TRIGGER reports_findingexcuse_stands_still BEFORE UPDATE OR DELETE ON reports_findingexcuse
    FOR EACH ROW EXECUTE FUNCTION reports_part_stands_still({", ".join(f"'{each}'" for each in TEXTS)});
ALTER TABLE reports_findingexcuse ENABLE ALWAYS TRIGGER reports_findingexcuse_stands_still;
"""
UNGUARD = "DROP TRIGGER reports_findingexcuse_stands_still ON reports_findingexcuse;"


class Migration(migrations.Migration):
    dependencies = [("reports", "0008_finding_excuse")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
