"""What people corrected is learned from: taken from the store, counted, refused where figures fall, then read by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bench.complaint_corpus import own_examples
from bench.complaint_retraining import main
from huiyin.analytics.changing import correct
from huiyin.analytics.corrections import Decision
from huiyin.analytics.store import Store
from huiyin.analytics.teaching import labelled_complaints
from huiyin.language import classify
from huiyin.language.complaints import model
from huiyin.language.kernels import weighing
from tests.analytics.given_complaints import a_file, taken_in

COMPANYS = ("宠物", "电梯")
SCHOOLS = (
    "孩子今年上小学，学校说学位已满，派位到三公里外，请教育部门解释",
    "初中老师收费补课，不参加的学生座位调到后排",
    "幼儿园退费拖了一年，园长电话不接",
    "培训机构关门跑路，家长交的课时费要不回来",
    "高中寄宿学生的食堂饭菜发霉，校方不处理",
    "教师职称评审的名单没有公示，希望教育局公开",
    "小学门口放学时家长拥堵，学校不安排老师疏导",
    "学校强制学生购买平板电脑上课",
    "中考加分的政策什么时候公布，老师和家长都不清楚",
    "班主任要求学生家长轮流打扫教室",
)
INVENTED = (
    *(
        (f"物业不管：{each.text}", True, each.category)
        for each in own_examples()
        if each.category in COMPANYS
    ),
    *((f"教育局不管：{text}", False, "教育") for text in SCHOOLS),
)
"""So plainly told apart that no figure hangs on chance."""
STATION = "物业不管：手机信号基站{}装在居民楼顶，住户担心辐射，要求拆除"


def written(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Some invented complaints, as a district may have labelled its own."""
    rows = [
        {"text": text, "property_related": related, "category": category}
        for text, related, category in INVENTED
    ]
    return written(tmp_path / "rows.jsonl", rows)


@pytest.fixture
def own_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a district's own model shall lie; nothing of it is left behind."""
    monkeypatch.setenv(model.VARIABLE, str(tmp_path / "own.model"))
    _forget()
    yield tmp_path / "own.model"
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    model.in_use.cache_clear()
    weighing.weights.cache_clear()


def test_corrections_of_a_store_are_learned_from_and_complaints_are_read_by_the_new_model(
    tmp_path: Path, labelled: Path, own_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = [(f"W{at}", "2025-01-05", "望春园" + STATION.format("白天" * at), "", "") for at in range(1, 5)]
    taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", *told))
    decisions = [Decision(number, category="通信网络") for number, *_ in told]
    with Store.open(tmp_path / "store") as store:
        correct(store, decisions, at="2026-01-06T00:00:00")
        rows = labelled_complaints(store)
    file = written(tmp_path / "corrections.jsonl", rows)
    assert main([str(file), "--rows", str(labelled), "--to", str(own_model)]) == 0
    out = capsys.readouterr().out
    assert f"learning from {len(INVENTED)} labelled rows and 4 corrected ones" in out
    assert [each.category for each in classify([STATION.format("一直"), INVENTED[0][0]])] == [
        "通信网络",
        INVENTED[0][2],
    ]
    assert len(weighing.weights().rows) == len(model.in_use().rows) + 1


def test_a_model_whose_figures_fall_is_not_written(
    tmp_path: Path, labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = [text for text, is_related, _ in INVENTED if is_related]
    pieces = [text[at : at + 4] for text in said for at in range(0, len(text) - 4, 4)]
    wrong: list[dict[str, object]] = [
        {
            "text": "".join(pieces[(at + step) % len(pieces)] for step in (0, 41, 83)),
            "property_related": False,
            "category": "教育",
        }
        for at in range(len(pieces))
    ]
    file, to = written(tmp_path / "wrong.jsonl", wrong), tmp_path / "no.model"
    assert main([str(file), "--rows", str(labelled), "--to", str(to)]) == 1
    assert "no model was written" in capsys.readouterr().out
    assert not to.exists()


@pytest.mark.parametrize(
    "row",
    [
        {"text": "电梯坏了", "property_related": True, "category": "没有的类别"},
        {"text": "电梯坏了", "property_related": "是", "category": "电梯"},
        {"text": "电梯坏了"},
    ],
)
def test_rows_that_are_none_are_told(
    tmp_path: Path, labelled: Path, row: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "bad.jsonl", [row])
    assert main([str(file), "--rows", str(labelled), "--to", str(tmp_path / "no.model")]) == 2
    assert "these are no labelled rows" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, b"", b'{"row_count": 3}\n', b"\x00\xff"])
def test_a_file_that_is_no_model_is_refused_in_a_sentence(own_model: Path, content: bytes | None) -> None:
    if content is not None:
        own_model.write_bytes(content)
    with pytest.raises(model.ModelUnfit, match="不是这个版本能用的诉求分类模型"):
        classify(["电梯坏了"])
