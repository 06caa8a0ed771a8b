"""The city's published list beside ours: imported as a table, names found among the district's estates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.test import Client

from huiyin.apps.hotline.models import PublishedRank
from huiyin.apps.imports import services
from huiyin.apps.imports.models import Import
from huiyin.documents.writing import Sheet, write_xlsx
from huiyin.domain.errors import NotPermitted
from tests.given_counts import some_complaints
from tests.people import Cast, sign_in

Imported = Callable[..., Import]
ROWS = [("7", "云杉里小区", "88"), ("12", "别处花园", "61"), ("30", "北桥苑", ""), ("", "没有名次", "5")]


@pytest.fixture
def imported(tmp_path: Path, cast: Cast) -> Imported:
    def run(
        rows: Sequence[Sequence[str]] = ROWS, *, period: str = "2026-06", who: str = "district_officer"
    ) -> Import:
        path = tmp_path / "通报.xlsx"
        with path.open("wb") as out:
            write_xlsx(out, [Sheet("表", ("排名", "小区名称", "诉求量"), rows)])
        options = {"period": period}
        return services.import_file(kind="hotline.published", path=path, options=options, by=cast.actor(who))

    return run


def test_names_are_found_among_our_estates_and_a_second_time_change_nothing(
    cast: Cast, imported: Imported
) -> None:
    first = imported()
    assert (first.state, first.created_count, first.rows_bad) == ("done", 3, 1)
    kept = {
        each.name: (each.place, each.complaint_count, each.estate) for each in PublishedRank.objects.all()
    }
    assert kept == {
        "云杉里小区": (7, 88, cast.estate),
        "别处花园": (12, 61, None),
        "北桥苑": (30, None, cast.other_estate),
    }
    again = imported([("8", "云杉里小区", "88"), ("12", "别处花园", "61")])
    assert (again.created_count, again.updated_count, again.unchanged_count) == (0, 1, 1)


def test_a_line_that_a_later_list_leaves_out_stands_no_more_until_that_list_is_taken_back(
    cast: Cast, imported: Imported
) -> None:
    imported([("7", "云杉里小区", "88"), ("8", "别处花园", "61")])
    before = lines()
    later = imported([("7", "北桥苑", "90"), ("8", "别处花园", "61")])
    assert (later.created_count, later.updated_count, later.unchanged_count) == (1, 0, 1)
    assert set(lines()) == {"北桥苑", "别处花园"}
    latest = imported([("9", "云杉里小区", "70")])
    services.undo_import(later, by=cast.by_district_officer)
    assert set(lines()) == {"云杉里小区"}
    services.undo_import(latest, by=cast.by_district_officer)
    assert lines() == before


def test_a_list_without_a_readable_period_is_given_back(imported: Imported) -> None:
    assert imported(period="六月").rows_bad == 4
    assert not PublishedRank.objects.exists()


def lines() -> dict[str, tuple[int, int | None]]:
    """The standing list: name → place and complaints."""
    standing = PublishedRank.objects.standing()
    return {each.name: (each.place, each.complaint_count) for each in standing}


def test_a_file_that_is_taken_back_brings_back_the_lines_it_changed(cast: Cast, imported: Imported) -> None:
    imported()
    first = lines()
    second = imported([("8", "云杉里小区", "90"), ("31", "北桥苑", "12"), ("99", "新来的苑", "1")])
    corrected = lines()
    third = imported([("9", "云杉里小区", "91"), ("9", "云杉里小区", "92")])
    latest = lines()
    assert (second.created_count, second.updated_count) == (1, 2)
    assert corrected == {"云杉里小区": (8, 90), "北桥苑": (31, 12), "新来的苑": (99, 1)}
    assert latest == {"云杉里小区": (9, 92)}

    assert services.undo_import(second, by=cast.by_district_officer) == 3
    assert lines() == latest
    services.undo_import(third, by=cast.by_district_officer)
    assert lines() == first


def test_files_are_taken_back_one_by_one_the_last_first(cast: Cast, imported: Imported) -> None:
    told = []
    files = []
    for place in ("7", "8", "9"):
        files.append(imported([(place, "云杉里小区", "88")]))
        told.append(lines())
    for file, before in zip(reversed(files), [*reversed(told[:-1]), {}], strict=True):
        services.undo_import(file, by=cast.by_district_officer)
        assert lines() == before


def test_only_the_district_brings_the_list(imported: Imported) -> None:
    with pytest.raises(NotPermitted):
        imported(who="secretary")


def test_the_page_sets_our_numbers_beside_the_citys(client: Client, cast: Cast, imported: Imported) -> None:
    officer = sign_in(client, cast.district_officer)
    assert "还没有导入全市通报" in officer.get("/desk/hotline/published").text
    imported()
    some_complaints(cast.estate, 9)
    some_complaints(cast.other_estate, 40)
    page = officer.get("/desk/hotline/published")
    rows = [
        (row.rank.place, row.place.name, row.ours and (row.ours.ranked.numerator, row.ours.ranked.place))
        for row in page.context["rows"]
    ]
    assert rows == [(7, "云杉里", (9, 2)), (30, "北桥苑", (40, 1))]
    assert [rank.name for rank in page.context["others"]] == ["别处花园"]
    assert "其余 1 个不是本区登记的小区" in page.text
    assert "通报写作“云杉里小区”" in page.text
    secretary = sign_in(Client(), cast.secretary).get("/desk/hotline/published")
    assert [row.rank.place for row in secretary.context["rows"]] == [7]
