"""Tasks: what a network has to learn, and how its outputs become readings."""

from hilum.tasks.classification import ClassificationTask
from hilum.tasks.competing import CompetingTask
from hilum.tasks.cox import CoxTask
from hilum.tasks.findings import FindingsTask
from hilum.tasks.grid import choose_edges
from hilum.tasks.horizon import HorizonTask
from hilum.tasks.make import TASK_KINDS, make_task, task_from_json, task_notices
from hilum.tasks.regression import RegressionTask
from hilum.tasks.statement import TaskStatement
from hilum.tasks.survival import SurvivalTask
from hilum.tasks.task import Columns, ModelTask

__all__ = [
    "TASK_KINDS",
    "ClassificationTask",
    "Columns",
    "CompetingTask",
    "CoxTask",
    "FindingsTask",
    "HorizonTask",
    "ModelTask",
    "RegressionTask",
    "SurvivalTask",
    "TaskStatement",
    "choose_edges",
    "make_task",
    "task_from_json",
    "task_notices",
]
