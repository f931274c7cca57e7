"""The study file: question, cohort, parts and readers in one TOML file that people and the web both write.

Also what a study file points at: tables (CSV, Excel, Parquet) and criteria such as "age >= 18".
"""

from hilum.study.cohort_options import CohortOptions, SplitOptions
from hilum.study.explanation_options import Explanation
from hilum.study.files import dump_study, load_study, make_study, parse_study, study_json_schema
from hilum.study.filters import Filter, parse_filter
from hilum.study.preparation_options import Frame, Preparation
from hilum.study.reader_options import ReaderOptions
from hilum.study.schema import Study
from hilum.study.tables import read_table
from hilum.study.tasks import Classification, ManyFindings, Regression, Survival, Task
from hilum.study.words import did_you_mean

__all__ = [
    "Classification",
    "CohortOptions",
    "Explanation",
    "Filter",
    "Frame",
    "ManyFindings",
    "Preparation",
    "ReaderOptions",
    "Regression",
    "SplitOptions",
    "Study",
    "Survival",
    "Task",
    "did_you_mean",
    "dump_study",
    "load_study",
    "make_study",
    "parse_filter",
    "parse_study",
    "read_table",
    "study_json_schema",
]
