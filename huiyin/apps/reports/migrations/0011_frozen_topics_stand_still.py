"""How topics were found answered is guarded like the rest of an approved revision (0002); it has no words to cover."""

from django.db import migrations

TABLE = "reports_frozentopic"
GUARD = f"""
CREATE TRIGGER {TABLE}_stands_still BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION reports_part_stands_still();
ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_stands_still;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0010_frozen_topics")]
    operations = [migrations.RunSQL(GUARD, f"DROP TRIGGER {TABLE}_stands_still ON {TABLE};")]
