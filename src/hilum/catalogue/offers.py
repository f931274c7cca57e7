"""The tasks and clinical scores that a study file may name; models stand in `architectures`."""

from hilum.catalogue.records import NamedRecord

TASKS: tuple[NamedRecord, ...] = (
    NamedRecord("classification", "Which class a case belongs to: one label of two or more classes."),
    NamedRecord("findings", "Which of many findings a case has: each present, absent or unknown."),
    NamedRecord("survival", "When an event happens: days of follow-up, event or not, risk by named days."),
    NamedRecord("regression", "How large a number is, in the unit of the table."),
)

SCORES: tuple[NamedRecord, ...] = (
    NamedRecord(
        "curb65",
        "Confusion, urea above 7 mmol/L, respiratory rate from 30/min, low blood pressure, age from 65: "
        "one point each, for death within 30 days of community-acquired pneumonia.",
        "Lim et al., Thorax 2003",
    ),
    NamedRecord("crb65", "CURB-65 without urea, for where no blood is taken.", "Lim et al., Thorax 2003"),
    NamedRecord(
        "psi",
        "Pneumonia severity index (PORT): points and classes I to V, for death within 30 days of "
        "community-acquired pneumonia.",
        "Fine et al., N Engl J Med 1997",
    ),
    NamedRecord(
        "qsofa",
        "Respiratory rate from 22/min, systolic pressure up to 100 mmHg, altered mentation: one point each, "
        "in suspected infection.",
        "Seymour et al., JAMA 2016",
    ),
    NamedRecord(
        "plcom2012",
        "Probability of lung cancer within six years in people who ever smoked.",
        "Tammemägi et al., N Engl J Med 2013",
    ),
    NamedRecord(
        "plcoall2014",
        "Probability of lung cancer within six years in all people; two variants.",
        "Tammemägi et al., PLoS Med 2014",
    ),
    NamedRecord(
        "mayo_nodule",
        "Probability that a solitary pulmonary nodule is malignant.",
        "Swensen et al., Arch Intern Med 1997",
    ),
    NamedRecord(
        "brock_nodule",
        "Probability that a nodule found at screening CT is a cancer (full model with spiculation).",
        "McWilliams et al., N Engl J Med 2013",
    ),
    NamedRecord(
        "frax",
        "Ten-year probability of fracture as the FRAX tool gave it, from the table; never computed here.",
        "Kanis et al., Osteoporos Int 2008",
    ),
    NamedRecord(
        "osta",
        "Weight and age, to choose whom to measure bone density in; a low number means a high risk.",
        "Koh et al., Osteoporos Int 2001",
    ),
    NamedRecord(
        "agatston",
        "Coronary calcium from the table, in the categories 0, 1-10, 11-100, 101-400 and above 400.",
        "Agatston et al., J Am Coll Cardiol 1990",
    ),
    NamedRecord(
        "cac_drs",
        "Categories A0 to A3 of the Agatston score.",
        "Hecht et al., J Cardiovasc Comput Tomogr 2018",
    ),
    NamedRecord(
        "brixia",
        "Pneumonia on the chest radiograph: the sum of six zones that a reader filled in.",
        "Borghesi & Maroldi, Radiol Med 2020",
    ),
    NamedRecord(
        "rale",
        "Lung oedema on the chest radiograph: extent times density over four quadrants that a reader filled "
        "in.",
        "Warren et al., Thorax 2018",
    ),
)
