"""Who acts and where: roles, scopes and the actor that services take as `by=` (domain.md §2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable


class Role(StrEnum):
    RESIDENT = "resident"
    TECHNICIAN = "technician"
    MANAGER = "manager"
    COMPANY_ADMIN = "company_admin"
    COMMUNITY_WORKER = "community_worker"
    SECRETARY = "secretary"
    STREET_OFFICER = "street_officer"
    DISTRICT_OFFICER = "district_officer"
    AUDITOR = "auditor"
    OPERATOR = "operator"


ROLE_LABELS: dict[Role, str] = {
    Role.RESIDENT: "居民",
    Role.TECHNICIAN: "维修人员",
    Role.MANAGER: "项目负责人",
    Role.COMPANY_ADMIN: "物业企业管理员",
    Role.COMMUNITY_WORKER: "社区工作者",
    Role.SECRETARY: "社区书记",
    Role.STREET_OFFICER: "街镇干部",
    Role.DISTRICT_OFFICER: "区级干部",
    Role.AUDITOR: "审计人员",
    Role.OPERATOR: "运维人员",
}

STAFF_ROLES = frozenset(Role) - {Role.RESIDENT}
SECOND_FACTOR_ROLES = STAFF_ROLES - {Role.TECHNICIAN}
COMPANY_ROLES = frozenset({Role.TECHNICIAN, Role.MANAGER, Role.COMPANY_ADMIN})

ScopeKind = Literal["area", "company", "estate", "engagement"]


@dataclass(frozen=True)
class Scope:
    """A place in a tree of paths: areas "/1/5/33/", estates "/1/5/33/e7/", companies "c/9/", engagements "c/9/g4/"."""

    kind: ScopeKind
    path: str

    def covers(self, other: Scope) -> bool:
        return other.path.startswith(self.path)


@runtime_checkable
class Actor(Protocol):
    """Whoever performs a write; low apps know people only through this."""

    @property
    def key(self) -> str:
        """Stable and public-safe: "person:42", "system", "file:7"."""

    @property
    def label(self) -> str:
        """What a public page may say of the actor, e.g. "社区书记 何知夏"; never a resident's name."""

    def holds(self, role: Role, scope: Scope | None = None) -> bool:
        """True if the actor holds the role in a scope covering `scope` (any scope if None)."""

    def scopes(self, *roles: Role) -> tuple[Scope, ...]:
        """Every scope in which the actor holds one of the roles; lists filter by these paths."""


def on_both_sides(role: Role, held: Iterable[Role]) -> bool:
    """An account stands on the company's side or on the public one: who leads a matter never confirms it for others."""
    return any((role in COMPANY_ROLES) is not (other in COMPANY_ROLES) for other in held)


@dataclass(frozen=True)
class FixedActor:
    """An actor without an account: the system itself, an imported file, an anonymous visitor."""

    key: str
    label: str

    def holds(self, role: Role, scope: Scope | None = None) -> bool:
        return False

    def scopes(self, *roles: Role) -> tuple[Scope, ...]:
        return ()


SYSTEM = FixedActor("system", "系统")
ANONYMOUS = FixedActor("anonymous", "访客")
