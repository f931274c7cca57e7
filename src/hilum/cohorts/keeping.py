"""Copies of one picture kept in one part, so that no film is learnt from and tested on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from hilum.cohorts.cohort import PARTS, Cohort, FlowStep
from hilum.cohorts.near_duplicates import CopyGroup


def keep_together(cohort: Cohort, groups: Iterable[CopyGroup]) -> Cohort:
    """Bring patients who share copies of a picture into one part.

    Whole patients move, to the part where most of those connected are already (train before validation
    before test where equal). External cohorts are never changed: a patient of train, validation or test
    with a copy of an external case leaves the cohort. A note says how many moved.

    Args:
        cohort: The cohort, its parts drawn.
        groups: Copies, from `near_duplicate_groups`.

    Returns:
        The cohort with no copies across train, validation, test, and none shared by them with an external
        cohort.
    """
    part_of = dict(zip(cohort.cases["patient"], cohort.cases["part"], strict=True))
    moved: dict[str, str] = {}
    removed: set[str] = set()
    for patients in _connected_patients(cohort, groups):
        parts = Counter(part_of[patient] for patient in patients)
        inside = [patient for patient in patients if part_of[patient] in PARTS]
        if len(parts) == 1 or not inside:
            continue
        if len(inside) < len(patients):
            removed.update(inside)
            continue
        goal = max(parts, key=lambda part: (parts[part], -PARTS.index(part)))
        moved.update({patient: goal for patient in patients if part_of[patient] != goal})
    return _changed(cohort, moved, removed)


def _connected_patients(cohort: Cohort, groups: Iterable[CopyGroup]) -> list[list[str]]:
    """Patients connected through copies, directly or through others."""
    patient_of = dict(zip(cohort.cases["case"], cohort.cases["patient"], strict=True))
    leader: dict[str, str] = {}

    def lead(patient: str) -> str:
        while leader.setdefault(patient, patient) != patient:
            patient = leader[patient]
        return patient

    for group in groups:
        patients = [patient_of[case] for case in group.cases if case in patient_of]
        for patient in patients[1:]:
            leader[lead(patient)] = lead(patients[0])
    connected: dict[str, list[str]] = {}
    for patient in sorted(leader):
        connected.setdefault(lead(patient), []).append(patient)
    return [patients for patients in connected.values() if len(patients) > 1]


def _changed(cohort: Cohort, moved: Mapping[str, str], removed: set[str]) -> Cohort:
    cases = cohort.cases.copy()
    goals = cases["patient"].map(moved)
    cases["part"] = goals.where(goals.notna(), cases["part"])
    notes = list(cohort.notes)
    if moved:
        are = "patient was" if len(moved) == 1 else "patients were"
        notes.append(
            f"{len(moved)} {are} moved to another part, so that copies of one image are all in the same part"
        )
    kept = cases[~cases["patient"].isin(removed)].reset_index(drop=True)
    steps: tuple[FlowStep, ...] = ()
    if removed:
        rule = "copy of an image of an external cohort (all cases of the patient)"
        step = FlowStep(rule, len(cases) - len(kept), len(kept), int(kept["patient"].nunique()))
        steps = (step,)
    return replace(cohort.with_cases(kept, *steps), notes=tuple(notes))
