"""The tasks, models and clinical scores that a study file may name."""

from hilum.catalogue.records import NamedRecord

TASKS: tuple[NamedRecord, ...] = (
    NamedRecord("classification", "Which class a case belongs to: one label of two or more classes."),
    NamedRecord("survival", "When an event happens: days of follow-up, event or not, risk by named days."),
)

MODELS: tuple[NamedRecord, ...] = (
    NamedRecord(
        "small_cnn",
        "Three convolutions of 16, 32 and 64 filters (3x3) with ReLU and 2x2 max pooling, then a fully "
        "connected layer.",
        "Lee & Ye, Journal of Radiation Industry 2024",
    ),
    NamedRecord("resnet18", "Residual network of 18 layers.", "He et al., CVPR 2016"),
)

SCORES: tuple[NamedRecord, ...] = (
    NamedRecord(
        "curb65",
        "Confusion, urea above 7 mmol/L, respiratory rate from 30/min, low blood pressure, age from 65: "
        "one point each, for death within 30 days of community-acquired pneumonia.",
        "Lim et al., Thorax 2003",
    ),
)
