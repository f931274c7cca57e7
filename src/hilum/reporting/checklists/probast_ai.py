"""PROBAST+AI: quality, risk of bias and applicability of prediction models, as an assessor judges them."""

from hilum.reporting.checklists import facts, shown
from hilum.reporting.checklists.model import Checklist, Item, Section

JUDGE = "the judgement"
_PARTS = {"D": "Development", "E": "Evaluation"}


def _participants(part: str) -> Section:
    return Section(
        f"{_PARTS[part]}, domain 1: participants and data sources",
        (
            Item(f"{part}1.1", "Fitting sources of data"),
            Item(f"{part}1.2", "A fitting design"),
            Item(f"{part}1.3", "Those taken in and left out leave a representative set", facts.flow, JUDGE),
        ),
    )


def _predictors(part: str) -> Section:
    return Section(
        f"{_PARTS[part]}, domain 2: predictors",
        (
            Item(f"{part}2.1", "Predictors defined and assessed alike for everybody"),
            Item(f"{part}2.2", "Predictors prepared alike for everybody", facts.preprocessing, JUDGE),
            Item(f"{part}2.3", "Predictors assessed without knowing the outcome"),
            Item(f"{part}2.4", "Predictors are there when the model is to be used"),
        ),
    )


def _outcome(part: str) -> Section:
    return Section(
        f"{_PARTS[part]}, domain 3: outcome",
        (
            Item(f"{part}3.1", "Outcome defined and assessed in a fitting way", facts.outcome, JUDGE),
            Item(f"{part}3.2", "Outcome defined and assessed alike for everybody"),
            Item(f"{part}3.3", "Outcome assessed without knowing the predictors"),
            Item(f"{part}3.4", "A fitting time between predictors and outcome"),
        ),
    )


_DEVELOPMENT = Section(
    "Development, domain 4: analysis",
    (
        Item("D4.1", "Enough patients and events", facts.development_size, JUDGE),
        Item("D4.2", "Continuous and categorical predictors handled well"),
        Item("D4.3", "Missing and censored data handled well", facts.missing_data, JUDGE),
        Item("D4.4", "Recalibrated where class imbalance was corrected", facts.class_balance, JUDGE),
        Item("D4.5", "Something was done against overfitting", facts.against_overfitting, JUDGE),
    ),
)
_EVALUATION = Section(
    "Evaluation, domain 4: analysis",
    (
        Item("E4.1", "More than performance on the cases learnt from", facts.held_out, JUDGE),
        Item("E4.2", "Enough patients and events", facts.sizes, JUDGE),
        Item("E4.3", "Missing and censored data handled well", facts.missing_data, JUDGE),
        Item("E4.4", "Evaluated on data whose class balance was left as it is", facts.class_balance, JUDGE),
        Item("E4.5", "No leak between training and test data", facts.patients_apart, JUDGE),
        Item("E4.6", "Resampling repeated every step of development"),
        Item("E4.7", "Calibration, discrimination and net benefit", shown.three_sides, JUDGE),
    ),
)

PROBAST_AI = Checklist(
    "probast-ai",
    "PROBAST+AI (2025)",
    "judging the quality, risk of bias and applicability of prediction models",
    "Moons KGM, Damen JAA, Kaul T, et al. BMJ 2025;388:e082505. doi:10.1136/bmj-2024-082505",
    (
        _participants("D"),
        _predictors("D"),
        _outcome("D"),
        _DEVELOPMENT,
        _participants("E"),
        _predictors("E"),
        _outcome("E"),
        _EVALUATION,
    ),
    judged=True,
)
