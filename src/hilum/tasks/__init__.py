"""Tasks: what a network has to learn, and how its outputs become readings."""

from hilum.tasks.classification import ClassificationTask
from hilum.tasks.findings import FindingsTask
from hilum.tasks.make import make_task, task_from_json
from hilum.tasks.regression import RegressionTask
from hilum.tasks.survival import SurvivalTask, choose_edges
from hilum.tasks.task import Columns, ModelTask

__all__ = [
    "ClassificationTask",
    "Columns",
    "FindingsTask",
    "ModelTask",
    "RegressionTask",
    "SurvivalTask",
    "choose_edges",
    "make_task",
    "task_from_json",
]
