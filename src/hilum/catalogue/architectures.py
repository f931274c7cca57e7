"""The architectures that a study file may name, and the pretrained weights that belong to them."""

from dataclasses import replace

from hilum.catalogue.records import ModelRecord, WeightsRecord

_GREY_OR_COLOUR = (1, 3)
_IMAGENET_MEAN, _IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_HALF = (0.5, 0.5, 0.5)


def _of_timm(repository: str, licence: str = "Apache-2.0") -> WeightsRecord:
    """Weights that timm's authors give out freely, for colour photographs of 224 x 224 pixels."""
    return WeightsRecord(
        source=repository,
        file="model.safetensors",
        licence=licence,
        restriction="ImageNet's own terms allow its photographs for research and teaching only.",
        fetched=True,
        learnt_from="ImageNet-1k photographs",
        channels=3,
        side=224,
        mean=_IMAGENET_MEAN,
        deviation=_IMAGENET_DEVIATION,
        sha256=None,
        how=f"hf download {repository} model.safetensors --local-dir weights",
    )


_DINOV3 = replace(
    _of_timm("timm/vit_small_patch16_dinov3.lvd1689m", "DINOv3 License"),
    restriction="The DINOv3 License must be read and accepted first; it restricts some uses and asks to be "
    "passed on with the weights.",
    fetched=False,
    learnt_from="LVD-1689M, 1,689 million photographs from the web",
    side=256,
)
_RAD_DINO = WeightsRecord(
    source="microsoft/rad-dino",
    file="model.safetensors",
    licence="MIT or Microsoft Research License Agreement (MSRLA, research only), by version of its page",
    restriction="Given out for research only and not for clinical use; the LICENSE that comes with the file "
    "decides.",
    fetched=False,
    learnt_from="chest radiographs of three countries, without labels",
    channels=3,
    side=518,
    mean=None,
    deviation=None,
    sha256=None,
    how="hf download microsoft/rad-dino model.safetensors --local-dir weights",
)
_TORCHXRAYVISION = WeightsRecord(
    source="torchxrayvision/densenet121-res224-all",
    file=None,
    licence="Apache-2.0",
    restriction="The terms of the image collections that it learnt from apply beside the licence: several "
    "are for research only.",
    fetched=False,
    learnt_from="chest radiographs of NIH, PadChest, CheXpert, MIMIC-CXR, Google, OpenI and RSNA",
    channels=1,
    side=224,
    # Its grey values run from -1024 to 1024.
    mean=(0.5,),
    deviation=(1 / 2048,),
    sha256=None,
    how="turn its file into safetensors as docs/how-to/pretrained-weights.md shows",
)

MODELS: tuple[ModelRecord, ...] = (
    ModelRecord(
        name="small_cnn",
        sentence="Three convolutions of 16, 32 and 64 filters (3x3) with ReLU and 2x2 max pooling, then a "
        "fully connected layer.",
        reference="Lee & Ye, Journal of Radiation Industry 2024",
        backbone=None,
        smallest=16,
        multiple=1,
        sizes=(64, 96, 128, 224),
        channels=_GREY_OR_COLOUR,
        parameters=0.073,
        work=0.12,
        rate=75.0,
        map="by gradient",
    ),
    ModelRecord(
        name="resnet18",
        sentence="Residual network of 18 layers, the usual first choice for radiographs.",
        reference="He et al., CVPR 2016",
        backbone="resnet18",
        smallest=32,
        multiple=1,
        sizes=(64, 96, 128, 160, 224),
        channels=_GREY_OR_COLOUR,
        parameters=11.2,
        work=1.7,
        rate=14.0,
        map="exact",
        weights=_of_timm("timm/resnet18.a1_in1k"),
    ),
    ModelRecord(
        name="vgg16",
        sentence="Thirteen convolutions and three fully connected layers; heavy, and slow to learn without "
        "pretrained weights, as it normalises nothing in between.",
        reference="Simonyan & Zisserman, ICLR 2015",
        backbone="vgg16",
        smallest=32,
        multiple=1,
        sizes=(64, 96, 128, 160, 224),
        channels=_GREY_OR_COLOUR,
        parameters=134.3,
        work=15.4,
        rate=1.3,
        map="by gradient",
        weights=_of_timm("timm/vgg16.tv_in1k", "BSD-3-Clause"),
    ),
    ModelRecord(
        name="inception_resnet_v2",
        sentence="Convolutions of several sizes side by side, with residual connections; its first layers "
        "cut the rim off, so that it needs larger images.",
        reference="Szegedy et al., AAAI 2017",
        backbone="inception_resnet_v2",
        smallest=75,
        multiple=1,
        sizes=(96, 128, 160, 224, 299),
        channels=_GREY_OR_COLOUR,
        parameters=54.3,
        work=6.5,
        rate=2.3,
        map="exact",
        weights=replace(_of_timm("timm/inception_resnet_v2.tf_in1k"), side=299, mean=_HALF, deviation=_HALF),
    ),
    ModelRecord(
        name="seresnext101",
        sentence="Residual network of 101 layers in 32 groups of 4, which weighs its channels anew in each "
        "block (SE-ResNeXt-101 32x4d).",
        reference="Hu et al., CVPR 2018; Xie et al., CVPR 2017",
        backbone="seresnext101_32x4d",
        smallest=32,
        multiple=1,
        sizes=(64, 96, 128, 160, 224),
        channels=_GREY_OR_COLOUR,
        parameters=46.9,
        work=7.9,
        rate=1.5,
        map="exact",
        weights=_of_timm("timm/seresnext101_32x4d.gluon_in1k"),
    ),
    ModelRecord(
        name="densenet121",
        sentence="Every layer reads all layers before it; few weights, much used for chest radiographs.",
        reference="Huang et al., CVPR 2017",
        backbone="densenet121",
        smallest=32,
        multiple=1,
        sizes=(64, 96, 128, 160, 224),
        channels=_GREY_OR_COLOUR,
        parameters=6.9,
        work=2.8,
        rate=4.9,
        map="exact",
        weights=_of_timm("timm/densenet121.ra_in1k"),
    ),
    ModelRecord(
        name="convnext_tiny",
        sentence="Convolutions of 7x7 in the order of a transformer; best with pretrained weights.",
        reference="Liu et al., CVPR 2022",
        backbone="convnext_tiny",
        smallest=32,
        multiple=1,
        sizes=(64, 96, 128, 160, 224),
        channels=_GREY_OR_COLOUR,
        parameters=27.8,
        work=4.4,
        rate=2.5,
        map="by gradient",
        weights=replace(
            _of_timm("timm/convnext_tiny.fb_in22k_ft_in1k"), learnt_from="ImageNet-22k and -1k photographs"
        ),
    ),
    ModelRecord(
        name="efficientnet_b0",
        sentence="Small and cheap, with depth, width and size chosen together; for machines with little "
        "power.",
        reference="Tan & Le, ICML 2019",
        backbone="efficientnet_b0",
        smallest=32,
        multiple=1,
        sizes=(64, 96, 128, 160, 224),
        channels=_GREY_OR_COLOUR,
        parameters=4.0,
        work=0.38,
        rate=14.0,
        map="exact",
        weights=_of_timm("timm/efficientnet_b0.ra_in1k"),
    ),
    ModelRecord(
        name="vit_small",
        sentence="Vision transformer on patches of 16 x 16 pixels; needs pretrained weights or very many "
        "images, and is made for one side, a multiple of 16.",
        reference="Dosovitskiy et al., ICLR 2021; Steiner et al., TMLR 2022",
        backbone="vit_small_patch16_224",
        smallest=32,
        multiple=16,
        sizes=(64, 96, 128, 160, 224),
        channels=_GREY_OR_COLOUR,
        parameters=21.5,
        work=4.2,
        rate=2.7,
        map="of tokens",
        weights=replace(
            _of_timm("timm/vit_small_patch16_224.augreg_in21k_ft_in1k"),
            learnt_from="ImageNet-21k and -1k photographs",
            mean=_HALF,
            deviation=_HALF,
        ),
    ),
    ModelRecord(
        name="dinov3_small",
        sentence="Vision transformer that learnt without labels; its features serve without further "
        "training; sides in multiples of 16.",
        reference="Siméoni et al., DINOv3, arXiv 2508.10104, 2025",
        backbone="vit_small_patch16_dinov3",
        smallest=32,
        multiple=16,
        sizes=(64, 96, 128, 160, 224, 256),
        channels=_GREY_OR_COLOUR,
        parameters=21.4,
        work=4.3,
        rate=2.6,
        map="of tokens",
        weights=_DINOV3,
    ),
    ModelRecord(
        name="torchxrayvision_densenet121",
        sentence="DenseNet-121 that has learnt 18 findings from seven collections of chest radiographs.",
        reference="Cohen et al., TorchXRayVision, MIDL 2022",
        backbone="densenet121",
        smallest=32,
        multiple=1,
        sizes=(96, 128, 160, 224),
        channels=_GREY_OR_COLOUR,
        parameters=6.9,
        work=2.8,
        rate=4.9,
        map="exact",
        weights=_TORCHXRAYVISION,
    ),
    ModelRecord(
        name="rad_dino",
        sentence="Vision transformer that learnt chest radiographs without labels; sides in multiples of 14.",
        reference="Pérez-García et al., Nature Machine Intelligence 2025",
        backbone="vit_base_patch14_dinov2",
        smallest=28,
        multiple=14,
        sizes=(98, 126, 168, 224, 392, 518),
        channels=_GREY_OR_COLOUR,
        parameters=85.4,
        work=21.9,
        rate=0.6,
        map="of tokens",
        weights=_RAD_DINO,
    ),
)
