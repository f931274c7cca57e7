"""What is to be said about a computed score: missing values, choices, and cases of another population."""

from collections.abc import Mapping

import numpy as np

from hilum.readers.scores.choosing import NOT_STATED
from hilum.readers.scores.inputs import Floats, Inputs, Mask
from hilum.readers.scores.numbers import refused_cases, score_numbers
from hilum.readers.scores.record import ScoreChoice, ScoreRecord
from hilum.readers.warning import ReaderWarning


def noticed(
    record: ScoreRecord,
    values: Inputs,
    chosen: Mapping[str, str],
    points: Floats,
    absent: Mapping[str, Mask],
) -> list[ReaderWarning]:
    """All that was counted about a score over a table.

    Args:
        record: The score.
        values: The values by input.
        chosen: What was chosen.
        points: The score's numbers.
        absent: For each item, the cases in which it is missing.
    """
    return [
        *_not_scored(record, values, points, absent),
        *_taken_as_normal(record, values, chosen, points),
        *_choices_that_matter(record, values, chosen, points),
        *_in_own_words(record, chosen, len(points)),
        *_population(record, values),
    ]


def _not_scored(
    record: ScoreRecord, values: Inputs, points: Floats, absent: Mapping[str, Mask]
) -> list[ReaderWarning]:
    refused = refused_cases(record, values, len(points))
    without = np.isnan(points) & ~refused
    n = int(without.sum())
    if n == 0:
        return []
    counts = {name: int((unknown & ~refused).sum()) for name, unknown in absent.items()}
    reasons = [f"{name} missing in {count:,}" for name, count in counts.items() if count]
    known = without.copy()
    for unknown in absent.values():
        known &= ~unknown
    if known.any():
        reasons.append(f"values that contradict each other in {int(known.sum()):,}")
    text = (
        f"{record.title} cannot be computed for {n:,} of {len(points):,} cases ({', '.join(reasons)}); they "
        "get no score and are left out wherever it is measured."
    )
    return [ReaderWarning("score_missing", text, n)]


def _taken_as_normal(
    record: ScoreRecord, values: Inputs, chosen: Mapping[str, str], points: Floats
) -> list[ReaderWarning]:
    """Items that were left out by choice: how many scored cases lack them."""
    left_out = [item for item in record.items if item not in record.needed(chosen)]
    scored = ~np.isnan(points)
    counts = {item.one_of[0].name: int((item.unknown(values) & scored).sum()) for item in left_out}
    counts = {name: n for name, n in counts.items() if n}
    if not counts or chosen.get("missing_as_normal") != "yes":
        return []
    rows = np.any([item.unknown(values) & scored for item in left_out], axis=0)
    which = ", ".join(f"{name} in {n:,}" for name, n in counts.items())
    text = (
        f"{record.title}: missing values were taken as normal, as was chosen, in {int(rows.sum()):,} of "
        f"{int(scored.sum()):,} scored cases ({which}); their scores may be too low."
    )
    return [ReaderWarning("score_missing_as_normal", text, int(rows.sum()))]


def _choices_that_matter(
    record: ScoreRecord, values: Inputs, chosen: Mapping[str, str], points: Floats
) -> list[ReaderWarning]:
    warnings = []
    for choice in record.choices:
        for other in choice.values:
            if other == chosen[choice.name] or not choice.alike:
                continue
            changed = score_numbers(record, values, {**chosen, choice.name: other})
            warnings += _difference(record, choice, chosen[choice.name], other, (points, changed))
    return warnings


def _difference(
    record: ScoreRecord, choice: ScoreChoice, here: str, other: str, both: tuple[Floats, Floats]
) -> list[ReaderWarning]:
    points, changed = both
    had, has = ~np.isnan(points), ~np.isnan(changed)
    counts = {
        "another score": int((had & has & (points != changed)).sum()),
        "a score that now have none": int((has & ~had).sum()),
        "no score": int((had & ~has).sum()),
    }
    said = " and ".join(f"{n:,} cases {what}" for what, n in counts.items() if n)
    if not said:
        return []
    text = f"{record.title}: {choice.sentence}; here `{here}`. `{other}` would give {said}."
    return [ReaderWarning("score_choice_matters", text, sum(counts.values()))]


def _in_own_words(record: ScoreRecord, chosen: Mapping[str, str], rows: int) -> list[ReaderWarning]:
    free = [choice for choice in record.choices if not choice.values]
    if not free:
        return []
    said = ", ".join(f"{choice.sentence} {chosen[choice.name]}" for choice in free)
    silent = [choice.name for choice in free if chosen[choice.name] == NOT_STATED]
    text = f"{record.title} was taken from the table as it stands: {said}."
    if silent:
        text += f" State {', '.join(silent)}: without them the numbers cannot be reproduced."
    return [ReaderWarning("score_not_stated" if silent else "score_as_stated", text, rows)]


def _population(record: ScoreRecord, values: Inputs) -> list[ReaderWarning]:
    warnings = []
    for rule in record.population_rules:
        n = int(rule.outside(values).sum())
        if n:
            code = "score_not_defined" if rule.refused else "score_population"
            warnings.append(ReaderWarning(code, f"{n:,} cases {rule.sentence}", n))
    return warnings
