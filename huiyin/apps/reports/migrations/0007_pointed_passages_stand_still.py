"""What a company pointed at stands still with the revision it was approved in, as migration 0002 has it for the rest."""

from django.db import migrations

TABLE = "reports_pointedpassage"
# The mark of a passage follows its words where these are covered (models.Redaction).
GUARD = f"""
CREATE TRIGGER {TABLE}_stands_still BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION reports_part_stands_still('text_sha256');
ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_stands_still;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_pointed_passages")]
    operations = [migrations.RunSQL(GUARD, f"DROP TRIGGER {TABLE}_stands_still ON {TABLE};")]
