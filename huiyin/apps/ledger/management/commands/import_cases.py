"""`huiyin import-cases`: an existing ledger from files, with its balance and what it says of punctuality."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.apps.imports import selectors, services
from huiyin.apps.imports.models import Import
from huiyin.apps.ledger.figures import fact_of
from huiyin.apps.ledger.imports import NAME, UNKNOWN_SOURCE, source_of
from huiyin.apps.ledger.models import Case
from huiyin.apps.people.selectors import actor_of
from huiyin.apps.people.services.accounts import person_of_phone
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.errors import Refused
from huiyin.domain.formulas import median_days_to_reply, on_time_rate
from huiyin.integrations.storage import store
from huiyin.web.now import now


class Command(BaseCommand):
    help = (
        "导入旧台账（.xlsx、.xls、.csv），再导入一次不会重复。Imports an existing ledger; twice adds nothing."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--source", default="", help=f"台账名称，编号在其中唯一（默认“{UNKNOWN_SOURCE}”）"
        )
        parser.add_argument("--area", default="", help="没写小区和社区的行记在这里：区划代码或名称")
        parser.add_argument(
            "--unknown-estate",
            choices=["refuse", "area"],
            default="refuse",
            help="不认识的小区：退回这一行（refuse），或记在社区（area）",
        )
        parser.add_argument("--lead", default="", help="没写主办的行，主办写什么")
        parser.add_argument("--by", default="", metavar="PHONE", help="以哪位工作人员的名义；默认为系统")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        parser.add_argument(
            "--errors", type=Path, metavar="OUT.xlsx", help="把没有导入的行和原因写进这个文件"
        )
        parser.add_argument(
            "--remarks", type=Path, metavar="OUT.xlsx", help="把全部行和对答复的核查意见写进这个文件"
        )

    def handle(
        self,
        *args: object,
        files: list[Path],
        source: str,
        area: str,
        unknown_estate: str,
        lead: str,
        by: str,
        dry_run: bool,
        errors: Path | None,
        remarks: Path | None,
        **rest: object,
    ) -> None:
        told = {"source": source, "area": area, "unknown_estate": unknown_estate, "lead": lead}
        rejected = 0
        for place, path in enumerate(files, start=1):
            many = len(files) > 1
            outs = tuple(_numbered(out, place) if out and many else out for out in (errors, remarks))
            try:
                if dry_run:
                    rejected += self._check(path, self._actor(by), told, *outs)
                else:
                    rejected += self._import(path, self._actor(by), told, *outs)
            except FileNotFoundError as missing:
                raise CommandError(_("没有这个文件：%(path)s") % {"path": path}) from missing
            except Refused as refusal:
                raise CommandError(f"{path.name}：{refusal}") from refusal
        if not dry_run:
            self._figures(source_of(source))
        if rejected:
            self.stderr.write(_("有 %(count)s 行没有导入。") % {"count": rejected})

    def _import(
        self, path: Path, by: Actor, told: dict[str, str], errors: Path | None, remarks: Path | None
    ) -> int:
        started = time.monotonic()
        import_ = services.import_file(kind=NAME, path=path, by=by, options=told)
        if import_.state == Import.State.FAILED:
            raise CommandError(import_.error)
        return self._tell(import_, path, started, errors, remarks)

    @transaction.atomic
    def _check(
        self, path: Path, by: Actor, told: dict[str, str], errors: Path | None, remarks: Path | None
    ) -> int:
        """Every row judged, as on the site before one presses the button; nothing of it is kept."""
        started = time.monotonic()
        import_ = services.upload_file(kind=NAME, data=path.read_bytes(), name=path.name, by=by)
        try:
            import_ = services.set_mapping(import_, mapping=import_.mapping, options=told, by=by)
            if import_.state == Import.State.MAPPED:
                import_ = services.check_import(import_.pk)
            if import_.state == Import.State.FAILED:
                raise CommandError(import_.error)
            return self._tell(import_, path, started, errors, remarks)
        finally:
            transaction.set_rollback(True)
            store().remove(import_.file_key)

    def _actor(self, phone: str) -> Actor:
        if not phone:
            return SYSTEM
        person = person_of_phone(phone)
        if person is None:
            raise CommandError(_("没有这个手机号的账号。"))
        return actor_of(person)

    def _tell(
        self, import_: Import, path: Path, started: float, errors: Path | None, remarks: Path | None
    ) -> int:
        """The balance; returns how many rows were rejected."""
        counts = {
            "file": path.name,
            "rows": import_.rows_total,
            "to_write": import_.to_write_count,
            "created": import_.created_count,
            "updated": import_.updated_count,
            "unchanged": import_.unchanged_count,
            "bad": import_.rows_bad,
            "seconds": f"{time.monotonic() - started:.1f}",
        }
        if import_.state == Import.State.DONE:
            sentence = _(
                "%(file)s：读了 %(rows)s 行 = 新登记 %(created)s + 补上答复 %(updated)s + 没有变化 %(unchanged)s "
                "+ 未导入 %(bad)s。用时 %(seconds)s 秒。"
            )
        else:
            sentence = _(
                "%(file)s：检查了 %(rows)s 行 = 可以导入 %(to_write)s + 没有变化 %(unchanged)s "
                "+ 有问题 %(bad)s。没有写入。"
            )
        self.stdout.write(sentence % counts)
        if found := selectors.remarks_of(import_):
            lacks = "，".join(f"{each.words} {each.count}" for each in found)
            self.stdout.write(_("对答复的核查意见（行）：%(lacks)s。") % {"lacks": lacks})
        if errors and import_.rows_bad:
            self._write(services.error_file(import_), errors, _("没有导入的行和原因：%(path)s"))
        if remarks:
            self._write(services.remark_file(import_), remarks, _("全部行和核查意见：%(path)s"))
        return import_.rows_bad

    def _write(self, given: services.ErrorFile, path: Path, sentence: str) -> None:
        path = path.with_suffix(Path(given.name).suffix)  # CSV where Excel cannot hold a cell
        path.write_bytes(given.data)
        self.stdout.write(sentence % {"path": path})

    def _figures(self, source: str) -> None:
        """What the ledger now says of this source, by the same formulas as everywhere."""
        cases = Case.objects.filter(file_key__startswith=f"{source}:").select_related("merged_into")
        facts = [fact_of(case) for case in cases.defer("text", "search").iterator()]
        as_of = now()
        rate, days = on_time_rate(facts, as_of), median_days_to_reply(facts, as_of)
        if rate.denominator:
            self.stdout.write(
                _(
                    "“%(source)s”共 %(count)s 件：按最初期限答复 %(numerator)s ÷ %(denominator)s = %(percent)s %%。"
                )
                % {
                    "source": source,
                    "count": len(facts),
                    "numerator": rate.numerator,
                    "denominator": rate.denominator,
                    "percent": rate.percent(),
                }
            )
        if days.days is not None:
            self.stdout.write(
                _("从登记到答复，%(count)s 件的中位数是 %(days)s 天。")
                % {"count": days.count, "days": days.days}
            )


def _numbered(path: Path, place: int) -> Path:
    return path.with_name(f"{path.stem}-{place}{path.suffix}")
