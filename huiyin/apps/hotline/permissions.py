"""Who may bring files of complaints, who sees them afterwards, who says which estate is meant (ADR 0022, 0024)."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from huiyin.apps.hotline.models import Doubt, HotlineImport, UnknownName
from huiyin.apps.hotline.reach import covers, streets_reached
from huiyin.apps.ledger.permissions import acts_as_secretary
from huiyin.apps.places.models import Area, Estate
from huiyin.apps.places.selectors import inside_q, scope_of_estate
from huiyin.domain.access import SYSTEM, Actor, Role
from huiyin.domain.division_codes import DISTRICT, street_of
from huiyin.domain.errors import NotPermitted, passes

IMPORTERS = (Role.SECRETARY, Role.STREET_OFFICER, Role.DISTRICT_OFFICER)
OVERSEERS = (Role.DISTRICT_OFFICER, Role.AUDITOR)
NAMERS = (Role.STREET_OFFICER, Role.DISTRICT_OFFICER)


def can_import(actor: Actor) -> bool:
    return bool(actor.scopes(*IMPORTERS))


def check_import(actor: Actor) -> None:
    if not can_import(actor):
        raise NotPermitted(_("您没有导入热线诉求的权限。"), code="hotline.import")


def can_open(actor: Actor) -> bool:
    """Whether the import pages hold anything for this actor."""
    return bool(actor.scopes(*IMPORTERS, *OVERSEERS))


def imports_q(actor: Actor) -> Q:
    """One's own while one may import; all of them for the district, whose store it is."""
    if actor.scopes(*OVERSEERS):
        return Q()
    return Q(uploaded_by_key=actor.key) if can_import(actor) else Q(pk__in=[])


def check_handle(import_: HotlineImport, actor: Actor) -> None:
    """Columns, storing and going on belong to who brought the file."""
    check_import(actor)
    if import_.uploaded_by_key != actor.key:
        raise NotPermitted(_("这个文件由上传的人办理。"), code="hotline.handle")


def can_handle(import_: HotlineImport, actor: Actor) -> bool:
    return passes(check_handle, import_, actor)


def check_undo(import_: HotlineImport, actor: Actor) -> None:
    """Who brought it; or the district, also after that person has left."""
    if not actor.scopes(Role.DISTRICT_OFFICER):
        check_handle(import_, actor)


def can_undo(import_: HotlineImport, actor: Actor) -> bool:
    return passes(check_undo, import_, actor)


def names_q(actor: Actor) -> Q:
    """Names from one's own files, and those whose complaints name one's own street; all for the district."""
    if actor.scopes(Role.DISTRICT_OFFICER):
        return Q()
    if not can_import(actor):
        return Q(pk__in=[])
    streets = Area.objects.filter(
        inside_q(actor.scopes(*NAMERS), path="path", estate_id="estates__pk"), level=Area.Level.STREET
    )
    mine = Q(brought_by__uploaded_by_key=actor.key)
    return mine | Q(street_code__in=[street_of(code) for code in streets.values_list("code", flat=True)])


def check_decide(name: UnknownName, actor: Actor) -> None:
    """Whoever sees the name; which estates it may be given to is asked of places."""
    if not UnknownName.objects.filter(names_q(actor), pk=name.pk).exists():
        raise NotPermitted(_("这个写法不在您的范围里。"), code="hotline.decide")


def ignorable_q(actor: Actor) -> Q:
    """Names that one may say are no estate, for everybody: of one's street, of no street in one's own file; all of them
    for a district."""
    _streets, whole = streets_reached(actor, NAMERS)
    if whole:
        return Q()
    here = Area.objects.filter(inside_q(actor.scopes(*IMPORTERS), path="path", estate_id="estates__pk"))
    streets = {street_of(code) for code in here.values_list("code", flat=True)}
    return Q(street_code__in=streets - {""}) | Q(street_code="", brought_by__uploaded_by_key=actor.key)


def check_ignore(name: UnknownName, actor: Actor) -> None:
    if not UnknownName.objects.filter(ignorable_q(actor), pk=name.pk).exists():
        raise NotPermitted(_("是不是小区，由写到的街镇或区级定。"), code="hotline.ignore")


def check_register(estate: Estate, actor: Actor) -> None:
    """A complaint becomes a case by who answers for its estate: the secretary, the street, the district."""
    scope = scope_of_estate(estate)
    if actor.key != SYSTEM.key and not any(actor.holds(role, scope) for role in IMPORTERS):
        raise NotPermitted(_("这个小区不在您的范围里。"), code="hotline.register")


def can_register(estate: Estate, actor: Actor) -> bool:
    return passes(check_register, estate, actor)


def check_send(estate: Estate, actor: Actor) -> None:
    """Topics go into the ledger by the secretary of the community; load `area` with the estate."""
    if not acts_as_secretary(actor, scope_of_estate(estate), estate.area_id):
        raise NotPermitted(_("只有这个社区的书记可以把热点加入核心诉求。"), code="hotline.send")


def can_send(estate: Estate, actor: Actor) -> bool:
    return passes(check_send, estate, actor)


def doubts_q(actor: Actor) -> Q:
    """Doubts about estates one answers for, and about namesakes in the streets one answers for; a district answers
    for what names no street, or one of its own that nobody knows."""
    placed = inside_q(actor.scopes(*IMPORTERS), path="estate__area__path", estate_id="estate_id")
    streets, whole = streets_reached(actor, IMPORTERS)
    here = Q(street_code__in=streets)
    if whole:
        here |= Q(street_code="")
        for district in sorted({street[:DISTRICT] for street in streets}):
            here |= Q(street_code__startswith=district)
    return placed | Q(here, estate=None)


def check_decide_doubt(doubt: Doubt, actor: Actor) -> None:
    """Who answers for the estate that is perhaps meant, else for the street; load the estate with its area."""
    check_correct(actor, estate=doubt.estate, area_code=doubt.street_code)


def check_correct(actor: Actor, *, estate: Estate | None, area_code: str) -> None:
    """Who answers for the place where the complaint lies: its estate, else the street its file names."""
    if not covers(actor, IMPORTERS, estate=estate, area_code=area_code):
        raise NotPermitted(_("这件诉求不在您的范围里。"), code="hotline.correct")


def can_correct(actor: Actor, *, estate: Estate | None, area_code: str) -> bool:
    try:
        check_correct(actor, estate=estate, area_code=area_code)
    except NotPermitted:
        return False
    return True


def check_place(actor: Actor, estate: Estate) -> None:
    """Complaints are given to an estate by who answers for it; nobody else's numbers grow by one's own word."""
    if not covers(actor, IMPORTERS, estate=estate, area_code=""):
        raise NotPermitted(
            _("只能归到您范围里的小区。别处的请选“不归到小区”，由街镇或区级处理。"), code="hotline.place"
        )
