"""Facts that answer items: each looks into the evidence and says what stands there, or nothing."""

import re

from hilum.reporting.checklists.look import (
    columns_of_table_one,
    external_parts,
    has_training,
    paragraph,
    reader_paragraphs,
    subgroup_columns,
)
from hilum.reporting.checklists.model import Answer, Evidence
from hilum.reporting.format import count, listed

KEPT = "the epoch that was best on the validation part was kept"
APART = "all cases of a patient stay in one part"
TOLD_BY_TABLE = frozenset({"product", "reader"})


def question_asked(evidence: Evidence) -> Answer | None:
    """The question at the head of the report."""
    question = str(evidence.get("question") or "")
    return Answer(f"Asked: {question}") if question else None


def criteria(evidence: Evidence) -> Answer | None:
    """The rules of the flow."""
    if len(evidence["flow"]["steps"]) < 2:
        return None
    return Answer("Each rule in the order applied, with how many cases it left out", "cohort")


def flow(evidence: Evidence) -> Answer | None:
    """The flow diagram."""
    steps = evidence["flow"]["steps"]
    if not steps:
        return None
    first, last = steps[0], steps[-1]
    return Answer(
        f"Flow diagram: {count(first['cases'])} cases at the start, {count(last['cases'])} analysed", "cohort"
    )


def table_one(evidence: Evidence) -> Answer | None:
    """The table of characteristics."""
    if not columns_of_table_one(evidence):
        return None
    return Answer("Table of characteristics with a column a part; missing values are counted", "cohort")


def parts_side_by_side(evidence: Evidence) -> Answer | None:
    """Development and evaluation data in one table."""
    columns = columns_of_table_one(evidence)
    if "train" not in columns or not any(part in columns for part in evidence["parts"]):
        return None
    return Answer(
        "Training and evaluation parts stand side by side in the table of characteristics", "cohort"
    )


def external_beside_rest(evidence: Evidence) -> Answer | None:
    """External cohorts as columns of the table of characteristics."""
    shown = [part for part in external_parts(evidence) if part in columns_of_table_one(evidence)]
    return Answer(f"{listed(shown)} as columns of the table of characteristics", "cohort") if shown else None


def sizes(evidence: Evidence) -> Answer | None:
    """Cases and events of every analysis."""
    if not evidence["main_table"]["blocks"]:
        return None
    known = {part["part"] for part in evidence["flow"]["parts"]}
    missing = "" if "train" in known else "patients and events of development"
    return Answer("n and events over each column of the main table", "results", missing)


def development_size(evidence: Evidence) -> Answer | None:
    """Cases and events that were learnt from."""
    train = next((part for part in evidence["flow"]["parts"] if part["part"] == "train"), None)
    if train is None or not evidence["flow"]["steps"]:
        return None
    events = "" if train.get("events") is None else f", {count(train['events'])} events"
    return Answer(f"Training part: {count(train['cases'])} cases{events}", "cohort")


def outcome(evidence: Evidence) -> Answer | None:
    """The outcome in the methods."""
    text = paragraph(evidence, "Outcome")
    return Answer(text.replace("`", ""), "methods") if text else None


def partitions(evidence: Evidence) -> Answer | None:
    """How parts came about."""
    text = paragraph(evidence, "Parts")
    if not text:
        return None
    if text.startswith("The parts were given"):
        return Answer("The parts were given by the table", "methods", "how they were assigned there")
    return Answer("Shares of the parts, the seed, and the rules of external cohorts", "methods")


def patients_apart(evidence: Evidence) -> Answer | None:
    """Patients are never in two parts."""
    if APART not in paragraph(evidence, "Parts"):
        return None
    return Answer(f"Parts are disjoint by patient: {APART}", "methods")


def held_out(evidence: Evidence) -> Answer | None:
    """Results are of parts that were not learnt from."""
    if not paragraph(evidence, "Parts") or {"train", "validation"} & set(evidence["parts"]):
        return None
    return Answer(f"Results are of parts kept out of fitting: {listed(list(evidence['parts']))}", "results")


def internal(evidence: Evidence) -> Answer | None:
    """Results of the test part of the same source."""
    if not paragraph(evidence, "Parts") or "test" not in evidence["parts"]:
        return None
    return Answer("Results of the test part", "results")


def external(evidence: Evidence) -> Answer | None:
    """Results of external cohorts."""
    parts = external_parts(evidence)
    return Answer(f"Results of {listed(parts)}", "results") if parts else None


def cohorts_apart(evidence: Evidence) -> Answer | None:
    """Performance by cohort."""
    if len(evidence["parts"]) < 2 or not evidence["main_table"]["blocks"]:
        return None
    return Answer(f"Performance is given apart for {listed(list(evidence['parts']))}", "results")


def missing_data(evidence: Evidence) -> Answer | None:
    """What happens to cases without a reading, and where missing values are counted."""
    if not any("n_excluded" in row for row in evidence["evaluation"]["measures"]):
        return None
    text = "Cases without a reading are left out of that reader’s measures and counted"  # noqa: RUF001
    if columns_of_table_one(evidence):
        text += "; missing values are counted in the table of characteristics"
    return Answer(text, "results")


def preprocessing(evidence: Evidence) -> Answer | None:
    """How images were prepared."""
    if not any("Images were brought to" in text for text in reader_paragraphs(evidence).values()):
        return None
    return Answer("Size and grey values of the images that each model reads", "methods")


def training(evidence: Evidence) -> Answer | None:
    """How models were trained."""
    if not has_training(evidence):
        return None
    return Answer(
        "Optimiser, settings, variation of images and choice of the epoch, for each model", "methods"
    )


def architecture(evidence: Evidence) -> Answer | None:
    """The architecture's name."""
    return Answer("The architecture of each model by name", "methods") if has_training(evidence) else None


def model_choice(evidence: Evidence) -> Answer | None:
    """Which weights were kept."""
    kept = any(KEPT in text for text in reader_paragraphs(evidence).values())
    return Answer(f"{KEPT[:1].upper()}{KEPT[1:]}", "methods") if kept else None


def first_weights(evidence: Evidence) -> Answer | None:
    """Where training began."""
    began = any("Starts from" in text for text in reader_paragraphs(evidence).values())
    return Answer("The weights that each model started from", "methods") if began else None


def class_balance(evidence: Evidence) -> Answer | None:
    """What was done about class balance in training."""
    text = " ".join(reader_paragraphs(evidence).values())
    ways = sorted(set(re.findall(r"class balance by (\w+)", text)))
    if not ways:
        return None
    if ways == ["none"]:
        return Answer("Nothing was done about class balance in training", "methods")
    return Answer(
        f"Class balance in training by: {listed([way.replace('_', ' ') for way in ways])}", "methods"
    )


def against_overfitting(evidence: Evidence) -> Answer | None:
    """What keeps models from learning cases by heart."""
    text = " ".join(reader_paragraphs(evidence).values())
    found = ["images varied at random"] if "varied at random" in text else []
    found += ["the best epoch on validation kept"] if KEPT in text else []
    return Answer(f"In training: {listed(found)}", "methods") if found else None


def ensembles(evidence: Evidence) -> Answer | None:
    """Ensembles of repeats and combinations of readers."""
    readers = evidence["readers"]
    averaged = [reader["label"] for reader in readers if reader["ensemble_of"]]
    combined = [reader["label"] for reader in readers if reader["role"] == "combination"]
    if combined:
        mean = f"; {listed(averaged)}: the mean score of all repeats" if averaged else ""
        return Answer(
            f"How {listed(combined)} {'is' if len(combined) == 1 else 'are'} fitted{mean}", "methods"
        )
    if averaged:
        return Answer(f"{listed(averaged)}: the mean score of all repeats", "results")
    if any(reader["role"] in TOLD_BY_TABLE for reader in readers):
        return None
    return Answer("No ensemble was used")


def readers_described(evidence: Evidence) -> Answer | None:
    """How each reader comes to its reading."""
    own = [reader for reader in evidence["readers"] if not reader["ensemble_of"]]
    known = reader_paragraphs(evidence)
    told = [r["label"] for r in own if r["label"] in known and r["role"] not in TOLD_BY_TABLE]
    if not told:
        return None
    rest = [reader["label"] for reader in own if reader["label"] not in told]
    missing = f"how {listed(rest)} came to {'its' if len(rest) == 1 else 'their'} readings" if rest else ""
    return Answer(f"How {listed(told)} came to a reading", "methods", missing)


def thresholds(evidence: Evidence) -> Answer | None:
    """How thresholds were found."""
    if not paragraph(evidence, "Operating points"):
        return None
    return Answer("Thresholds: chosen on the validation part alone, or given, and held fixed", "methods")


def measures(evidence: Evidence) -> Answer | None:
    """Every measure with its method."""
    if not evidence["statistics"]:
        return None
    return Answer("Every measure with its interval or test and its source", "methods")


def performance(evidence: Evidence) -> Answer | None:
    """Estimates with intervals."""
    labels = list(evidence["endpoints"])
    return Answer(f"{listed(labels)} with 95 % confidence intervals", "results") if labels else None


def performance_in_groups(evidence: Evidence) -> Answer | None:
    """Estimates with intervals, also in groups of patients."""
    whole = performance(evidence)
    groups = subgroup_columns(evidence)
    if whole is None:
        return None
    if not groups:
        return Answer(whole.text, whole.place, "key groups of patients")
    return Answer(f"{whole.text}; also by {listed(groups)}", whole.place)


def subgroups(evidence: Evidence) -> Answer | None:
    """Performance in groups of patients."""
    groups = subgroup_columns(evidence)
    if not groups:
        return None
    tables = [table for table in evidence.get("detail_tables") or [] if table["section"] == "subgroups"]
    return Answer(f"Performance by {listed(groups)}", "subgroups" if tables else "results")
