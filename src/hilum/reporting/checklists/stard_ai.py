"""STARD-AI: diagnostic accuracy of tests centred on artificial intelligence."""

from hilum.reporting.checklists import facts, shown
from hilum.reporting.checklists.model import Checklist, Item, Section

STARD_AI = Checklist(
    "stard-ai",
    "STARD-AI (2025)",
    "diagnostic accuracy of tests centred on artificial intelligence",
    "Sounderajah V, Guni A, Liu X, et al. Nat Med 2025;31:3283–3289. doi:10.1038/s41591-025-03953-8",  # noqa: RUF001
    (
        Section(
            "Title, abstract, introduction",
            (
                Item("1", "Title or abstract names diagnostic accuracy of AI and a measure of it"),
                Item("2", "Structured abstract"),
                Item("3", "Background, intended use, place in the workflow"),
                Item("4", "Aims and hypotheses", facts.question_asked, "the hypotheses"),
            ),
        ),
        Section(
            "Design and participants",
            (
                Item("5", "Data collected before or after the tests were planned"),
                Item("6", "Ethics committee, or why none was needed"),
                Item(
                    "7",
                    "Criteria in the order applied, for patients and for data",
                    facts.criteria,
                    "criteria that were applied before the data came in",
                ),
                Item("8", "How possible participants were found"),
                Item("9", "Where and when"),
                Item("10", "Consecutive, random or convenience series"),
            ),
        ),
        Section(
            "Dataset",
            (
                Item("11", "Source: routine, collected for the study, or public"),
                Item("12", "Who annotated, with which experience, in which way"),
                Item(
                    "13",
                    "Devices and software, with versions",
                    shown.software,
                    "makers and models of the devices",
                ),
                Item(
                    "14",
                    "Acquisition and preparation of the data",
                    facts.preprocessing,
                    "protocols of acquisition",
                ),
            ),
        ),
        Section(
            "Tests",
            (
                Item("15a", "The index test, so that others could repeat it", facts.readers_described),
                Item("15b", "How the index test was developed, with sizes", facts.training),
                Item("15c", "Cut-offs of the index test, set before or after", facts.thresholds, "why these"),
                Item("15d", "Who is meant to use it, with which expertise"),
                Item(
                    "16a",
                    "The reference standard, so that others could repeat it",
                    facts.outcome,
                    "how it was obtained",
                ),
                Item("16b", "Why this reference standard"),
                Item("16c", "Cut-offs of the reference standard"),
                Item("17a", "What readers of the index test knew"),
                Item("17b", "What assessors of the reference standard knew"),
            ),
        ),
        Section(
            "Analysis",
            (
                Item("18", "Methods of estimating and comparing accuracy", facts.measures),
                Item("19", "Indeterminate results"),
                Item("20", "Missing data", facts.missing_data, "why values are missing"),
                Item(
                    "21",
                    "Analyses of variability, planned or exploratory",
                    facts.cohorts_apart,
                    "which were planned beforehand",
                ),
                Item("22", "Intended sample size and how it was found"),
                Item("23", "Analyses of errors, bias and fairness", facts.subgroups),
            ),
        ),
        Section(
            "Results",
            (
                Item("24", "Flow diagram", facts.flow),
                Item(
                    "25",
                    "What training, validation and test cases are like",
                    facts.table_one,
                    "technical characteristics of the images",
                ),
                Item("26a", "How severe the disease was in those who had it"),
                Item("26b", "What those had who did not have it"),
                Item("27", "Time and treatment between the tests"),
                Item("28", "Whether the data are like the patients meant"),
                Item(
                    "29",
                    "How external data differ from the rest",
                    facts.external_beside_rest,
                    "differences in setting, criteria and outcome",
                ),
                Item("30", "Index test against reference standard, as counts", shown.cross_table),
                Item("31", "Accuracy with its precision", facts.performance),
                Item("32", "Harm from the tests"),
            ),
        ),
        Section(
            "Discussion and other information",
            (
                Item("33", "Limits", shown.limits, "limits of design and setting"),
                Item("34", "What follows for practice"),
                Item("35", "Ethics of use; fairness"),
                Item("36", "Registration"),
                Item("37", "Where the whole protocol is"),
                Item("38", "Funding and what the funders did"),
                Item("39", "Commercial interests"),
                Item("40a", "Whether data and code can be had"),
                Item(
                    "40b",
                    "Whether outputs are kept and can be audited",
                    shown.kept_outputs,
                    "who may audit them, and for how long",
                ),
            ),
        ),
    ),
)
