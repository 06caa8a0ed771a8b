"""The tree keeps the order of ADR 0001, in imports, tables and migrations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.db.models import Field, ForeignKey, ManyToManyField, Model, OneToOneField
from django.urls import URLResolver, get_resolver

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "huiyin"
# High to low.
ORDER = [name.rpartition(".")[2] for name in settings.HUIYIN_APPS]
EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "handler",
    "handlers",
    "misc",
}


def may_point(source: str, target: str) -> bool:
    """Our apps point downwards; everyone may point at Django's and the libraries' tables."""
    return source not in ORDER or target not in ORDER or ORDER.index(source) <= ORDER.index(target)


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in ORDER]


def relations() -> list[tuple[type[Model], Field]]:
    kinds = (ForeignKey, OneToOneField, ManyToManyField)
    return [
        (model, field)
        for model in our_models()
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if isinstance(field, kinds)
    ]


def test_imports_go_downwards_only() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_folder_below_apps_is_an_app_of_the_order() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("apps/*/apps.py")}
    assert folders == set(ORDER)


def test_the_pages_of_every_app_are_included() -> None:
    with_pages = {path.parent.name for path in PACKAGE.glob("apps/*/urls.py")}
    included = {
        resolver.urlconf_module.__name__.split(".")[-2]
        for resolver in get_resolver().url_patterns
        if isinstance(resolver, URLResolver) and isinstance(resolver.urlconf_module, ModuleType)
    }
    assert with_pages <= included, "add the include to huiyin/config/urls.py"


def test_foreign_keys_point_downwards() -> None:
    upwards = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model, field in relations()
        if not may_point(model._meta.app_label, field.related_model._meta.app_label)
    ]
    assert upwards == []


def test_a_foreign_key_into_another_app_leaves_no_name_there() -> None:
    named = [
        f"{model._meta.label}.{field.name}"
        for model, field in relations()
        if field.related_model._meta.app_label in ORDER
        and field.related_model._meta.app_label != model._meta.app_label
        and not str(field.remote_field.related_name).endswith("+")
    ]
    assert named == [], 'use related_name="+"'


def test_migrations_depend_downwards() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    upwards = [
        f"{app}.{name} -> {parent_app}.{parent_name}"
        for (app, name), migration in loader.disk_migrations.items()
        for parent_app, parent_name in migration.dependencies
        if not may_point(app, parent_app)
    ]
    assert upwards == []


def test_every_app_with_tables_has_migrations() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    assert {model._meta.app_label for model in our_models()} <= loader.migrated_apps


def python_files() -> list[Path]:
    return [path for folder in ("huiyin", "tests", "bench") for path in PACKAGE.rglob("*.py")]


def test_a_module_is_named_for_what_it_holds() -> None:
    assert [str(path.relative_to(ROOT)) for path in python_files() if path.stem in EMPTY_NAMES] == []


def test_no_file_is_empty() -> None:
    """Except the __init__.py that Python or Django ask for."""
    empty = [
        str(path.relative_to(ROOT))
        for path in [*python_files(), *PACKAGE.rglob("*.html")]
        if path.name != "__init__.py" and not path.read_text(encoding="utf-8").strip()
    ]
    assert empty == []


def test_a_module_opens_with_one_sentence() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*.py")
        if path.name != "__init__.py"
        and not {"migrations", "static"} & set(path.parts)
        and not path.read_text(encoding="utf-8").startswith('"""')
    ]
    assert silent == []
