"""The files that come with Huiyin are adopted once by the system and never overrule the district."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from huiyin.apps.policies.models import PolicyVersion
from huiyin.apps.policies.reference import REFERENCE, reference
from huiyin.apps.policies.selectors import policy_on
from huiyin.apps.policies.services import SEEDS, SeedOutcome, adopt_policy, load_seeds
from huiyin.domain.policy_schema import SCHEMAS
from tests.apps.policies.given import a_file, a_version_of_old, in_days
from tests.people import a_cast

pytestmark = pytest.mark.django_db


def a_folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "deadlines.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_migrated_database_has_every_policy_and_loading_again_changes_nothing() -> None:
    before = PolicyVersion.objects.count()
    assert before == len(list(SEEDS.glob("*.toml"))) > len(SCHEMAS)
    assert {seed.outcome for seed in load_seeds()} == {SeedOutcome.KNOWN}
    assert PolicyVersion.objects.count() == before


def test_a_file_changed_without_a_new_version_is_told_and_not_taken(tmp_path: Path) -> None:
    text = a_file(
        effective_from=policy_on("deadlines", in_days(0)).effective_from,
        change=("max_count = 2", "max_count = 9"),
    )
    (seed,) = load_seeds(folder=a_folder(tmp_path, text))
    assert seed.outcome is SeedOutcome.CHANGED
    assert policy_on("deadlines", in_days(0)).values.pauses.max_count == 2


def test_a_new_version_of_a_release_is_adopted_by_the_system(tmp_path: Path) -> None:
    (seed,) = load_seeds(folder=a_folder(tmp_path, a_file(effective_from=in_days(2))))
    assert seed.outcome is SeedOutcome.ADOPTED
    assert PolicyVersion.objects.get(version=seed.version).adopted_by_key == "system"


def test_a_release_does_not_overrule_a_version_of_the_district(tmp_path: Path) -> None:
    adopt_policy(text=a_file(effective_from=in_days(1)), by=a_cast().by_district_officer)
    (seed,) = load_seeds(folder=a_folder(tmp_path, a_file(effective_from=in_days(2))))
    assert seed.outcome is SeedOutcome.OVERRULED
    assert policy_on("deadlines", in_days(3)).version == f"deadlines@{in_days(1)}"


def test_a_version_whose_day_went_by_before_the_upgrade_takes_effect_tomorrow(tmp_path: Path) -> None:
    for day in (in_days(-30), in_days(-2)):
        (tmp_path / f"{day}.toml").write_text(a_file(effective_from=day), encoding="utf-8")
    passed, taken = load_seeds(folder=tmp_path)
    assert (passed.outcome, taken.outcome) == (SeedOutcome.PASSED_OVER, SeedOutcome.ADOPTED)
    assert policy_on("deadlines", in_days(0)).version == "deadlines@2026-01-01"
    assert policy_on("deadlines", in_days(1)).version == f"deadlines@{in_days(-2)}"
    assert [seed.outcome for seed in load_seeds(folder=tmp_path)] == [passed.outcome, SeedOutcome.KNOWN]


def test_a_new_site_has_the_versions_of_a_release_from_their_own_days() -> None:
    days = PolicyVersion.objects.filter(name="reasons").values_list("version", "effective_from")
    assert all(version == f"reasons@{day}" for version, day in days)


def test_nobody_is_told_to_upload_a_photo_that_cannot_be_uploaded() -> None:
    def guidance(on: date) -> str:
        return policy_on("reasons", on).values.reason("pause", "papers_needed").guidance

    assert "直接上传" in guidance(date(2026, 11, 30))
    assert "交到社区" in guidance(date(2026, 12, 1))
    assert "上传" not in guidance(date(2026, 12, 1))


def test_the_command_says_what_it_did() -> None:
    told = StringIO()
    call_command("load_policies", stdout=told)
    assert "deadlines@2026-01-01: known 已有" in told.getvalue()
    with_defaults = [line.partition(":")[0] for line in told.getvalue().splitlines() if "默认" in line]
    assert with_defaults == [
        *("hotline@2026-01-01", "hotline@2026-12-01", "meetings@2026-01-01"),
        *("reports@2026-01-01", "reports@2026-12-01"),
    ], "written before the keys of December were there"


def test_an_upgrade_says_which_defaults_it_reads_into_what_was_adopted() -> None:
    a_version_of_old("meetings", without=["rating.keep_letters_days"])
    told = StringIO()
    call_command("load_policies", stdout=told)
    assert "meetings@2026-02-01: defaults for 此版本未写、按系统默认的：values.rating.keep_letters_days" in (
        told.getvalue()
    )


def test_an_upgrade_stops_when_it_cannot_read_what_was_adopted() -> None:
    a_version_of_old("meetings", without=["rating.open_days"])
    with pytest.raises(CommandError, match=r"meetings@2026-02-01: values\.rating\.open_days：缺少这个键"):
        call_command("load_policies", stdout=StringIO())


def test_the_reference_is_current() -> None:
    """Run `huiyin manage policies_reference` when this fails."""
    assert REFERENCE.read_text(encoding="utf-8") == reference()
