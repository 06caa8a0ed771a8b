"""The database itself refuses to change or remove an adopted version, also for the owner of the table."""

from typing import ClassVar

from django.db import migrations

REFUSE = """
CREATE FUNCTION policies_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an adopted policy version is never changed or removed: adopt a new version'
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER policies_policyversion_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON policies_policyversion
    FOR EACH STATEMENT EXECUTE FUNCTION policies_refuse_change();
ALTER TABLE policies_policyversion ENABLE ALWAYS TRIGGER policies_policyversion_is_append_only;
"""
ALLOW = """
DROP TRIGGER policies_policyversion_is_append_only ON policies_policyversion;
DROP FUNCTION policies_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("policies", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW)]
