"""Facts about what the report shows: examples, maps, counts, limits, versions."""

from hilum.reporting.checklists.look import paragraph
from hilum.reporting.checklists.model import Answer, Evidence
from hilum.reporting.format import counted, listed

DISCRIMINATION = frozenset({"auroc", "harrell_c", "auc_t", "auprc"})
CALIBRATION = frozenset({"calibration_slope", "citl", "o_e", "ece"})


def limits(evidence: Evidence) -> Answer | None:
    """Limits that the program found."""
    texts = [text for group in evidence["limits"] for text in group["texts"]]
    return (
        Answer(
            f"{counted(len(texts), 'limit or warning', 'limits and warnings')} found by the program", "limits"
        )
        if texts
        else None
    )


def deidentified(evidence: Evidence) -> Answer | None:
    """Whether images came from the de-identified archive."""
    if "the de-identified archive" not in paragraph(evidence, "Cases"):
        return None
    return Answer("Images came from the archive, which takes de-identified images only", "methods")


def software(evidence: Evidence) -> Answer | None:
    """Versions of the software."""
    if not any(str(row["what"]).startswith("Versions") for row in evidence["provenance"]):
        return None
    return Answer("Names and versions of the software", "provenance")


def kept_outputs(evidence: Evidence) -> Answer | None:
    """Where numbers and inputs can be looked up again."""
    if not any(str(row["what"]).startswith("Inputs") for row in evidence["provenance"]):
        return None
    return Answer("Every number is kept in evidence.json; the inputs are named by their hashes", "provenance")


def maps(evidence: Evidence) -> Answer | None:
    """Class activation maps."""
    if not any(example["map"] for example in evidence["examples"]):
        return None
    return Answer("Maps of where the model looked beside the images", "examples")


def cross_table(evidence: Evidence) -> Answer | None:
    """Decisions against the truth."""
    table = evidence["operating_table"]
    if not table or not any(row["counts"] for row in table["rows"]):
        return None
    return Answer("True and false positives and negatives of each reader at its threshold", "results")


def failures(evidence: Evidence) -> Answer | None:
    """Counts of errors and examples of them."""
    counts = cross_table(evidence)
    wrong = any(example["right"] is False for example in evidence["examples"])
    if wrong:
        return Answer(
            f"Examples that the model got wrong{'; counts of errors' if counts else ''}", "examples"
        )
    return Answer("Counts of errors", "results", "examples of them") if counts else None


def three_sides(evidence: Evidence) -> Answer | None:
    """Which of discrimination, calibration and net benefit were measured."""
    names = {row["measure"] for row in evidence["evaluation"]["measures"] if row["value"] is not None}
    kinds = {figure["kind"] for figure in evidence["figures"]}
    sides = {
        "discrimination": bool(names & DISCRIMINATION),
        "calibration": bool(names & CALIBRATION) or "calibration" in kinds,
        "net benefit": any("net_benefit" in str(name) for name in names),
    }
    found = [side for side, there in sides.items() if there]
    if not found:
        return None
    drawn = {"roc", "calibration"} & kinds or evidence["further_table"]
    absent = [side for side, there in sides.items() if not there]
    missing = f"{listed(absent)}, not measured here" if absent else ""
    return Answer(f"Measured: {listed(found)}", "discrimination" if drawn else "results", missing)
