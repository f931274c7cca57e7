"""From values to the score's number: alternatives brought together, what is missing kept missing."""

from collections.abc import Mapping

import numpy as np

from hilum.readers.scores.inputs import Floats, Inputs, Mask
from hilum.readers.scores.record import ScoreItem, ScoreRecord


def filled(record: ScoreRecord, values: Inputs) -> dict[str, Floats]:
    """Values with each item's first input filled from its alternatives and parts where they convert.

    Example:
        >>> from hilum.readers.scores import PSI
        >>> nothing = {each.name: np.array([np.nan]) for each in PSI.inputs}
        >>> filled(PSI, nothing | {"temperature_f": np.array([104.0])})["temperature_c"].tolist()
        [40.0]
    """
    complete = dict(values)
    for item in record.items:
        _fill(item, complete)
    return complete


def _fill(item: ScoreItem, values: dict[str, Floats]) -> None:
    first = item.one_of[0].name
    for each in item.one_of[1:]:
        if each.to_first is not None:
            other = np.round(each.to_first(values[each.name]), 9)
            values[first] = np.where(np.isnan(values[first]), other, values[first])
    for part in item.parts:
        _fill(part, values)
    if item.make is not None:
        values[first] = np.where(np.isnan(values[first]), item.make(values), values[first])


def absent_items(record: ScoreRecord, values: Inputs, choices: Mapping[str, str]) -> dict[str, Mask]:
    """For each item that is needed, the cases in which it is needed and missing, by the item's names."""
    absent = {}
    for item in record.needed(choices):
        unknown = item.unknown(values)
        if item.needed_in is not None:
            unknown = unknown & item.needed_in(values)
        absent[" or ".join(each.name for each in item.one_of)] = unknown
    return absent


def refused_cases(record: ScoreRecord, values: Inputs, rows: int) -> Mask:
    """Cases for which the score is not defined."""
    refused = np.zeros(rows, dtype=bool)
    for rule in record.population_rules:
        if rule.refused:
            refused |= rule.outside(values)
    return refused


def score_numbers(record: ScoreRecord, values: Inputs, choices: Mapping[str, str]) -> Floats:
    """The score's number of every case; nan where something needed is missing or the score is not defined."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        points = record.points(values, choices)
    without = refused_cases(record, values, len(points)) | ~np.isfinite(points)
    for unknown in absent_items(record, values, choices).values():
        without |= unknown
    return np.where(without, np.nan, points)
