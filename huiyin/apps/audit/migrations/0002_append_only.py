"""The database itself refuses to change what was recorded, whoever asks (ADR 0006)."""

from django.db import migrations

# Statement triggers: they fire for TRUNCATE and for the owner too, which row triggers and rights do not cover.
# ENABLE ALWAYS: they fire also in a session that says it is a replica.
FORBID = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what was recorded is never changed or removed (ADR 0006)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Texts and private values are erased through huiyin.apps.audit.services.erase_texts.';
END
$$;
"""
ALLOW = "DROP FUNCTION audit_refuse_change();"
PROTECT = """
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_append_only;
"""
UNPROTECT = "DROP TRIGGER {table}_is_append_only ON {table};"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(FORBID, ALLOW),
        *(
            migrations.RunSQL(PROTECT.format(table=table), UNPROTECT.format(table=table))
            for table in ("audit_event", "audit_anchor", "audit_anchorhead")
        ),
    ]
