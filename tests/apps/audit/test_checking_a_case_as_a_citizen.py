"""A citizen downloads a case, the anchors and the list of streams, and runs the checker on them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from huiyin.apps.audit.anchoring import make_anchor
from huiyin.apps.audit.openings import close_text, open_text
from huiyin.apps.audit.selectors import history_of, latest_anchor
from huiyin.apps.audit.services import erase_texts, record
from huiyin.domain.access import SYSTEM, FixedActor

pytestmark = pytest.mark.django_db
NUMBER = "26-0041-738"
LEAD = FixedActor("person:9", "项目负责人 梁小禾")


@pytest.fixture
def case(now: datetime) -> Iterator[None]:
    """A case with two replies, anchored yesterday; one more event today; the replies are declared public."""
    open_text("tests.case_replied", "reply")
    yesterday = now - timedelta(days=1)
    for text in ("换了 9 盏灯", "请拨 13800138000 找小梁"):
        record(
            kind="tests.case_replied",
            stream=f"case/{NUMBER}",
            by=LEAD,
            now=yesterday,
            public={"evidence": 2},
            texts={"reply": text, "note": "内部说明"},
            private={"contact": "13800138000"},
        )
    record(kind="people.consent_given", stream="person/9", by=LEAD, now=yesterday, public={})
    make_anchor(yesterday.date(), now=yesterday)
    record(kind="tests.case_confirmed", stream=f"case/{NUMBER}", by=SYSTEM, now=now, public={})
    yield
    close_text("tests.case_replied", "reply")


def download(client: Client, folder: Path) -> list[str]:
    day = latest_anchor().day.isoformat()  # type: ignore[union-attr]
    names = []
    for url in (f"/cases/{NUMBER}/history.json", "/verify/anchors.json", f"/verify/heads/{day}.json"):
        response = client.get(url)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/json"
        name = response.headers["Content-Disposition"].partition('filename="')[2].rstrip('"')
        body = b"".join(response.streaming_content) if response.streaming else response.content
        (folder / name).write_bytes(body)
        names.append(name)
    return names


def run_checker(folder: Path, *arguments: str) -> tuple[int, str]:
    script = finders.find("verify/huiyin_check.py")
    done = subprocess.run(
        [sys.executable, "-I", str(script), "--downloaded", "2026-11-23", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
    )
    return done.returncode, done.stdout + done.stderr


def test_untouched_downloads_pass(case: None, client: Client, tmp_path: Path) -> None:
    names = download(client, tmp_path)
    assert names == [f"history-{NUMBER}.json", "anchors.json", "heads-2026-11-22.json"]
    code = latest_anchor().short_code  # type: ignore[union-attr]
    status, said = run_checker(
        tmp_path, *names, "--anchor", f"2026-11-22={code}", "--stream", f"case/{NUMBER}"
    )
    assert status == 0, said
    assert "3 条记录前后相连，前 2 条已存档，1 条等下一次存档" in said


def test_one_tampered_byte_is_found(case: None, client: Client, tmp_path: Path) -> None:
    names = download(client, tmp_path)
    file = tmp_path / names[0]
    file.write_bytes(file.read_bytes().replace(b'"evidence": 2', b'"evidence": 3', 1))
    status, said = run_checker(tmp_path, *names)
    assert status == 1
    assert f"case/{NUMBER} 第 1 条" in said


def test_a_cut_tail_is_found(case: None, client: Client, tmp_path: Path) -> None:
    names = download(client, tmp_path)
    history = json.loads((tmp_path / names[0]).read_text(encoding="utf-8"))
    history["events"] = history["events"][:1]
    (tmp_path / names[0]).write_text(json.dumps(history), encoding="utf-8")
    status, said = run_checker(tmp_path, *names)
    assert status == 1
    assert "末尾被删除" in said


def test_a_missing_stream_is_found(case: None, client: Client, tmp_path: Path) -> None:
    names = download(client, tmp_path)
    lines = (tmp_path / names[2]).read_text(encoding="utf-8").splitlines()
    without = "\n".join(line for line in lines if NUMBER not in line).replace("],\n]}", "]\n]}")
    (tmp_path / names[2]).write_text(without, encoding="utf-8")
    status, said = run_checker(tmp_path, *names[1:])
    assert status == 1
    assert "清单与当天存档不符" in said


def test_nothing_secret_is_in_the_downloads(case: None, client: Client, tmp_path: Path) -> None:
    everything = "".join((tmp_path / name).read_text(encoding="utf-8") for name in download(client, tmp_path))
    for secret in ("13800138000", "内部说明", "person:9", "person/9", "找小梁"):
        assert secret not in everything


def test_a_reply_that_is_public_word_by_word_can_be_checked(case: None, client: Client) -> None:
    texts = client.get(f"/cases/{NUMBER}/history.json").json()["open_texts"]
    assert list(texts) == ["1"]
    assert texts["1"]["reply"]["text"] == "换了 9 盏灯"


def test_an_erased_reply_is_no_longer_shown_and_the_case_still_passes(
    case: None, client: Client, tmp_path: Path, now: datetime
) -> None:
    erase_texts(by=SYSTEM, now=now, reason="person_erased", stream=f"case/{NUMBER}")
    names = download(client, tmp_path)
    assert json.loads((tmp_path / names[0]).read_text(encoding="utf-8"))["open_texts"] == {}
    status, said = run_checker(tmp_path, *names)
    assert status == 0, said


def test_downloads_cost_the_same_however_long(
    case: None, client: Client, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for times in (1, 30):
        for _ in range(times):
            record(kind="tests.urged", stream=f"case/{NUMBER}", by=SYSTEM, now=now, public={})
        with django_assert_num_queries(4):
            client.get(f"/cases/{NUMBER}/history.json")
    assert len(history_of(f"case/{NUMBER}")) == 34


@pytest.mark.parametrize(
    "url",
    ["/cases/26-9999-000/history.json", "/verify/heads/2026-01-01.json", "/verify/heads/2026-13-01.json"],
)
def test_what_does_not_exist_is_not_found(case: None, client: Client, url: str) -> None:
    assert client.get(url).status_code == 404


def test_the_page_shows_the_newest_anchor_and_every_download(case: None, client: Client) -> None:
    page = client.get("/verify")
    assert page.status_code == 200
    text = page.content.decode()
    assert latest_anchor().short_code in text  # type: ignore[union-attr]
    for link in ("/verify/anchors.json", "/verify/heads/2026-11-22.json", "huiyin_check"):
        assert link in text


def test_the_page_before_the_first_anchor_says_when_it_comes(client: Client) -> None:
    assert "还没有存档" in client.get("/verify").content.decode()


def test_a_number_typed_in_leads_to_its_download_or_to_a_sentence(case: None, client: Client) -> None:
    for told in (f" {NUMBER} ", "260041738", "二六 零零四一 七三八"):
        found = client.get("/verify", {"no": told})
        assert (found.status_code, found.headers["Location"]) == (302, f"/cases/{NUMBER}/history.json")
    for wrong in ("26-9999-000", "../../etc", "没有"):
        page = client.get("/verify", {"no": wrong})
        assert page.status_code == 200
        assert "没有编号为" in page.content.decode()
