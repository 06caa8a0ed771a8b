"""Covering faces and plates, taking a photo down, clearing it away: gone means gone, at every address."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.test import Client
from PIL import Image, ImageChops

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.evidence import owners, services, tasks
from huiyin.apps.evidence.models import Evidence, Rendition
from huiyin.apps.evidence.pictures import Box
from huiyin.apps.evidence.selectors import renditions
from huiyin.apps.evidence.templatetags.evidence import url_of
from huiyin.domain.access import ANONYMOUS, SYSTEM
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.integrations.storage import store
from tests.apps.evidence.photos import BLUE, MANAGER, NOW, STRANGER, a_photo, bytes_of, halves

pytestmark = pytest.mark.django_db
LEFT_HALF = Box(0, 0, 0.5, 1)


@pytest.fixture
def evidence() -> Evidence:
    return services.add_photo(
        by=MANAGER, upload=a_photo("PNG"), caption="楼道灯亮了", now=NOW, all_sizes=True
    )


@pytest.fixture
def owner() -> Iterator[dict[str, bool | None]]:
    answer: dict[str, bool | None] = {"person:7": None, "person:8": None}
    owners.register(
        "test", may_manage=lambda actor, evidence: answer.get(actor.key, False), page=lambda evidence: None
    )
    yield answer
    owners.register("test", may_manage=lambda actor, evidence: None, page=lambda evidence: None)


def addresses(evidence: Evidence) -> list[str]:
    return [url_of(row) for row in Rendition.objects.filter(evidence=evidence)]


def cover_left(evidence: Evidence) -> Evidence:
    evidence = services.redact(evidence, boxes=[LEFT_HALF], by=MANAGER, now=NOW)
    tasks.make_sizes(evidence_id=evidence.pk, version=evidence.version)
    return Evidence.objects.get(pk=evidence.pk)


def redness(data: bytes) -> int:
    """The reddest pixel: how much more red than blue and green."""
    red, green, blue = Image.open(io.BytesIO(data)).convert("RGB").split()
    return ImageChops.subtract(red, ImageChops.lighter(green, blue)).getextrema()[1]


def statuses(client: Client, urls: list[str]) -> set[int]:
    """What the addresses answer; a photo is a stream, read to its end so that its file is closed."""
    found = set()
    for url in urls:
        response = client.get(url)
        assert b"".join(response)
        found.add(response.status_code)
    return found


def test_covered_pixels_are_gone_in_every_copy(evidence):
    before = [bytes_of(row.path) for row in evidence.renditions.all()]
    assert min(redness(data) for data in before) > 150
    covered = cover_left(evidence)
    files = [bytes_of(row.path) for row in covered.renditions.all()]
    assert len(files) == 6
    # Not even a rim of red along the edge of the box.
    assert max(redness(data) for data in files) < 25
    for data in files:
        copy = Image.open(io.BytesIO(data)).convert("RGB")
        seen = copy.getpixel((copy.width * 3 // 4, copy.height // 2))
        assert all(abs(have - want) < 12 for have, want in zip(seen, BLUE, strict=True))


def test_old_addresses_end_with_the_redaction(evidence, client):
    old = addresses(evidence)
    assert statuses(client, old) == {200}
    paths = [row.path for row in evidence.renditions.all()]
    covered = cover_left(evidence)
    assert statuses(client, old) == {404}
    assert statuses(client, addresses(covered)) == {200}
    tasks.remove_files(keys=paths)
    for path in paths:
        with pytest.raises(FileNotFoundError):
            store().open(path)


def test_a_size_made_late_does_not_bring_the_old_version_back():
    evidence = services.add_photo(by=MANAGER, upload=a_photo(), now=NOW)
    covered = services.redact(evidence, boxes=[LEFT_HALF], by=MANAGER, now=NOW)
    assert services.make_missing_sizes(evidence.pk, 1) == 0
    assert {row.path.split("/")[2] for row in covered.renditions.all()} == {covered.token}


def test_boxes_follow_the_upright_picture():
    evidence = services.add_photo(by=MANAGER, upload=a_photo(orientation=6), now=NOW)
    covered = services.redact(evidence, boxes=[Box(0, 0, 1, 0.5)], by=MANAGER, now=NOW)
    assert redness(bytes_of(renditions(covered, "jpeg")[0].path)) < 25


def test_covering_is_witnessed_in_thousandths(evidence):
    services.redact(evidence, boxes=[Box(0.1, 0.2, 0.333, 0.25)], by=MANAGER, now=NOW)
    event = history_of(evidence.stream)[-1]
    assert event.kind == "evidence.photo_redacted"
    assert event.public == {"sha256": evidence.sha256, "version": 2, "boxes": [[100, 200, 333, 250]]}


@pytest.mark.parametrize(
    "box", [Box(-0.1, 0, 0.5, 0.5), Box(0, 0, 0, 0.5), Box(0.6, 0, 0.5, 0.5), Box(0, 1, 0.5, 0.5)]
)
def test_a_box_outside_the_picture_is_refused(evidence, box):
    with pytest.raises(RuleBroken, match="遮盖框"):
        services.redact(evidence, boxes=[box], by=MANAGER, now=NOW)


def test_seven_boxes_are_too_many(evidence):
    with pytest.raises(RuleBroken, match="最多遮盖 6 处"):
        services.redact(evidence, boxes=[Box(0, 0, 0.1, 0.1)] * 7, by=MANAGER, now=NOW)


def test_a_withdrawn_photo_has_no_address_and_a_reason(evidence, client):
    old = addresses(evidence)
    withdrawn = services.withdraw(evidence, reason="拍到了邻居", by=MANAGER, now=NOW)
    assert statuses(client, old) == {404}
    assert renditions(withdrawn) == []
    event = history_of(evidence.stream)[-1]
    assert event.kind == "evidence.photo_withdrawn"
    assert "邻居" not in str(event.public)
    with pytest.raises(RuleBroken, match="已经撤下"):
        services.withdraw(withdrawn, reason="再撤一次", by=MANAGER, now=NOW)
    with pytest.raises(RuleBroken, match="已经撤下"):
        services.redact(withdrawn, boxes=[], by=MANAGER, now=NOW)


def test_withdrawing_needs_a_reason(evidence):
    with pytest.raises(RuleBroken, match="为什么撤下"):
        services.withdraw(evidence, reason="  ", by=MANAGER, now=NOW)


def test_a_stranger_and_a_visitor_may_not(evidence):
    for actor in (STRANGER, ANONYMOUS):
        with pytest.raises(NotPermitted):
            services.redact(evidence, boxes=[], by=actor, now=NOW)
        with pytest.raises(NotPermitted):
            services.withdraw(evidence, reason="不想要", by=actor, now=NOW)


def test_visitors_do_not_share_what_visitors_brought():
    evidence = services.add_photo(by=ANONYMOUS, upload=a_photo(picture=halves(400, 300)), now=NOW)
    with pytest.raises(NotPermitted):
        services.withdraw(evidence, reason="不是我的", by=ANONYMOUS, now=NOW)


def test_once_attached_the_owner_decides_and_not_who_brought_it(evidence, owner):
    owner |= {"person:7": False, "person:8": True}
    with pytest.raises(NotPermitted):
        services.redact(evidence, boxes=[], by=MANAGER, now=NOW)
    assert services.redact(evidence, boxes=[LEFT_HALF], by=STRANGER, now=NOW).version == 2


def test_without_its_original_a_photo_stays_but_cannot_be_covered_anew(evidence, client):
    original = evidence.original_key
    kept = services.drop_original(evidence, by=SYSTEM, now=NOW)
    tasks.remove_files(keys=[original])
    assert statuses(client, addresses(kept)) == {200}
    with pytest.raises(RuleBroken, match="原照片已按期清除"):
        services.redact(kept, boxes=[LEFT_HALF], by=MANAGER, now=NOW)


def test_purging_leaves_a_tombstone_and_a_whole_chain(evidence, client):
    old = addresses(evidence)
    purged = services.purge(evidence, by=SYSTEM, now=NOW)
    assert statuses(client, old) == {404}
    assert (purged.state, purged.caption, purged.original_key, purged.captured_at) == ("purged", "", "", None)
    history = history_of(evidence.stream)
    assert [event.kind for event in history] == [
        "evidence.photo_added",
        "audit.texts_erased",
        "evidence.photo_purged",
    ]
    assert [event.previous_hash for event in history[1:]] == [event.hash for event in history[:-1]]
    assert services.purge(purged, by=SYSTEM, now=NOW).state == "purged"
