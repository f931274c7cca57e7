"""Networks that read volumes: some of their own, and any network for single images over the slices."""

from hilum.catalogue.records import ModelRecord

_OPENS, _CLOSES = "slices(", ")"

VOLUME_MODELS: tuple[ModelRecord, ...] = (
    ModelRecord(
        name="densenet121_3d",
        sentence="DenseNet-121 with convolutions in three dimensions, for volumes; needs the package monai.",
        reference="Huang et al., CVPR 2017; Cardoso et al., MONAI, arXiv 2211.02701",
        backbone=None,
        smallest=32,
        multiple=1,
        sizes=(32, 48, 64, 96, 128),
        channels=(1,),
        parameters=11.2,
        work=2.9,
        rate=17.0,
        map="exact",
    ),
    ModelRecord(
        name="seresnet50_3d",
        sentence="SE-ResNet-50 with convolutions in three dimensions, for volumes; needs the package monai.",
        reference="Hu et al., CVPR 2018; Cardoso et al., MONAI, arXiv 2211.02701",
        backbone=None,
        smallest=32,
        multiple=1,
        sizes=(32, 48, 64, 96, 128),
        channels=(1,),
        parameters=48.7,
        work=4.0,
        rate=15.0,
        map="exact",
    ),
)


def over_slices(name: str) -> str | None:
    """The network that looks at each slice, where a model's name says so.

    Args:
        name: as in a study file.

    Returns:
        The name of a network for single images; None where the model is none over slices.

    Example:
        >>> over_slices("slices(resnet18)"), over_slices("resnet18")
        ('resnet18', None)
    """
    inside = name.startswith(_OPENS) and name.endswith(_CLOSES)
    return name[len(_OPENS) : -len(_CLOSES)].strip() if inside else None


def reads_volumes(name: str) -> bool:
    """Whether a model reads whole volumes and not single images.

    Example:
        >>> reads_volumes("densenet121_3d"), reads_volumes("slices(vgg16)"), reads_volumes("vgg16")
        (True, True, False)
    """
    return over_slices(name) is not None or any(record.name == name for record in VOLUME_MODELS)
