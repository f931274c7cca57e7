"""Where figures and tables stand in the report, and their numbers: the same on the page and on paper."""

from typing import Any

FIGURES_OF: dict[str, tuple[str, ...]] = {
    "cohort": ("flow",),
    "results": ("forest",),
    "discrimination": ("roc", "precision_recall", "confusion", "froc", "bland_altman", "calibration"),
    "benefit": ("decision_curve",),
    "survival": ("kaplan_meier",),
    "subgroups": ("estimates",),
    "learning": ("learning_curve",),
}
TITLES: dict[str, str] = {
    "cohort": "Cohort",
    "results": "Readers compared",
    "discrimination": "Discrimination and calibration",
    "benefit": "Benefit of acting on it",
    "survival": "Survival by risk group",
    "subgroups": "Who is served worse",
    "readers": "Readers together",
    "learning": "Does more data still help?",
}
TABLES_OF: dict[str, tuple[str, ...]] = {
    "cohort": ("table_one",),
    "results": ("main_table", "operating_table"),
    "discrimination": ("further_table",),
}
# What a section is called where the task, or what it holds, makes another name truer.
OF_TASK: dict[str, str] = {
    "regression": "Agreement with the true value",
    "detection": "Lesions found and missed",
    "segmentation": "Outlines in detail",
    "findings": "Each finding",
}
LAST = ("map_checks", "statistics", "provenance")


def titles_of(evidence: dict[str, Any]) -> dict[str, str]:
    """The titles of the sections of a report, in the order of the page.

    Example:
        >>> nothing = {"figures": [], "detail_tables": []}
        >>> titles_of(nothing | {"evaluation": {"task": "regression"}})["discrimination"]
        'Agreement with the true value'
    """
    titles = dict(TITLES)
    titles["discrimination"] = OF_TASK.get(evidence["evaluation"]["task"], titles["discrimination"])
    if any(figure["kind"] == "kaplan_meier" and figure["incidence"] for figure in evidence["figures"]):
        titles["survival"] = "Cumulative incidence by risk group"
    shown = {table["id"] for table in evidence["detail_tables"] if table["section"] == "subgroups"}
    if shown == {"shift"} and not any(figure["kind"] == "estimates" for figure in evidence["figures"]):
        titles["subgroups"] = "How the cohorts differ"
    return titles


def table_numbers(evidence: dict[str, Any]) -> dict[str, int]:
    """The number of every table that the evidence holds, in the order of the page.

    Example:
        >>> details = [{"id": "a", "section": "readers"}]
        >>> table_numbers({"main_table": {"blocks": [1]}, "detail_tables": details})
        {'main_table': 1, 'a': 2}
    """
    names: list[str] = []
    for section in TITLES:
        names += [name for name in TABLES_OF.get(section, ()) if _is_there(evidence, name)]
        names += [table["id"] for table in evidence["detail_tables"] if table["section"] == section]
    names += [name for name in LAST if _is_there(evidence, name)]
    return {name: place for place, name in enumerate(names, start=1)}


def _is_there(evidence: dict[str, Any], name: str) -> bool:
    given = evidence.get(name)
    return bool(given) and given != {"blocks": []}


def figures_in_order(evidence: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures in the order of the page.

    Example:
        >>> [each["kind"] for each in figures_in_order({"figures": [{"kind": "estimates"}, {"kind": "roc"}]})]
        ['roc', 'estimates']
    """
    order = [kind for kinds in FIGURES_OF.values() for kind in kinds]
    found: list[dict[str, Any]] = sorted(evidence["figures"], key=lambda each: order.index(each["kind"]))
    return found
