"""The study files that lie beside the phantom's tables."""

FILMS = """version = 1
title = "30-day mortality in community-acquired pneumonia from the chest X-ray (phantom hospital)"

[cohort]
images = "archive"
table = "outcomes.xlsx"
patient = "patient_id"
include = ["modality in {CR, DX}", "view == PA", "age >= 18"]

[task]
kind = "survival"
time_days = "days"
event = "died"
horizons_days = [30]

[split]
by = "patient"
parts = { train = 0.7, validation = 0.1, test = 0.2 }
external = { "cohort A" = "site == 'A'", "cohort B" = "site == 'B'" }
seed = 7

[[readers]]
model = "small_cnn"
size = 96
epochs = 24

[[readers]]
model = "resnet18"
size = 96
epochs = 16
repeats = 2

[[readers]]
score = "curb65"

[[readers]]
combine = ["resnet18", "curb65"]
"""

FEATURES_ONLY = """version = 1
title = "30-day mortality in community-acquired pneumonia: severity, CURB-65, both (phantom, no films)"

[cohort]
table = "table.csv"
patient = "patient_id"

[task]
kind = "survival"
time_days = "days"
event = "died"
horizons_days = [30]

[split]
by = "patient"
parts = { train = 0.2, validation = 0.1, test = 0.7 }
seed = 7

[[readers]]
product = "severity.csv"

[[readers]]
score = "curb65"

[[readers]]
combine = ["severity", "curb65"]
"""


def folder_study(question: str, task: str, score: str) -> str:
    """The study that lies beside small films in a folder.

    Args:
        question: a few words.
        task: the lines of the table [task].
        score: name of a clinical score.

    Returns:
        The text of a TOML file.

    Example:
        >>> import tomllib
        >>> text = folder_study("death", 'kind = "survival"', "curb65")
        >>> [next(iter(reader)) for reader in tomllib.loads(text)["readers"]]
        ['model', 'score', 'combine', 'product']
    """
    return f"""version = 1
title = "{question} (phantom hospital, small films)"

[cohort]
images = "films"
table = "table.csv"
image = "file"
patient = "patient_id"

[task]
{task}
[split]
by = "patient"
parts_column = "part"
seed = 7

[[readers]]
model = "resnet18"
name = "image"

[[readers]]
score = "{score}"

[[readers]]
combine = ["image", "{score}"]

# A reader that sees the signs on every film without error: no network can read them better.
[[readers]]
product = "perfect.csv"
"""
