"""The website's child in the same process, with a text step of few words: estates by their names and aliases."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from huiyin.analytics import child
from huiyin.analytics.estates import Estate
from huiyin.analytics.schema import KEPT, TextStep
from huiyin.analytics.unknown_names import FindNames
from tests.analytics.given_complaints import a_step

_NAME = re.compile(r"[\u4e00-\u9fff]{2}(?:家园|花园|小区)")


class FewWords(child.Text):
    """An estate where its name or alias is written, likely one where all but the last character of it is, and none
    where these are the words of several.

    Lifts and the rest; unknown names end in 家园, 花园 or 小区.
    """

    def step_of(self, estates: Sequence[Estate], secret: bytes, *, size: int) -> TextStep:
        names = {name: estate.code for estate in estates for name in (estate.name, *estate.aliases)}

        def step(batch: pa.RecordBatch) -> pa.RecordBatch:
            kept = a_step(batch)
            texts = batch.column("text").to_pylist()
            found = [max((each for each in names if each in text), key=len, default=None) for text in texts]
            shortened = Counter(name[:-1] for name in names)
            several = {each for each, count in shortened.items() if count > 1}
            short = {name[:-1]: code for name, code in names.items() if len(name) > 2}
            short |= dict.fromkeys(several)
            guessed = [next((each for each in short if each in text), None) for text in texts]
            columns = {
                "estate_code": [
                    names.get(sure or "", short.get(likely or ""))
                    for sure, likely in zip(found, guessed, strict=True)
                ],
                "estate_match": [sure or likely for sure, likely in zip(found, guessed, strict=True)],
                "estate_confidence": [
                    0.9 if sure else 0.6 if likely and likely not in several else None
                    for sure, likely in zip(found, guessed, strict=True)
                ],
                "estate_certainty": [
                    "sure" if sure else "likely" if likely and likely not in several else "unknown"
                    for sure, likely in zip(found, guessed, strict=True)
                ],
                "category": ["电梯" if "电梯" in text else "其他" for text in texts],
            }
            arrays = [
                pa.array(columns[field.name]).cast(field.type) if field.name in columns else kept.column(at)
                for at, field in enumerate(KEPT)
            ]
            return pa.RecordBatch.from_arrays(arrays, schema=KEPT)

        return step

    def find_names(self) -> FindNames:
        return lambda texts: [_NAME.findall(text) for text in texts]


def told(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every line of the answer, as it comes through JSON."""
    lines: list[dict[str, Any]] = []
    child.answer(
        json.loads(json.dumps(asked)), lambda line: lines.append(json.loads(json.dumps(line))), FewWords()
    )
    return lines
