"""What a task says of itself, for people: the page of the reference is tested against it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TaskStatement:
    """One way of learning a question, in words.

    Attributes:
        name: what it is called.
        asked: what in the study file asks for it.
        target: what the network is told about each case.
        head: what the network gives for an image.
        loss: what is made small in training.
        prediction: the readings' columns and what they mean.
        measures: names of the catalogue's measures by which its readings are judged; the one by which epochs
            are compared on the validation part comes first.
        threshold_rule: how the threshold is chosen where the study says nothing.

    Example:
        >>> from hilum.tasks import RegressionTask
        >>> RegressionTask.statement.measures[0]
        'r2'
    """

    name: str
    asked: str
    target: str
    head: str
    loss: str
    prediction: str
    measures: tuple[str, ...]
    threshold_rule: str
