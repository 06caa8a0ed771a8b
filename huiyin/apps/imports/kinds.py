"""What can be imported: each app declares its kinds here in AppConfig.ready() (architecture.md, mechanism 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from huiyin.domain.access import Actor

if TYPE_CHECKING:
    from huiyin.apps.imports.models import Import

FieldKind = Literal["text", "code", "integer", "decimal", "date", "datetime", "yes_no", "choice"]
Reason = tuple[str, str]  # key of a field or "", and the sentence for the person
Values = dict[str, Any]


class RowRefused(Exception):
    """A row cannot be taken; `RowRefused("contact", "电话位数不对。")` or a list of such reasons."""

    def __init__(self, key: str | Sequence[Reason], sentence: str = "") -> None:
        self.reasons: list[Reason] = [(key, sentence)] if isinstance(key, str) else list(key)
        super().__init__("；".join(sentence for _, sentence in self.reasons))


@dataclass(frozen=True)
class Field:
    """A column we understand. `kind` converts the cell before `check` sees it; an empty cell is None.

    text: trimmed str · code: str without any space, half width · integer, decimal (Decimal), date ·
    datetime: aware · yes_no: bool · choice: the key of `choices` {key: label}, found by key, label or alias.
    """

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    kind: FieldKind = "text"
    choices: Mapping[str, str] = field(default_factory=dict)
    choice_aliases: Mapping[str, str] = field(default_factory=dict)  # other word → key
    max_length: int | None = None
    hint: str = ""


@dataclass(frozen=True)
class CheckedRow:
    """A row that passed: its number in the file and what `check` made of it."""

    number: int
    values: Values


@dataclass(frozen=True)
class Applied:
    """What became of a batch; created + updated + unchanged + refused is its length."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: Mapping[int, Sequence[Reason]] = field(default_factory=dict)


def _as_it_is(row: Values, context: Any) -> Values:
    return row


def _nothing(import_: Import, actor: Actor) -> Any:
    return None


def _cannot_say(row: Values) -> bool:
    return False


def _says_nothing(row: Values) -> tuple[str, ...]:
    return ()


def _nobody(actor: Actor) -> bool:
    return False


@dataclass(frozen=True)
class ImportKind:
    """A kind of file.

    `prepare(import_, actor)` loads once what all rows need and returns the context; it may be mutable, so that
    a row can lean on an earlier one of the same file. `check(values, context)` returns what will be stored or
    raises RowRefused; it writes nothing. `apply(rows, import_=, by=, now=)` writes a batch inside a transaction
    that also moves the progress, so a batch happens once; by its own key it must find rows that exist already
    (`unchanged`). A RowRefused, domain.errors.Refused or IntegrityError from a batch makes the rows go one by one,
    and only the guilty one is rejected. `is_unchanged(row)` says of a checked row that `apply` will find it as it is,
    so that the dry run can tell new rows from known ones. `remarks(row)` are a few words each on what is worth knowing
    of a checked row, which is taken all the same; the dry run counts them, and a file of all rows has them as a column.
    `undo(import_, by=, now=)` takes back a finished import and says how much; it `restores` what the import changed, or
    leaves alone what somebody has changed since.
    """

    name: str
    label: str
    fields: tuple[Field, ...]
    can: Callable[[Actor], bool]
    apply: Callable[..., Applied]
    check: Callable[[Values, Any], Values] = _as_it_is
    prepare: Callable[[Import, Actor], Any] = _nothing
    is_unchanged: Callable[[Values], bool] = _cannot_say
    remarks: Callable[[Values], tuple[str, ...]] = _says_nothing
    undo: Callable[..., int] | None = None
    restores: bool = False
    sees_all: Callable[[Actor], bool] = _nobody  # who may see imports of others
    options: tuple[Field, ...] = ()  # asked once per file, e.g. the area for rows without an estate
    description: str = ""
    batch_size: int = 500
    max_rows: int = 50_000

    def field(self, key: str) -> Field:
        return next(f for f in self.fields if f.key == key)

    def label_of(self, key: str) -> str:
        return next((f.label for f in self.fields if f.key == key), "")

    @property
    def known_headers(self) -> list[str]:
        return [name for f in self.fields for name in (f.label, *f.aliases)]


_KINDS: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> ImportKind:
    """Declare a kind; a second one of the same name is a mistake, the same one again is not."""
    known = _KINDS.get(kind.name)
    if known is not None and known != kind:
        raise ValueError(f"import kind {kind.name!r} is registered twice")
    _KINDS[kind.name] = kind
    return kind


def forget(name: str) -> None:
    """For tests that register a kind of their own."""
    _KINDS.pop(name, None)


def get(name: str) -> ImportKind:
    return _KINDS[name]


def find(name: str) -> ImportKind | None:
    return _KINDS.get(name)


def all_kinds() -> list[ImportKind]:
    return sorted(_KINDS.values(), key=lambda kind: kind.name)


def kinds_of(actor: Actor) -> list[ImportKind]:
    """The kinds this actor may import."""
    return [kind for kind in all_kinds() if kind.can(actor)]
