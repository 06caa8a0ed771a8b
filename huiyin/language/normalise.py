"""Text brought to one form for matching, with the way back to the original offsets."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

# NFKC leaves these as they are; people type them for a hyphen or for the dot of a number plate.
_DASHES = "‐‑‒–—―−﹣－─━⁃﹘ｰ"
_DOTS = "•‧∙⋅・･●﹒"
_OPENING, _CLOSING = "【〖『「《〈﹝❲〘〚", "】〗』」》〉﹞❳〙〛"


def _simplified() -> dict[str, str]:
    """Only what the rules name: 號樓, 聯繫人, 電話, surnames."""
    text = files("huiyin.language").joinpath("data/traditional.txt").read_text(encoding="utf-8")
    pairs = [pair for line in text.splitlines() if not line.startswith("#") for pair in line.split()]
    return {pair[0]: pair[1] for pair in pairs}


_SPECIAL: dict[str, str] = {
    **_simplified(),
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_DOTS, "·"),
    **dict.fromkeys(_OPENING, "["),
    **dict.fromkeys(_CLOSING, "]"),
    **dict.fromkeys("“”„‟〝〞", '"'),
    **dict.fromkeys("‘’‚‛", "'"),
    "\u20e3": "",  # keycap of an emoji digit
    "\u3164": " ",
    "×": "X",  # typed for the X of an ID card
}
# NFKC would glue these to the number beside them: "①138…" must not become "1138…", "90㎡" not "90m2".
_KEPT = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⓪⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑²³¹㎡㎥㎞㎝㎏…")
_FORMAT_CATEGORIES = frozenset({"Cf", "Mn", "Me"})


@dataclass(frozen=True)
class Normalised:
    """`text` in one form; `origin[i]` is the offset in the source of character i, None if none moved."""

    text: str
    source_length: int
    origin: Sequence[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the source of text[start:end]."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


class _Forms(dict[str, str]):
    """One character to its form, worked out once."""

    def __missing__(self, char: str) -> str:
        form = _form_of(char)
        self[char] = form
        return form


def _form_of(char: str) -> str:
    if char in _SPECIAL:
        return _SPECIAL[char]
    if char in _KEPT:
        return char
    category = unicodedata.category(char)
    if category in _FORMAT_CATEGORIES or char == "\u00ad":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Zs" or char == "\t":
        return " "
    return unicodedata.normalize("NFKC", char)


_FORMS = _Forms()


class _FoldedForms(_Forms):
    """As above, but quotes, title marks, brackets, dashes, line ends and tabs stay: the checks read them."""

    def __missing__(self, char: str) -> str:
        form = char if char in _READ_BY_CHECKS else super().__missing__(char)
        self[char] = form
        return form


_READ_BY_CHECKS = frozenset(_DASHES + _DOTS + _OPENING + _CLOSING + "“”‘’×\t")
_FOLDED_FORMS = _FoldedForms()


def normalise(text: str) -> Normalised:
    """Full width to half width, one kind of space, hyphen and dot, invisible characters dropped."""
    return _in_forms(text, _FORMS)


def form_of(char: str) -> str:
    """What `normalise` makes of one character: itself, another one, several or none."""
    return _FORMS[char]


def special_forms() -> list[tuple[str, str]]:
    """The characters whose form is decided here and not by Unicode."""
    return sorted(_SPECIAL.items())


def fold(text: str) -> Normalised:
    """Full width to half width and invisible characters dropped, but every mark that carries structure stays."""
    return _in_forms(text, _FOLDED_FORMS)


def _in_forms(text: str, forms: _Forms) -> Normalised:
    if text.isascii() and "\t" not in text:
        return Normalised(text, len(text), None)
    parts = list(map(forms.__getitem__, text))
    joined = "".join(parts)
    if len(joined) == len(text) and "" not in parts:
        return Normalised(joined, len(text), None)
    origin: list[int] = []
    for offset, part in enumerate(parts):
        if len(part) == 1:
            origin.append(offset)
        elif part:
            origin.extend([offset] * len(part))
    return Normalised(joined, len(text), origin)
