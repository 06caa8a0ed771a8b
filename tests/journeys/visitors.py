"""People at a browser: with a finger or a mouse, by keyboard alone, or without scripts; all can do the same things."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.test import Client

from tests.journeys.living_site import LivingSite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Locator,
        Page,
        Response,
        StorageState,
    )

    from huiyin.apps.people.models import Person

# What Chromium calls a failure to load: a form that comes back with its errors, an act that is refused with a
# sentence, and a network that a test has taken away.
NO_FAULTS = ("status of 422", "status of 409", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
MOST_TABS = 400
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
FIELDS = "input:not([type=radio], [type=checkbox]), textarea, select"
IS_FOCUSED = "element => element === document.activeElement"
# Where the keyboard stands has to be seen (WCAG 2.4.7): an outline, or a changed border or ground around a hidden box.
FOCUS_IS_SEEN = """element => {
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return box.width > 0 && box.height > 0 && (style.outlineStyle !== 'none' || style.boxShadow !== 'none');
}"""

# How many stops of the Tab key lie between where the keyboard is and the element; 0 if nobody can say.
STOPS_TO = """element => {
  if (!element.isConnected) return null;
  const radios = new Set();
  const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
    .filter(each => each === element || each === document.activeElement || (each.tabIndex >= 0 && !each.disabled
      && each.checkVisibility() && !(each.type === 'radio' && (radios.has(each.name) || !radios.add(each.name)))));
  const here = stops.indexOf(document.activeElement);
  return here < 0 ? stops.indexOf(element) + 1 : stops.indexOf(element) - here;
}"""

IS_FOR_HTMX = """element => {
  const form = element.type === 'submit' && element.closest('form[hx-get], form[hx-post]');
  return !!form && (form.getAttribute('hx-trigger') || 'submit').includes('submit');
}"""
# The scripts of a meeting send these themselves, now or when there is a network again.
IS_SENT_IN_PLACE = """element => element.matches('button[data-support]')
  || (element.type === 'submit' && !!element.closest('form[data-act], form[data-waiting]'))"""
# Every act of the console has had its answer put into the page, or was refused.
NOTHING_WAITS = "() => !document.querySelector('[data-acts] li p:not(.is-refused)')"
SAYS = "text => document.body.innerText.replace(/\\s+/g, ' ').includes(text)"
# A switch or a summary stays where it is.
LEAVES_THE_PAGE = """element => {
  const link = element.closest('a[href]');
  if (link) return !link.getAttribute('href').startsWith('#') && link.target !== '_blank';
  return element.type === 'submit' && !!element.form;
}"""


@dataclass(frozen=True)
class Way:
    """How somebody uses the site."""

    name: str
    width: int
    keyboard: bool = False
    script: bool = True

    def __str__(self) -> str:
        return self.name


PHONE = Way("phone", 375)
DESKTOP = Way("desktop", 1280)
KEYBOARD = Way("keyboard", 1280, keyboard=True)
WITHOUT_SCRIPT = Way("without-script", 375, script=False)
EVERY_WAY = [PHONE, DESKTOP, KEYBOARD, WITHOUT_SCRIPT]


class Visitor:
    """Somebody in front of one page of the site."""

    def __init__(self, site: LivingSite, page: Page, way: Way) -> None:
        self.site = site
        self.way = way
        self.faults: list[str] = []
        self.page = self._watched(page)

    def _watched(self, page: Page) -> Page:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def _hear(self, told: ConsoleMessage) -> None:
        if told.type == "error" and not any(each in told.text for each in NO_FAULTS):
            self.faults.append(told.text)

    # --- going somewhere and reading ---

    def open(self, path: str) -> None:
        # No answer, or it was interrupted: the page, which follows its own progress, went there in the same moment.
        answer = self._gone_to(path) or self.page.reload()
        assert answer is not None
        assert answer.status == 200, (path, answer.status, self.site.told())

    def _gone_to(self, path: str) -> Response | None:
        from playwright.sync_api import Error

        try:
            return self.page.goto(self.site.address + path)
        except Error as stopped:
            if "interrupted by another navigation" not in str(stopped):
                raise
            return None

    def close_the_page(self) -> None:
        """The browser stays, with what it keeps; a blank tab is open."""
        gone, self.page = self.page, self._watched(self.page.context.new_page())
        gone.close()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def words(self) -> str:
        """What stands on the page for the eye, in one line."""
        return re.sub(r"\s+", " ", self.page.locator("body").inner_text())

    def reads(self, *texts: str) -> None:
        """The page says each of these."""
        said = self.words
        for text in texts:
            assert text in said, f"{text!r} is not on {self.page.url}:\n{said[:1500]}"

    def comes_to_read(self, *texts: str) -> None:
        """The page says each of these by itself, sooner or later."""
        from playwright.sync_api import TimeoutError

        for text in texts:
            try:
                self.page.wait_for_function(SAYS, arg=text, timeout=20_000)
            except TimeoutError:
                self.reads(text)

    def reads_not(self, *texts: str) -> None:
        for text in texts:
            assert text not in self.words, f"{text!r} is on {self.page.url}"

    # --- acting ---

    def press(self, name: str, *, within: Locator | None = None, nth: int = 0) -> None:
        """A button, link or summary of that name; the page that follows has loaded."""
        self.act(self.control(name, within=within, nth=nth))

    def act(self, target: Locator) -> None:
        if self.way.keyboard:
            self.go_to(target)
        if self.way.script and target.evaluate(IS_FOR_HTMX):
            self._change_a_part(target)
        elif self.way.script and target.evaluate(IS_SENT_IN_PLACE):
            self._send_in_place(target)
        elif target.evaluate(LEAVES_THE_PAGE):
            with self.page.expect_navigation():
                self._strike(target)
        else:
            self._strike(target)

    def _change_a_part(self, target: Locator) -> None:
        """htmx asks, and puts the answer into the page or goes to another."""
        with self.page.expect_response(lambda answer: "hx-request" in answer.request.headers) as coming:
            self._strike(target)
        if address := coming.value.headers.get("hx-redirect"):
            self.page.wait_for_url(f"**{address}")
        else:
            self.page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling')")

    def _send_in_place(self, target: Locator) -> None:
        if not self.page.evaluate("navigator.onLine"):
            self._strike(target)
            return
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self._strike(target)
        self.page.wait_for_function(NOTHING_WAITS)

    def _strike(self, target: Locator) -> None:
        if self.way.keyboard:
            self.page.keyboard.press("Enter")
        else:
            target.click()

    def unfold(self, name: str, *, within: Locator | None = None) -> None:
        """Open a <details> of that name, unless it is open."""
        summary = (within or self.page.locator("body")).locator("summary").filter(has_text=name).first
        if summary.evaluate("element => element.parentElement.open"):
            return
        if self.way.keyboard:
            self.go_to(summary)
            self.page.keyboard.press("Enter")
        else:
            summary.click()

    def write(self, label: str, text: str, *, within: Locator | None = None) -> None:
        """Fill in the field of that label."""
        field = self.field(label, within=within)
        if not self.way.keyboard:
            field.fill(text)
        elif field.get_attribute("type") in ("date", "month", "datetime-local"):
            self._write_by_parts(field, text)
        else:
            self.go_to(field)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(text)

    def _write_by_parts(self, field: Locator, text: str) -> None:
        """A date as 2026-07-11, a month, or with the time: each part is a field of its own, in this browser's order."""
        self.go_to(field)
        year, month, *rest = re.split(r"\D", text)
        if rest:
            parts = [month, rest[0], year, *rest[1:], "AM"]  # half a day's hours are all we write
        else:
            parts = [MONTHS[int(month) - 1], year]
        for _ in range(6):
            self.page.keyboard.press("ArrowLeft")
        for part in parts:
            self.page.keyboard.type(part)
            if part.isalpha() or part == year:  # a month's name, or a year that may have six figures
                self.page.keyboard.press("ArrowRight")
        assert field.input_value() == text

    def choose(self, label: str, option: str, *, within: Locator | None = None) -> None:
        """An option of a list."""
        field = self.field(label, within=within)
        if not self.way.keyboard:
            field.select_option(label=option)
            return
        self.go_to(field)
        self.page.keyboard.press("Home")
        for _ in range(field.locator("option").count()):
            if field.evaluate("select => select.selectedOptions[0].label.trim()") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{option!r} is not among the options of {label!r}")

    def tick(self, label: str, *, within: Locator | None = None, nth: int = 0) -> None:
        """A box or one of a group."""
        box = (within or self.page.locator("body")).get_by_label(label, exact=False).nth(nth)
        if not self.way.keyboard:
            box.check()
        elif box.get_attribute("type") == "radio":
            self._walk_to_radio(box)
        elif not box.is_checked():
            self.go_to(box)
            self.page.keyboard.press("Space")
        assert box.is_checked()

    def hand_in(self, label: str, *files: Path, within: Locator | None = None) -> None:
        """Choose files for the field of that label."""
        field = self.field(label, within=within)
        paths = [str(file) for file in files]
        if not self.way.keyboard:
            field.set_input_files(paths)
            return
        with self.page.expect_file_chooser() as chooser:
            self.go_to(field)
            self.page.keyboard.press("Enter")
        chooser.value.set_files(paths)

    def download(self, name: str, folder: Path, *, within: Locator | None = None) -> Path:
        """Press a link or button that gives a file; where the file lies now."""
        with self.page.expect_download() as coming:
            target = self.control(name, within=within)
            if self.way.keyboard:
                self.go_to(target)
                self.page.keyboard.press("Enter")
            else:
                target.click()
        file = folder / coming.value.suggested_filename
        coming.value.save_as(file)
        return file

    # --- the desk ---

    def open_at_desk(self, number: str) -> None:
        """By the way of the desk: the ledger, its search, the case."""
        self.open("/desk")
        self.press("台账", within=self.page.locator("header nav"))
        self.write("编号或内容", number)
        self.press("筛选")
        assert self.path == f"/desk/cases/{number}", self.page.url

    def form_of(self, command: str) -> Locator:
        """The form of a command of the case (ledger/commands.py)."""
        return self.page.locator(f"form[action$='/{command}']")

    def open_form(self, command: str, *, within: Locator | None = None, nth: int = 0) -> Locator:
        """The form of a command, its fold opened."""
        form = (within or self.page.locator("body")).locator(f"form[action$='/{command}']").nth(nth)
        fold = form.locator("xpath=ancestor::details[1]")
        if fold.count() and not fold.evaluate("details => details.open"):
            self.act(fold.locator("summary").first)
        return form

    def send(self, command: str) -> None:
        self.act(self.form_of(command).locator("button[type=submit]"))

    # --- finding ---

    def control(self, name: str, *, within: Locator | None = None, nth: int = 0) -> Locator:
        """The button, link or summary whose words contain `name`; whole names go before parts."""
        place = within or self.page.locator("body")
        for exact in (True, False):
            found = (
                place.get_by_role("button", name=name, exact=exact)
                .or_(place.get_by_role("link", name=name, exact=exact))
                .or_(place.locator("summary").filter(has_text=name))
            )
            if found.count():
                return found.nth(nth)
        raise AssertionError(f"nothing called {name!r} on {self.page.url}:\n{self.words[:1500]}")

    def field(self, label: str, *, within: Locator | None = None) -> Locator:
        place = within or self.page.locator("body")
        for exact in (True, False):
            found = (
                place.get_by_label(label, exact=exact).and_(self.page.locator(FIELDS)).locator("visible=true")
            )
            if found.count():
                return found.first
        raise AssertionError(f"no field called {label!r} on {self.page.url}:\n{self.words[:1500]}")

    # --- the keyboard ---

    def go_to(self, target: Locator) -> None:
        """Tab there, and see that one is there."""
        element = target.element_handle()
        for attempt in range(MOST_TABS):
            if element.evaluate(IS_FOCUSED):
                assert element.evaluate(FOCUS_IS_SEEN), f"the focus cannot be seen on {target}"
                return
            stops = element.evaluate(STOPS_TO)
            if stops is None:  # a page that follows the server has put another in its place
                element = target.element_handle()
                continue
            # A page counts a stop otherwise than we do now and then: after some attempts each is looked at.
            key, times = ("Shift+Tab", -stops) if stops < 0 else ("Tab", stops)
            for _ in range(times if attempt < 5 else 1):
                self.page.keyboard.press(key if attempt < 20 else "Tab")
        raise AssertionError(f"the keyboard never reaches {target} on {self.page.url}")

    def _walk_to_radio(self, wanted: Locator) -> None:
        group = wanted.get_attribute("name")
        element = wanted.element_handle()
        in_group = "(element, name) => document.activeElement.name === name"
        for _ in range(MOST_TABS):
            if element.evaluate(in_group, group):
                break
            self.page.keyboard.press("Tab")
        for _ in range(20):
            if element.evaluate(IS_FOCUSED):
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the keyboard never reaches {wanted}")

    # --- signing in ---

    def sign_in(self, phone: str, *, second_factor: bool = False) -> None:
        """By the codes on the outbox page, as in the demo. Begins on any page, ends where the site leads."""
        if self.path != "/sign-in":
            self.open("/sign-in")
        self.write("手机号", phone)
        self.press("获取验证码")
        self.write("验证码", self._from_outbox(phone, ".hy-rows li", ".hy-code-large"))
        self.press("登录", within=self.page.locator("main form").first)
        if second_factor:
            self.write("动态码", self._from_outbox(phone, "tbody tr", ".hy-code-inline"))
            self.press("进入工作台")

    def _from_outbox(self, phone: str, row: str, code: str) -> str:
        """The newest code for that number, read in a second tab."""
        tab = self.page.context.new_page()
        tab.goto(f"{self.site.address}/outbox")
        found = tab.locator(row).filter(has_text=phone).first.locator(code).inner_text()
        tab.close()
        return found.strip()


@contextmanager
def a_visitor(
    site: LivingSite,
    browser: Browser,
    way: Way = DESKTOP,
    *,
    state: StorageState | None = None,
    **options: Any,
) -> Iterator[Visitor]:
    """Somebody with a browser of their own; in the end no policy blocked and no script threw anything."""
    context = a_context(browser, way, storage_state=state, **options)
    visitor = Visitor(site, context.new_page(), way)
    yield visitor
    context.close()
    assert not visitor.faults, visitor.faults


@contextmanager
def a_member(site: LivingSite, browser: Browser, role: str, way: Way = DESKTOP) -> Iterator[Visitor]:
    """One of the cast, signed in: by the pages the first time, with what the browser kept afterwards."""
    with a_visitor(site, browser, way, state=site.signed_in.get(role)) as visitor:
        if role not in site.signed_in:
            person: Person = getattr(site.cast, role)
            visitor.sign_in(
                phone_of(person), second_factor=role not in ("resident", "neighbour", "technician")
            )
            site.signed_in[role] = visitor.page.context.storage_state()
        yield visitor


def let_in(site: LivingSite, role: str) -> None:
    """One of the cast is signed in already, with what the pages would leave in the browser."""
    from tests.people import sign_in

    person: Person = getattr(site.cast, role)
    cookie = {
        "name": "sessionid",
        "value": sign_in(Client(), person).cookies["sessionid"].value,
        "domain": "127.0.0.1",
        "path": "/",
        "expires": -1,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }
    site.signed_in[role] = {"cookies": [cookie], "origins": []}  # type: ignore[typeddict-item]


def a_context(browser: Browser, way: Way, **options: Any) -> BrowserContext:
    return browser.new_context(
        viewport={"width": way.width, "height": 800 if way.width > 700 else 700},
        java_script_enabled=way.script,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        accept_downloads=True,
        **options,
    )


def phone_of(person: Person) -> str:
    from huiyin.apps.people.models import Contact

    return str(Contact.objects.get(person=person).phone)
