"""Regression: how near a reader's numbers are to the true ones, and which of two readers is nearer."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError, ReadingsError
from hilum.evaluation.common.estimates import Difference, Estimate, Floats, wald_difference
from hilum.evaluation.common.resampling import over_repeats
from hilum.evaluation.inputs.alignment import Alignment, Opinions
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.bland_altman import BlandAltman, bland_altman
from hilum.evaluation.measures.concordance_correlation import concordance_correlation
from hilum.evaluation.measures.correlation import pearson
from hilum.evaluation.measures.errors_of_a_number import (
    mean_absolute_error,
    r_squared,
    root_mean_squared_error,
)
from hilum.evaluation.measures.intraclass_correlation import intraclass_correlation
from hilum.evaluation.measures.number_pairs import NUMBER_MEASURES, NumberPairs, Patients, from_sums
from hilum.evaluation.tasks.number_checks import warn_of_numbers
from hilum.evaluation.tasks.number_subgroups import measure_number_subgroups
from hilum.evaluation.tasks.samples import Cases, Sampled

COMPARED = ("mae", "rmse", "bias", "pearson", "ccc")
FEWEST = 3
# At most so many numbers, 320 MB, are held to draw for several readers at once.
MOST_NUMBERS, COLUMNS = 40_000_000, 9
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class NumberReader:
    """One reader's numbers: (repeats or 1, rows of truth), NaN where missing."""

    name: str
    repeats: tuple[int, ...]
    value: Floats
    ensemble_of: str | None = None

    @property
    def repeated(self) -> bool:
        """Whether the reader was trained several times."""
        return len(self.repeats) > 1


def evaluate_regression(work: Work) -> None:
    """Write down every measure of every reader's numbers, and every comparison of two readers.

    Raises:
        ReadingsError: a reader has no numbers.
    """
    truth = np.where(np.isfinite(_truth(work.alignment)), _truth(work.alignment), np.nan)
    for part in work.parts:
        unknown = int(np.sum(work.alignment.truth.in_part(part) & np.isnan(truth)))
        if unknown:
            work.ledger.warn(
                "unknown_value", f"{unknown} cases of {part} have no true value; they are left out", unknown
            )
    readers = [_reader(opinions) for opinions in work.alignment.opinions]
    for part in work.parts:
        for reader in readers:
            _measure(work, reader, truth, part)
    for part in work.compared_parts:
        for first, second in itertools.combinations(readers, 2):
            if first.name == second.ensemble_of or second.name == first.ensemble_of:
                continue
            if work.options.unpaired:
                _compare_unpaired(work, (first, second), part)
            else:
                _compare(work, (first, second), truth, part, readers)
        if not work.options.unpaired:
            _agreement_of_readers(work, [reader for reader in readers if not reader.repeated], truth, part)
    single = {reader.name: reader.value[0] for reader in readers if not reader.repeated}
    measure_number_subgroups(work, single, truth)


def bland_altman_of(alignment: Alignment, reader: str, part: str) -> BlandAltman | None:
    """What a Bland-Altman plot of one reader on one part shows; None with fewer than three cases.

    None as well for a reader trained several times, which its ensemble stands for.

    Args:
        alignment: Truth and readers side by side.
        reader: Its name.
        part: Which cases.
    """
    opinions = next((one for one in alignment.opinions if one.reader == reader), None)
    if opinions is None or len(opinions.repeats) > 1:
        return None
    truth, value = _truth(alignment), _reader(opinions).value[0]
    rows = np.flatnonzero(alignment.truth.in_part(part) & np.isfinite(truth) & np.isfinite(value))
    if len(rows) < FEWEST:
        return None
    return bland_altman(value[rows], truth[rows], alignment.patient[rows])


def _truth(alignment: Alignment) -> Floats:
    return alignment.truth.frame["value"].to_numpy(dtype=np.float64)


def _reader(opinions: Opinions) -> NumberReader:
    value = opinions.columns.get("value", opinions.columns.get("score"))
    if value is None:
        raise ReadingsError(
            f"{opinions.reader} has no `value`: give the number that it measured for every case"
        )
    return NumberReader(opinions.reader, opinions.repeats, value, opinions.ensemble_of)


def _measure(work: Work, reader: NumberReader, truth: Floats, part: str) -> None:
    known = work.alignment.truth.in_part(part) & np.isfinite(truth)
    rows = np.flatnonzero(known & np.isfinite(reader.value).all(axis=0))
    if len(rows) == 0:
        return
    size = Size(len(rows), 0, int(known.sum()) - len(rows))
    if len(rows) < FEWEST:
        work.ledger.warn(
            "few_cases",
            f"{reader.name} has numbers for only {len(rows)} cases of {part}: at least {FEWEST} are needed, "
            "so nothing is measured there",
            len(rows),
        )
        return
    if reader.repeated:
        sampled = _samples(work, reader, truth, Cases(part, rows, np.zeros(len(rows), dtype=np.bool_)))
        found = {name: sampled[name].estimate() for name in NUMBER_MEASURES}
    else:
        found = _estimates(work, reader, truth[rows], Cases(part, rows, np.zeros(len(rows), dtype=np.bool_)))
    for name, estimate in found.items():
        work.ledger.measure((reader.name, part), name, estimate, size)
    warn_of_numbers(work, (reader.name, part), reader.value[:, rows].mean(axis=0), truth[rows], found)


def _estimates(work: Work, reader: NumberReader, truth: Floats, cases: Cases) -> dict[str, Estimate]:
    value, patient = reader.value[0, cases.rows], work.patients(cases.rows)
    limits = bland_altman(value, truth, patient)
    found = {
        "mae": mean_absolute_error(value, truth, patient),
        "rmse": root_mean_squared_error(value, truth, patient),
        "bias": limits.bias,
        "limit_low": limits.limit_low,
        "limit_high": limits.limit_high,
        "proportional_bias": limits.proportional_bias,
    }
    for name, measure in (
        ("pearson", pearson),
        ("ccc", concordance_correlation),
        ("icc", _icc_with_truth),
        ("r2", r_squared),
    ):
        try:
            found[name] = measure(value, truth, patient)
        except MeasureError as error:
            found[name] = Estimate(None)
            work.ledger.warn("not_defined", f"{name} of {reader.name} in {cases.part} is not given ({error})")
    return found


def _icc_with_truth(value: Floats, truth: Floats, patient: Patients | None) -> Estimate:
    return intraclass_correlation(np.stack([value, truth], axis=1), patient)


def _samples(
    work: Work, reader: NumberReader, truth: Floats, cases: Cases, others: Sequence[NumberReader] = ()
) -> dict[str, Sampled]:
    """Bootstrap samples of every measure, repeats drawn and averaged in each.

    `others` who read the same cases are drawn along, because drawing takes longest.
    """
    key = cases.key("numbers", reader.name)
    if key not in work.memory:
        drawn = _draw_together(work, (reader, *others), truth, cases)
        for one, found in zip((reader, *others), drawn, strict=True):
            work.memory[cases.key("numbers", one.name)] = found
    found_before: dict[str, Sampled] = work.memory[key]
    return found_before


def _draw_together(
    work: Work, readers: Sequence[NumberReader], truth: Floats, cases: Cases
) -> list[dict[str, Sampled]]:
    known = truth[cases.rows]
    columns = [NumberPairs.of(one[cases.rows], known).columns() for r in readers for one in r.value]

    def statistic(weights: Floats) -> Floats:
        found = [from_sums(weights @ one) for one in columns]
        return np.stack([one[name] for one in found for name in NUMBER_MEASURES], axis=1)

    many = (-1, len(columns), len(NUMBER_MEASURES))
    drawn = work.draws(cases.part, cases.rows, cases.outcome).apply(statistic).reshape(many)
    point = statistic(np.ones((1, len(cases.rows)))).reshape(many)[0]
    sampled, first = [], 0
    for reader in readers:
        own = slice(first, first + len(reader.value))
        seed = work.seed("repeats", reader.name)
        sampled.append(
            {
                name: Sampled(
                    float(point[own, place].mean()), over_repeats(drawn[:, own, place], seed), reader.repeated
                )
                for place, name in enumerate(NUMBER_MEASURES)
            }
        )
        first = own.stop
    return sampled


def _compare(
    work: Work,
    readers: tuple[NumberReader, NumberReader],
    truth: Floats,
    part: str,
    everyone: Sequence[NumberReader],
) -> None:
    first, second = readers
    known = work.alignment.truth.in_part(part) & np.isfinite(truth)
    read = [known & np.isfinite(reader.value).all(axis=0) for reader in readers]
    rows = np.flatnonzero(read[0] & read[1])
    if len(rows) < min(int(read[0].sum()), int(read[1].sum())):
        work.ledger.warn(
            "fewer_compared",
            f"{first.name} and {second.name} are compared in {part} on the {len(rows)} cases that both read",
            int(np.sum(read[0] | read[1])) - len(rows),
        )
    if len(rows) < FEWEST:
        return
    cases = Cases(part, rows, np.zeros(len(rows), dtype=np.bool_))
    others = _who_read_the_same(first, everyone, rows)
    sampled = [
        _samples(work, first, truth, cases, others),
        _samples(work, second, truth, cases),
    ]
    for name in COMPARED:
        result = sampled[0][name].minus(sampled[1][name])
        if result.difference is not None:
            work.ledger.compare((first.name, second.name, part), name, result, Size(len(rows), 0))


def _who_read_the_same(
    first: NumberReader, everyone: Sequence[NumberReader], rows: Rows
) -> list[NumberReader]:
    """Other readers with a number for each of these cases, as many as memory allows."""
    found, left = [], MOST_NUMBERS // (COLUMNS * len(rows)) - len(first.value)
    for one in everyone:
        if one.name != first.name and len(one.value) <= left and np.isfinite(one.value[:, rows]).all():
            found.append(one)
            left -= len(one.value)
    return found


def _compare_unpaired(work: Work, readers: tuple[NumberReader, NumberReader], part: str) -> None:
    first, second = readers
    for name in COMPARED:
        rows = [
            row
            for reader in readers
            for row in work.ledger.measures
            if (row.reader, row.part, row.measure) == (reader.name, part, name)
        ]
        if len(rows) == 2 and all(row.value is not None and row.se is not None for row in rows):
            result = _unpaired(rows[0].value, rows[1].value, rows[0].se, rows[1].se)
            size = Size(min(row.n for row in rows), 0)
            work.ledger.compare((first.name, second.name, part), name, result, size)


def _unpaired(a: float | None, b: float | None, se_a: float | None, se_b: float | None) -> Difference:
    assert a is not None
    assert b is not None
    return wald_difference(a - b, float(np.hypot(se_a or 0.0, se_b or 0.0)), "unpaired_wald")


def _agreement_of_readers(work: Work, readers: Sequence[NumberReader], truth: Floats, part: str) -> None:
    """Intraclass correlation of every two readers, and of all where there are three or more."""
    groups: list[tuple[tuple[str, str | None], tuple[NumberReader, ...]]] = [
        ((first.name, second.name), (first, second)) for first, second in itertools.combinations(readers, 2)
    ]
    if len(readers) > 2:
        groups.append((("all readers", None), tuple(readers)))
    for (first_name, second_name), group in groups:
        values = np.stack([reader.value[0] for reader in group], axis=1)
        known = work.alignment.truth.in_part(part) & np.isfinite(truth)
        rows = np.flatnonzero(known & np.isfinite(values).all(axis=1))
        try:
            estimate = intraclass_correlation(values[rows], work.patients(rows))
        except MeasureError:
            continue
        result = Difference(
            None,
            estimate.low,
            estimate.high,
            estimate.se,
            estimate.value,
            estimate.df,
            method=estimate.method,
        )
        work.ledger.compare((first_name, second_name, part), "icc", result, Size(len(rows), 0))
