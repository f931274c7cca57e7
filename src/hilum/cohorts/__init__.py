"""Cohorts: table and images joined, criteria counted, parts by patient, and a look at what could be wrong."""

from hilum.cohorts.build import build_cohort
from hilum.cohorts.checks import CHECKS, check
from hilum.cohorts.cohort import Cohort, FlowStep
from hilum.cohorts.findings import Finding, Findings
from hilum.cohorts.keeping import keep_together
from hilum.cohorts.near_duplicates import CopyGroup, NearDuplicates, near_duplicate_groups
from hilum.cohorts.splitting import assign_parts
from hilum.cohorts.table_one import table_one

__all__ = [
    "CHECKS",
    "Cohort",
    "CopyGroup",
    "Finding",
    "Findings",
    "FlowStep",
    "NearDuplicates",
    "assign_parts",
    "build_cohort",
    "check",
    "keep_together",
    "near_duplicate_groups",
    "table_one",
]
