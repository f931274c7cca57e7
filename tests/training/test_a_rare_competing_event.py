"""One patient who died of something else does not decide how the event itself is learnt."""

from tests.training import tiny

from hilum.models import load_facts
from hilum.preparation import Plan
from hilum.tasks import make_task
from hilum.training import TrainOptions, train


def test_a_single_competing_event_leaves_the_penalty_to_cross_validation(tmp_path):
    cohort = tiny.outcomes(tmp_path / "films", n=150)
    cases = cohort.cases.copy()
    lost = cases.index[(cases["part"] == "train") & (cases["event"] == 0)][0]
    cases.loc[lost, "event"] = 2
    cohort = cohort.with_cases(cases)
    plan = Plan(model="linear", pretrained=False, picture=tiny.small_plan().picture)
    prepared = tiny.prepared_for(cohort, plan, tmp_path / "prepared")
    facts = load_facts(train(cohort, prepared, make_task(cohort), plan, TrainOptions(tmp_path / "m", "head")))
    assert facts.task["causes"] == 2
    assert facts.training["small_head"]["folds"] == 5
    assert len(facts.training["small_head"]["cross_validated_losses"]) > 3
