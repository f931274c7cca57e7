"""CLAIM, 2024 update: artificial intelligence in medical imaging."""

from hilum.reporting.checklists import facts, shown
from hilum.reporting.checklists.model import Checklist, Item, Section

CLAIM = Checklist(
    "claim",
    "CLAIM (2024 update)",
    "artificial intelligence in medical imaging",
    "Tejani AS, Klontzas ME, Gatti AA, et al. Radiol Artif Intell 2024;6:e240300. doi:10.1148/ryai.240300",
    (
        Section(
            "Title, abstract, introduction",
            (
                Item("1", "Title names the kind of artificial intelligence"),
                Item("2", "Structured abstract"),
                Item("3", "Background and the clinical role meant"),
                Item("4", "Aims and hypotheses", facts.question_asked, "the hypotheses"),
            ),
        ),
        Section(
            "Design and data",
            (
                Item("5", "Prospective or retrospective"),
                Item("6", "Goal of the study"),
                Item("7", "Sources of the data"),
                Item(
                    "8",
                    "Who and what was taken in or left out",
                    facts.criteria,
                    "criteria that were applied before the data came in",
                ),
                Item("9", "Preparation of the images", facts.preprocessing),
                Item("10", "Selection of parts of the data"),
                Item("11", "De-identification", shown.deidentified, "the profile and the rules it follows"),
                Item("12", "Missing data", facts.missing_data, "why values are missing"),
                Item("13", "Protocol of image acquisition"),
            ),
        ),
        Section(
            "Reference standard",
            (
                Item(
                    "14",
                    "Definition of the reference standard",
                    facts.outcome,
                    "how it was obtained, so that others could do the same",
                ),
                Item("15", "Why this reference standard"),
                Item("16", "Where the annotations are from; who made them"),
                Item("17", "How test cases were annotated, with which tools"),
                Item("18", "Variability within and between annotators, and how it was settled"),
            ),
        ),
        Section(
            "Partitions and size",
            (
                Item("19", "How cases were assigned to partitions", facts.partitions),
                Item("20", "The level at which partitions share nothing", facts.patients_apart),
                Item("21", "Intended size of the test data"),
            ),
        ),
        Section(
            "Model and training",
            (
                Item(
                    "22",
                    "Description of the model",
                    facts.architecture,
                    "its layers, inputs and outputs, or a source that gives them",
                ),
                Item("23", "Software with versions", shown.software),
                Item("24", "How the weights began", facts.first_weights),
                Item("25", "Training: augmentation, settings, when it ended", facts.training),
                Item("26", "How the final model was chosen", facts.model_choice),
                Item("27", "Ensembles and how they are put together", facts.ensembles),
            ),
        ),
        Section(
            "Evaluation",
            (
                Item("28", "Measures of performance", facts.measures),
                Item("29", "Measures of uncertainty and significance", facts.measures),
                Item("30", "Robustness and sensitivity analyses"),
                Item("31", "Methods of explanation", shown.maps, "how the maps were checked"),
                Item("32", "Testing on internal data", facts.internal),
                Item("33", "Testing on external data", facts.external),
                Item("34", "Registration of a clinical trial"),
            ),
        ),
        Section(
            "Results",
            (
                Item("35", "Patients and examinations taken in and left out", facts.flow),
                Item("36", "What the cases are like, by partition", facts.table_one),
                Item("37", "Performance and its uncertainty, by partition", facts.performance),
                Item("38", "Estimates of diagnostic accuracy with precision", facts.performance),
                Item("39", "Failures looked into", shown.failures, "why these cases failed"),
            ),
        ),
        Section(
            "Discussion and other information",
            (
                Item("40", "Limits of the study", shown.limits, "limits of design and setting"),
                Item("41", "What follows for practice"),
                Item("42", "Where the whole protocol is"),
                Item("43", "Whether software, model and data can be had"),
                Item("44", "Funding and what the funders did"),
            ),
        ),
    ),
)
