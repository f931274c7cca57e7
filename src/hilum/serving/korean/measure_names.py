"""What measures are called in Korean, by themselves and at a day, and how many cases a number rests on."""

from collections.abc import Mapping
from typing import Final

from hilum.serving.korean.each_way import each_way

_NAMES: Final[Mapping[str, str]] = {
    "AUROC": "AUROC",
    "AUC(t)": "AUC(t)",
    "Average precision": "평균 정밀도",
    "Harrell’s C": "Harrell’s C",
    "Uno’s C": "Uno’s C",
    "Sensitivity": "민감도",
    "Specificity": "특이도",
    "PPV": "양성예측도",
    "NPV": "음성예측도",
    "Accuracy": "정확도",
    "F1": "F1",
    "Balanced accuracy": "균형 정확도",
    "Share screened": "선별 비율",
    "Brier score": "Brier 점수",
    "Brier score if everyone had the mean risk": "모두 평균 위험도일 때의 Brier 점수",
    "Scaled Brier score": "척도화 Brier 점수",
    "Integrated Brier score": "적분 Brier 점수",
    "Calibration slope": "보정 기울기",
    "Calibration in the large": "전반적 보정(calibration in the large)",
    "Observed / expected": "관찰/기대 비",
    "Expected calibration error": "기대 보정 오차(ECE)",
    "Brier score, all classes": "Brier 점수, 전체 분류",
    "Net reclassification, with the event": "순재분류(NRI), 사건 있음",
    "Net reclassification, without the event": "순재분류(NRI), 사건 없음",
    "Change of the mean probability, with the event": "평균 확률의 변화(IDI), 사건 있음",
    "Change of the mean probability, without the event": "평균 확률의 변화(IDI), 사건 없음",
    "Net benefit": "순이익",
    "Share with the condition": "질환 비율",
    "Median survival": "중앙 생존기간",
    "Survival": "생존율",
    "Cumulative incidence": "누적발생률",
    "Log-rank": "로그순위 검정",
    "Mean absolute error": "평균 절대 오차",
    "Root mean squared error": "평균 제곱근 오차(RMSE)",
    "Bias": "편향",
    "Lower limit of agreement": "일치한계 하한",
    "Upper limit of agreement": "일치한계 상한",
    "Proportional bias": "비례 편향",
    "Pearson’s r": "Pearson’s r",
    "Cohen’s kappa": "Cohen’s kappa",
    "Weighted kappa": "가중 kappa",
    "Fleiss’ kappa": "Fleiss’ kappa",
    "Krippendorff’s alpha": "Krippendorff’s alpha",
    "FROC, mean over rates": "FROC, 위양성률 평균",
    "Lesions found": "병변 발견율",
    "Mean average precision": "평균 정밀도의 평균(mAP)",
    "Marks that are lesions": "병변인 표시의 비율",
    "False positives per image": "영상당 위양성",
    "Dice, median": "Dice 중앙값",
    "HD95, median": "HD95 중앙값",
    "NSD, median": "NSD 중앙값",
    "Volume": "부피",
    "Difference in volume": "부피 차이",
    "Reading time, seconds": "판독 시간(초)",
    "Reading time in all, seconds": "전체 판독 시간(초)",
    "Standardised difference": "표준화 차이",
    "Share missing": "결측 비율",
    "Kolmogorov’s distance": "Kolmogorov 거리",
}
"""As a column is headed; names that are the same in both languages and never in a phrase are left out."""
_PLACES: Final[Mapping[str, str]] = {
    "{name}": "{name}",
    "{name} at {n} day<s|>": "{n}일 시점의 {name}",
    "{name} at {n} year<s|>": "{n}년 시점의 {name}",
    "{name} {first} vs {second}": "{name} {first} 대 {second}",
    "{name} at {n} day<s|> {first} vs {second}": "{n}일 시점의 {name} {first} 대 {second}",
    "{name} at {n} year<s|> {first} vs {second}": "{n}년 시점의 {name} {first} 대 {second}",
    "{name} at a threshold of {value}": "임계값 {value}에서의 {name}",
    "{name} at a threshold of each repeat": "반복별 임계값에서의 {name}",
    "{name} at a prevalence of {value}": "유병률 {value}에서의 {name}",
    "{name} at {rate} false positive<s|> per image": "영상당 위양성 {rate}개에서의 {name}",
    "{name} at the sensitivity of {reader}": "{reader!}의 민감도에서의 {name}",
    "{name} at the specificity of {reader}": "{reader!}의 특이도에서의 {name}",
    "{name} at equal sensitivity to {reader}": "{reader!:과} 같은 민감도에서의 {name}",
    "{name} at equal number screened as {reader}": "{reader!:과} 같은 선별 수에서의 {name}",
    "{name} at {n} day<s|>, the sensitivity of {reader}": "{n}일 시점, {reader!}의 민감도에서의 {name}",
    "{name} at {n} year<s|>, the sensitivity of {reader}": "{n}년 시점, {reader!}의 민감도에서의 {name}",
    "{name} at {n} day<s|>, equal sensitivity to {reader}": "{n}일 시점, {reader!:과} 같은 민감도에서의 {name}",
    "{name} at {n} year<s|>, equal sensitivity to {reader}": "{n}년 시점, {reader!:과} 같은 민감도에서의 {name}",
    "{name} at {n} day<s|>, equal number screened as {reader}": "{n}일 시점, {reader!:과} 같은 선별 수에서의 {name}",
    "{name} at {n} year<s|>, equal number screened as {reader}": "{n}년 시점, {reader!:과} 같은 선별 수에서의 {name}",
}
_PROPER: Final = (
    "Harrell",
    "Uno",
    "Brier",
    "Cohen",
    "Fleiss",
    "Krippendorff",
    "Pearson",
    "Kolmogorov",
    "Dice",
)
_SIZES: Final[Mapping[str, str]] = {
    "": "",
    ", {k} death<s|>": ", 사망 {k}례",
    ", {k} event<s|>": ", 사건 {k}례",
    ", {k} positive case<s|>": ", 양성 {k}례",
    ", {k} case<s|> of {positive}": ", {positive!} {k}례",
    ", {k} case<s|> with a finding": ", 소견이 있는 증례 {k}례",
    ", {k} lesion<s|>": ", 병변 {k}개",
}


def _named() -> dict[str, str]:
    found = {}
    for name, korean in _NAMES.items():
        small = (
            name
            if name[:2].isupper() or name.startswith(_PROPER) or name == "F1"
            else name[0].lower() + name[1:]
        )
        for written in dict.fromkeys((name, small)):
            for place, korean_place in _PLACES.items():
                if place == "{name}" and korean == written:
                    continue
                found[place.replace("{name}", written)] = korean_place.replace("{name}", korean)
    return found


def with_sizes(sentences: Mapping[str, str]) -> dict[str, str]:
    """Templates in which `@` stands for how many events there are, written out for every kind of event.

    Args:
        sentences: English template: Korean template; `@2` is the number in a second part.

    Example:
        >>> with_sizes({"n = {n}@": "n = {n}@"})["n = {n}, {k} death<s|>"]
        'n = {n}, 사망 {k}례'
    """
    return {
        _sized(english, size): _sized(korean, korean_size)
        for english, korean in sentences.items()
        for size, korean_size in (_SIZES.items() if "@" in english else [("", "")])
    }


def _sized(text: str, size: str) -> str:
    second = size.replace("{k}", "{k2}").replace("{positive", "{positive2")
    return text.replace("@2", second).replace("@", size)


SENTENCES: Final[Mapping[str, str]] = each_way(_named())
"""English template: Korean template."""
