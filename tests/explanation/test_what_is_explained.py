import numpy as np
import pytest
import torch

from hilum.errors import ModelError
from hilum.explanation.what import names_of, what_to_explain
from hilum.tasks import ClassificationTask, FindingsTask, RegressionTask, SurvivalTask

OUTPUTS = torch.tensor([[0.3, -1.2, 0.8], [1.4, 0.2, -0.5]])


def test_two_classes_speak_for_one_and_against_the_other():
    task = ClassificationTask(("normal", "ill"), (-0.2, -1.6))
    ill, normal = what_to_explain(task), what_to_explain(task, "normal")
    assert torch.equal(ill.of(OUTPUTS[:, :1]), -normal.of(OUTPUTS[:, :1]))
    both = ill.reading(OUTPUTS[:, :1].numpy()) + normal.reading(OUTPUTS[:, :1].numpy())
    np.testing.assert_allclose(both, 1)


def test_a_class_a_finding_and_a_number_are_their_own_output():
    classes = what_to_explain(ClassificationTask(("a", "b", "c")), "b")
    assert torch.equal(classes.of(OUTPUTS), OUTPUTS[:, 1])
    finding = what_to_explain(FindingsTask(("mass", "nodule", "effusion")), "effusion")
    assert torch.equal(finding.of(OUTPUTS), OUTPUTS[:, 2])
    number = what_to_explain(RegressionTask(50.0, 10.0))
    assert torch.equal(number.of(OUTPUTS[:, :1]), OUTPUTS[:, 0])
    np.testing.assert_allclose(number.reading(OUTPUTS[:, :1].numpy()), OUTPUTS[:, 0] * 10 + 50, rtol=1e-6)


def test_the_gradient_of_a_risk_is_that_of_its_log_odds():
    """Against autograd through the hazards themselves."""
    task = SurvivalTask((10.0, 30.0, 60.0), (30.0,))
    assert names_of(task) == ("risk_30d", "risk")
    outputs = OUTPUTS.clone().requires_grad_()
    what_to_explain(task).of(outputs).sum().backward()
    own = OUTPUTS.clone().double().requires_grad_()
    risk = 1 - torch.exp(-torch.nn.functional.softplus(own[:, :2]).sum(1))
    torch.log(risk / (1 - risk)).sum().backward()
    torch.testing.assert_close(outputs.grad.double(), own.grad, atol=1e-4, rtol=1e-4)


def test_what_the_model_does_not_say_is_refused_with_the_nearest_name():
    with pytest.raises(ModelError, match="did you mean `nodule`"):
        what_to_explain(FindingsTask(("mass", "nodule")), "nodul")
