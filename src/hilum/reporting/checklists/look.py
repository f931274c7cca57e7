"""Looking into the evidence: paragraphs of the methods, parts, groups, columns."""

from hilum.reporting.checklists.model import Evidence

RISK_GROUP = "risk_group"  # made by a reader's own prediction, so no group of patients to be fair to


def paragraph(evidence: Evidence, heading: str) -> str:
    """The paragraph of the methods under a heading; empty where there is none."""
    return next((str(each["text"]) for each in evidence["methods"] if each["heading"] == heading), "")


def reader_paragraphs(evidence: Evidence) -> dict[str, str]:
    """What the methods say of each reader, by its label."""
    found: dict[str, str] = {}
    for each in evidence["methods"]:
        start, colon, labels = str(each["heading"]).partition(": ")
        if colon and start in {"Reader", "Readers"}:
            named = [label for label in _labels(evidence) if label in labels]
            found |= dict.fromkeys(named if start == "Readers" else [labels], str(each["text"]))
    return found


def _labels(evidence: Evidence) -> list[str]:
    return [str(reader["label"]) for reader in evidence["readers"]]


def has_training(evidence: Evidence) -> bool:
    """Whether the methods tell how a model was trained here."""
    return any(" was trained for " in text for text in reader_paragraphs(evidence).values())


def external_parts(evidence: Evidence) -> list[str]:
    """Parts that the study set apart by rule."""
    if "External cohorts were set apart" not in paragraph(evidence, "Parts"):
        return []
    return [part for part in evidence["parts"] if part not in {"train", "validation", "test"}]


def columns_of_table_one(evidence: Evidence) -> list[str]:
    """The columns of the table of characteristics but its first."""
    table = evidence["table_one"]
    return list(table["columns"][1:]) if table else []


def subgroup_columns(evidence: Evidence) -> list[str]:
    """The columns of patients that performance was measured by, each once; risk groups are no such column.

    Example:
        >>> rows = [{"of": "sex=F"}, {"of": "nodule"}, {"of": "risk_group=high"}, {"of": None}]
        >>> subgroup_columns({"evaluation": {"measures": rows}})
        ['sex']
    """
    found = [str(row["of"]) for row in evidence["evaluation"]["measures"] if "=" in str(row["of"])]
    columns = dict.fromkeys(name.split("=")[0] for name in found)
    return [column for column in columns if column != RISK_GROUP]
