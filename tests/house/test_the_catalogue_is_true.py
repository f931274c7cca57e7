"""The catalogue offers what the rooms really have, no more and no less."""

from hilum import catalogue


def test_every_model_offered_can_be_built_and_every_one_built_is_offered():
    from hilum.models import MODELS

    assert {record.name for record in catalogue.MODELS} == {record.name for record in MODELS}


def test_every_score_offered_can_be_computed_and_every_one_computed_is_offered():
    from hilum.readers import SCORES

    assert {record.name for record in catalogue.SCORES} == {record.name for record in SCORES}


def test_every_task_offered_can_be_asked_for():
    from hilum.study.tasks import KINDS

    assert tuple(record.name for record in catalogue.TASKS) == KINDS
