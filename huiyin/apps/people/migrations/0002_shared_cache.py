"""The table behind the shared cache: sign-in limits and used TOTP codes, known to every web process (ADR 0005)."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

CREATE = """
CREATE TABLE people_shared_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX people_shared_cache_expires ON people_shared_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("people", "0001_initial")]
    operations: ClassVar[list[Operation]] = [migrations.RunSQL(CREATE, "DROP TABLE people_shared_cache")]
