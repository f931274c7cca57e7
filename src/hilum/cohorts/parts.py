"""Which part every case belongs to: drawn by patient, given by the table, or an external cohort."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from hilum.cohorts.flow import LABEL, PART, PATIENT, Candidates
from hilum.cohorts.outcome import EVENT
from hilum.cohorts.outcome_numbers import VALUE, finding_columns
from hilum.cohorts.splitting import assign_parts, see_filled
from hilum.cohorts.strata import quantile_strata, rarest_finding_strata
from hilum.errors import CohortError
from hilum.study import SplitOptions, parse_filter
from hilum.study.values import missing_in, texts_of

_SPELLINGS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "val", "valid", "dev"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}


def put_into_parts(candidates: Candidates, split: SplitOptions) -> Candidates:
    """Give every case its part.

    Cases that meet an external cohort's criterion belong to it; of several the first in the study counts.
    Their patients take no part in train, validation and test: their other cases are left out.

    Args:
        candidates: One line a case, with its outcome.
        split: The study's `[split]`.

    Returns:
        The cases with `PART`.

    Raises:
        CohortError: There are too few patients for the parts.
        FilterError: An external cohort's criterion names a column that is not there.
    """
    with_external = _external(candidates, split.external)
    if split.parts_column is not None:
        return _from_column(with_external, split.parts_column)
    frame = with_external.frame.copy()
    inside = (frame[PART] == "").to_numpy(dtype=np.bool_)
    drawn = assign_parts(_strata(frame[inside], len(split.parts)), split.parts, split.seed)
    see_filled(drawn, split.parts)
    frame.loc[inside, PART] = [drawn[patient] for patient in frame.loc[inside, PATIENT]]
    return replace(with_external, frame=frame)


def _external(candidates: Candidates, external: Mapping[str, str]) -> Candidates:
    frame = candidates.frame.copy()
    frame[PART] = ""
    notes = []
    for name, text in external.items():
        criterion = parse_filter(text)
        matches = criterion.mask(frame)
        if not matches.any():
            raise CohortError(
                f'no case meets the criterion "{text}" of the external cohort `{name}`: correct it'
            )
        frame.loc[matches & (frame[PART] == "").to_numpy(), PART] = name
        unknown = int(criterion.unknown(frame).sum())
        if unknown:
            notes.append(f"{unknown} cases are not in the external cohort `{name}`, since a value is missing")
    candidates = replace(candidates, frame=frame).say(*notes)
    outside = frame[frame[PART] != ""].drop_duplicates(PATIENT).set_index(PATIENT)[PART]
    belongs = frame[PATIENT].map(outside)
    kept = (belongs.isna() | (belongs == frame[PART])).to_numpy(dtype=np.bool_)
    return candidates.keep(kept, "case of a patient who belongs to an external cohort with another case")


def _from_column(candidates: Candidates, column: str) -> Candidates:
    """The table's own parts; names other than train, validation and test are external cohorts."""
    frame = candidates.frame.copy()
    given = [_SPELLINGS.get(text.casefold(), text) for text in texts_of(frame[column])]
    external = frame[PART].to_numpy()
    frame[PART] = [outside or own for outside, own in zip(external, given, strict=True)]
    missing = missing_in(frame[column]) & (external == "")
    found = sorted({part for part in frame[PART] if part})
    if len(found) > 20:
        raise CohortError(
            f"`{column}` has {len(found)} different values: it must say train, validation or test, or name "
            "an external "
            "cohort"
        )
    result = replace(candidates, frame=frame).say(
        f"the parts are those of the column `{column}`: {', '.join(found)}"
    )
    return result.keep(~missing, f"`{column}` missing")


def _strata(frame: pd.DataFrame, parts: int) -> dict[str, str]:
    """Every patient's stratum: classes, an event or none, the rarest finding, or a group of numbers."""
    if EVENT in frame.columns:
        return {str(key): str(int(event)) for key, event in frame.groupby(PATIENT)[EVENT].max().items()}
    if VALUE in frame.columns:
        return quantile_strata(frame.groupby(PATIENT)[VALUE].max(), parts)
    if findings := finding_columns(frame):
        return rarest_finding_strata(frame.groupby(PATIENT)[findings].max())
    classes = frame.groupby(PATIENT)[LABEL].agg(lambda labels: "\x1f".join(sorted(set(labels))))
    return {str(key): str(value) for key, value in classes.items()}
