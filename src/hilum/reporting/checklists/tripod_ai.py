"""TRIPOD+AI: studies that develop or evaluate a prediction model."""

from hilum.reporting.checklists import facts, shown
from hilum.reporting.checklists.model import Checklist, Item, Section

TRIPOD_AI = Checklist(
    "tripod-ai",
    "TRIPOD+AI (2024)",
    "studies that develop or evaluate a prediction model, by regression or machine learning",
    "Collins GS, Moons KGM, Dhiman P, et al. BMJ 2024;385:e078378. doi:10.1136/bmj-2023-078378",
    (
        Section(
            "Title, abstract, introduction",
            (
                Item("1", "Title: development or evaluation, the population, the outcome"),
                Item("2", "Abstract by the list of its own"),
                Item("3a", "Diagnosis or prognosis, why this model, which models there are"),
                Item("3b", "For whom, where in care, used by whom"),
                Item("3c", "Known inequalities in health between groups"),
                Item("4", "Aims; development, evaluation or both", facts.question_asked, "the hypotheses"),
            ),
        ),
        Section(
            "Methods",
            (
                Item("5a", "Where the data are from and how far they stand for the patients meant"),
                Item("5b", "Dates of enrolment and of the end of follow-up"),
                Item("6a", "Setting, number and place of the centres"),
                Item(
                    "6b",
                    "Who could take part",
                    facts.criteria,
                    "criteria that were applied before the data came in",
                ),
                Item("6c", "Treatments and how they were dealt with"),
                Item(
                    "7",
                    "Preparing and checking the data",
                    facts.preprocessing,
                    "whether preparation was alike in all groups of patients",
                ),
                Item(
                    "8a",
                    "The outcome, its time, how it was assessed and why it was chosen",
                    facts.outcome,
                    "how and when it was assessed, and why it was chosen",
                ),
                Item("8b", "Who judged the outcome, where it takes judgement"),
                Item("8c", "Blinding of those who judged the outcome"),
                Item("9a", "How the first predictors were chosen"),
                Item("9b", "Each predictor: what, how and when measured"),
                Item("9c", "Who judged the predictors, where it takes judgement"),
                Item("10", "How the number of patients was arrived at, and whether it is enough"),
                Item("11", "Missing data", facts.missing_data, "why values are missing"),
                Item("12a", "Which data served for what; partitions", facts.partitions),
                Item(
                    "12b",
                    "How predictors entered the model",
                    facts.preprocessing,
                    "predictors other than the image",
                ),
                Item(
                    "12c",
                    "Kind of model, each step of building it, internal validation",
                    facts.training,
                    "why this kind of model",
                ),
                Item(
                    "12d",
                    "Differences between clusters such as hospitals",
                    facts.cohorts_apart,
                    "how far they differ beyond chance",
                ),
                Item("12e", "Measures and plots of performance, and why", facts.measures, "why these"),
                Item("12f", "Updating of the model at evaluation"),
                Item("12g", "How predictions were computed at evaluation", facts.readers_described),
                Item(
                    "13",
                    "Handling of class imbalance",
                    facts.class_balance,
                    "any recalibration that followed from it",
                ),
                Item("14", "What was done for fairness, and why", facts.subgroups, "what was done, and why"),
                Item(
                    "15",
                    "What the model gives out; how thresholds were found",
                    facts.thresholds,
                    "why patients are put into classes at all",
                ),
                Item(
                    "16",
                    "How development and evaluation data differ",
                    facts.parts_side_by_side,
                    "differences in setting, criteria and outcome",
                ),
                Item("17", "Ethics committee; consent or its waiver"),
            ),
        ),
        Section(
            "Open science, patients and the public",
            (
                Item("18a", "Funding and what the funders did"),
                Item("18b", "Conflicts of interest"),
                Item("18c", "Where the protocol is, or that there is none"),
                Item("18d", "Registration, or that there is none"),
                Item("18e", "Whether and how the data can be had"),
                Item("18f", "Whether and how the code can be had", shown.software, "where it can be had"),
                Item("19", "Part of patients and the public in the study"),
            ),
        ),
        Section(
            "Results",
            (
                Item(
                    "20a",
                    "Flow of patients, with and without the outcome; follow-up",
                    facts.flow,
                    "a summary of follow-up",
                ),
                Item(
                    "20b",
                    "What the patients are like, by source, with events and missing values",
                    facts.table_one,
                    "dates and treatments",
                ),
                Item("20c", "Evaluation data beside development data", facts.parts_side_by_side),
                Item("21", "Patients and events in each analysis", facts.sizes),
                Item("22", "The whole model, so that others can use it"),
                Item(
                    "23a",
                    "Performance with confidence intervals, also in groups",
                    facts.performance_in_groups,
                ),
                Item(
                    "23b",
                    "Differences in performance between clusters",
                    facts.cohorts_apart,
                    "how far they differ beyond chance",
                ),
                Item("24", "Results of updating"),
            ),
        ),
        Section(
            "Discussion",
            (
                Item("25", "What the results mean, fairness among it"),
                Item(
                    "26",
                    "Limits and what they do to bias, certainty and reach",
                    shown.limits,
                    "limits of design and setting",
                ),
                Item("27a", "What to do with poor or absent input in use"),
                Item("27b", "What users must do and know"),
                Item("27c", "Next steps"),
            ),
        ),
    ),
)
