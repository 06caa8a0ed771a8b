"""Training the classes in one command: `python -m bench.complaint_training` writes data/complaints/complaints.model.

One linear machine a lane against the rest, in a fixed order from a fixed seed (bench/complaint_solver.py); the weights
are rounded to whole numbers, so the file comes out the same byte for byte. Each message is learned from in four forms:
with its subject, without, the subject alone, and with words of a call around it (complaint_calls.toml), for the records
of a hotline are shorter than these messages. How scores become shares, and from where a text is property_related, is
learned from what models said of complaints that they had not seen.
"""

from __future__ import annotations

import argparse
import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.complaint_corpus import Complaint, all_complaints, circles
from huiyin.language.complaints import model as complaint_model
from huiyin.language.complaints.categories import CATEGORY_NAMES
from huiyin.language.complaints.model import LANES, SLOT_BITS, Model, Slots, slots_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

CALLS = Path(__file__).with_name("complaint_calls.toml")
STRENGTH = 2.0  # what an error costs against the size of the weights: C of a support vector machine
BALANCE = 0.8  # 0: errors cost the same, 1: rare answers weigh as much as common ones
RARITY_POWER = (
    0.7  # of ln(messages / messages with the slot): 0 makes common slots count as much as rare ones
)
WEIGHT_OF_TEXT_ALONE = 0.5  # against the same message with its subject
WEIGHT_IN_BRIEF = 0.2
WEIGHT_AS_CALLED = 0.2
WEIGHT_ELSEWHERE = 0.3  # of property_related where the messages are others: fewer of them are
RAREST_SLOT = 2  # messages a slot must occur in
MOST_ROWS = 20_000
FOLDS = 5
SHARPNESSES = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0)
AS_GOOD = 0.01  # what F1 may be below the best for a threshold still to count: the middle of those is taken


def table_of(slots: Sequence[Slots]) -> Any:
    """How often each text has each slot, divided by √n."""
    import numpy as np
    from scipy.sparse import csr_matrix

    columns = np.concatenate([np.array([*each.head, *each.rest], dtype=np.int64) for each in slots])
    counts = np.concatenate(
        [np.repeat([2.0, 1.0], [len(each.head), len(each.rest)]) / each.count**0.5 for each in slots]
    )
    starts = np.cumsum([0, *(len(each.head) + len(each.rest) for each in slots)])
    table = csr_matrix((counts, columns, starts), shape=(len(slots), 1 << SLOT_BITS))
    table.sum_duplicates()
    return table


@dataclass(frozen=True)
class Corpus:
    """The complaints with their tables: `whole` with the subject, `alone` the text alone, `brief` the subject alone.

    `called`: the subject or the text with words of a call around it that are learned from; `called_otherwise`: the
    subject, with words that are not. `circles`: a number for each complaint, the same for those that tell of one
    matter.
    """

    complaints: Sequence[Complaint]
    whole: Any
    alone: Any
    brief: Any
    called: Any
    called_otherwise: Any
    circles: Sequence[int]

    @property
    def truth(self) -> Any:
        """One column a lane: 1, 0, or -1 where the reader could not tell."""
        import numpy as np

        related = [
            -1 if each.is_property_related is None else int(each.is_property_related)
            for each in self.complaints
        ]
        categories = [
            [-1 if not each.category else each.category == name for name in CATEGORY_NAMES]
            for each in self.complaints
        ]
        return np.column_stack([related, np.array(categories, dtype=int)])


def corpus_of(complaints: Sequence[Complaint]) -> Corpus:
    with CALLS.open("rb") as file:
        words = tomllib.load(file)

    def table(texts: Iterable[str]) -> Any:
        return table_of([slots_of(text) for text in texts])

    return Corpus(
        complaints,
        whole=table(each.whole for each in complaints),
        alone=table(each.text for each in complaints),
        brief=table(each.subject or each.text for each in complaints),
        called=table(
            as_called(each, words["learned"], is_brief=drawn(each, "brief", 2) == 0) for each in complaints
        ),
        called_otherwise=table(as_called(each, words["asked"], is_brief=True) for each in complaints),
        circles=circles(complaints),
    )


def as_called(complaint: Complaint, words: Mapping[str, Sequence[str]], *, is_brief: bool) -> str:
    """The complaint as the record of a call: its subject if it is to be brief, and words before and after it."""
    before, after = (words[side][drawn(complaint, side, len(words[side]))] for side in ("before", "after"))
    return before + ((complaint.subject if is_brief else "") or complaint.text) + after


def drawn(complaint: Complaint, what: str, count: int) -> int:
    """One of `count` numbers, always the same for a complaint."""
    return int(hashlib.sha256(f"{what} {complaint.number}".encode()).hexdigest(), 16) % count


class Scores(NamedTuple):
    """Of each complaint with its subject, of the text alone, of the subject alone, of the record of a call."""

    whole: Numbers
    alone: Numbers
    brief: Numbers
    called: Numbers


@dataclass(frozen=True)
class Weights:
    """Whole numbers: `rows[lane, k]` belongs to the slot `slots[k]`."""

    slots: Any
    rows: Any
    scales: Any
    intercepts: Any

    def scores(self, table: Any) -> Numbers:
        """The scores of all lanes for each row of a table: the rule of model.py on many texts at once."""
        found: Numbers = (table[:, self.slots] @ self.rows.T.astype(float)) * self.scales + self.intercepts
        return found


def fit(corpus: Corpus, learned: Sequence[int]) -> Weights:
    """Learn from these complaints of the corpus."""
    import numpy as np
    from scipy.sparse import diags, vstack

    from bench.complaint_solver import learn

    truth = corpus.truth[learned]
    forms = [
        (corpus.whole[learned], 1.0),
        (corpus.alone[learned], WEIGHT_OF_TEXT_ALONE),
        (corpus.brief[learned], WEIGHT_IN_BRIEF),
        (corpus.called[learned], WEIGHT_AS_CALLED),
    ]
    occurring = np.max([table.astype(bool).sum(axis=0).A1 for table, _ in forms], axis=0)
    known = np.flatnonzero(occurring >= RAREST_SLOT)
    rarity = (np.log(len(truth) / occurring[known]) + 0.3) ** RARITY_POWER
    rarity = (rarity / rarity.mean()).round(4)
    table = vstack([table[:, known] for table, _ in forms]) @ diags(rarity)
    costs = STRENGTH * np.vstack([weight * balanced(truth) for _, weight in forms])
    elsewhere = np.array([corpus.complaints[at].source == "elsewhere" for at in learned])
    costs[np.tile(elsewhere, len(forms)), 0] *= WEIGHT_ELSEWHERE
    found, intercepts = learn(table, np.tile(np.where(truth == 1, 1, -1), (len(forms), 1)), costs.round(4))
    found = found * rarity
    worth = (np.abs(found).max(axis=0) * occurring[known] ** 0.5).round(9)
    kept = np.sort(np.argsort(-worth, kind="stable")[:MOST_ROWS])
    scales = np.array([float(f"{value:.5g}") for value in np.abs(found[:, kept]).max(axis=1) / 127])
    whole = np.rint(found[:, kept] / scales[:, None]).clip(-127, 127).astype(np.int8)
    return Weights(known[kept], whole, scales, intercepts.astype(float).round(4))


def balanced(truth: Any) -> Numbers:
    """What an error costs in each lane: more where an answer is rare, nothing where it is not known."""
    import numpy as np

    costs = np.zeros(truth.shape)
    for answer in (0, 1):
        share = (truth == answer).sum(axis=0) / (truth >= 0).sum(axis=0)
        costs += (truth == answer) * (2 * share.clip(min=1e-6)) ** -BALANCE
    return costs


def fold_of(circle: int, division: str = "") -> int:
    """Circles stay together."""
    return int(hashlib.sha256(f"{division}{circle}".encode()).hexdigest(), 16) % FOLDS


def out_of_fold(corpus: Corpus, folds: Sequence[int], *, without: Sequence[int] = ()) -> Scores:
    """Scores of each complaint by a model that learned from the other folds.

    A fold of -1 is learned from always and never asked about. `without`: places of complaints nothing is learned from.
    """
    import numpy as np

    scores = Scores(*(np.zeros((len(corpus.complaints), LANES)) for _ in Scores._fields))
    tables = (corpus.whole, corpus.alone, corpus.brief, corpus.called_otherwise)
    given = np.array(folds)
    taught = np.ones(len(given), bool)
    taught[list(without)] = False
    for fold in range(FOLDS):
        asked = np.flatnonzero(given == fold)
        weights = fit(corpus, np.flatnonzero((given != fold) & taught))
        for found, table in zip(scores, tables, strict=True):
            found[asked] = weights.scores(table[asked])
    return scores


@dataclass(frozen=True)
class Reading:
    """How scores are read: the fields of Model that are no weights."""

    sharpness: float
    related_by_category: Numbers
    related_from_score: float
    related_from_category: float
    related_intercept: float

    def shares(self, scores: Numbers) -> Numbers:
        import numpy as np

        raised = np.exp(self.sharpness * (scores[:, 1:] - scores[:, 1:].max(axis=1, keepdims=True)))
        shares: Numbers = raised / raised.sum(axis=1, keepdims=True)
        return shares

    def odds(self, scores: Numbers) -> Numbers:
        """Log-odds of property_related, above 0 where it is said."""
        usual = self.shares(scores) @ self.related_by_category
        found: Numbers = (
            self.related_from_score * scores[:, 0]
            + self.related_from_category * usual
            + self.related_intercept
        )
        return found


def learn_reading(of_forms: Scores, truth: Any, wanted: Any) -> Reading:
    """From scores of complaints that were not learned from: where `wanted` is true and an answer is known.

    A record is read as it is written, long or short: whole, alone and in brief.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    wanted = wanted & (truth >= 0).all(axis=1)
    forms = (of_forms.whole, of_forms.alone, of_forms.brief)
    scores, truth = np.vstack([each[wanted] for each in forms]), np.vstack([truth[wanted]] * len(forms))
    related, categories = truth[:, 0], truth[:, 1:].argmax(axis=1)
    by_category = np.array(
        [
            np.log(
                (related[categories == at].sum() + 0.5) / ((1 - related[categories == at]).sum() + 0.5)
            ).round(3)
            for at in range(LANES - 1)
        ]
    )

    def surprise(sharpness: float) -> float:
        shares = Reading(sharpness, by_category, 0, 0, 0).shares(scores)
        return float(-np.log(shares[np.arange(len(shares)), categories] + 1e-9).mean())

    sharpness = min(SHARPNESSES, key=surprise)
    usual = Reading(sharpness, by_category, 0, 0, 0).shares(scores) @ by_category
    regression = LogisticRegression(C=100.0, solver="lbfgs", max_iter=1000)
    regression.fit(np.column_stack([scores[:, 0], usual]), related)
    from_score, from_category = (round(float(value), 3) for value in regression.coef_[0])
    odds = from_score * scores[:, 0] + from_category * usual
    return Reading(sharpness, by_category, from_score, from_category, -best_threshold(odds, related))


def best_threshold(odds: Numbers, related: Any) -> float:
    """The middle of the thresholds whose F1 is as good as the best."""
    import numpy as np

    thresholds = np.quantile(odds, np.linspace(0.01, 0.99, 393))
    said = odds[None, :] >= thresholds[:, None]
    f1 = 2 * (said & (related == 1)).sum(axis=1) / (said.sum(axis=1) + related.sum())
    return round(float(np.median(thresholds[f1 >= f1.max() - AS_GOOD])), 3)


def write_model(model_file: Path, weights: Weights, reading: Reading, learned_from: int) -> Model:
    """Write the file and read it again: what is measured is what is shipped."""
    head = {
        "scales": weights.scales.tolist(),
        "intercepts": weights.intercepts.tolist(),
        "sharpness": reading.sharpness,
        "related_by_category": reading.related_by_category.tolist(),
        "related_from_score": reading.related_from_score,
        "related_from_category": reading.related_from_category,
        "related_intercept": reading.related_intercept,
        "learned_from": learned_from,
    }
    rows = dict(zip(weights.slots.tolist(), weights.rows.T.tolist(), strict=True))
    complaint_model.write(model_file, head, rows)
    return complaint_model.load(model_file)


def train(corpus: Corpus, scores: Scores, model_file: Path) -> Model:
    """Learn from all of the corpus; `scores` are those of complaints that were not learned from."""
    import numpy as np

    usual = np.array([each.is_usual for each in corpus.complaints])
    reading = learn_reading(scores, corpus.truth, usual)
    weights = fit(corpus, range(len(corpus.complaints)))
    model = write_model(model_file, weights, reading, len(corpus.complaints))
    print(f"{model_file}: {len(corpus.complaints)} complaints, {len(model.rows)} rows, {reading}")
    return model


def main(arguments: list[str] | None = None) -> int:
    """The model that is shipped. With corrections of a district: bench/complaint_retraining.py."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=complaint_model.FILE)
    options = parser.parse_args(arguments)
    corpus = corpus_of(all_complaints())
    train(corpus, out_of_fold(corpus, [fold_of(circle) for circle in corpus.circles]), options.to)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
