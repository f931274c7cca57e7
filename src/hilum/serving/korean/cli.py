"""What a command says in the lines of its job, in Korean."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # What is done at the moment
    "de-identifying": "비식별화",
    "copying": "복사",
    "verifying": "점검",
    "sending": "보내기",
    "permutations": "순열 검정",
    "exporting": "내보내기",
    # Results
    "run: {folder}": "실행: {folder!}",
    "report: {path}": "보고서: {path!}",
    "pdf: {path}": "PDF: {path!}",
    "{image} was not read: {reason}": "{image!:을} 판독하지 않았습니다: {reason}",
    "see what is in quarantine, and why, with `hilum quarantine list`": "격리된 것과 사유는 `hilum quarantine list`로 볼 수 있습니다.",
    # Errors
    "{classes} exists already and is not overwritten: name a new file": "{classes!:이} 이미 있으며 덮어쓰지 않습니다. 새 파일을 지정하십시오.",
    "the guideline's layout has a folder for each class: name a table of classes with --classes": "가이드라인의 구조에는 분류마다 폴더가 있습니다. 분류 표를 지정하십시오.",
    "the images of {run} are not those of this workspace's archive": "{run!}의 영상은 이 작업 공간의 영상 저장소에 있는 것이 아닙니다.",
    "{n} rows must be corrected before the list can be signed": "목록에 서명하기 전에 {n}개 행을 고쳐야 합니다.",
    "{folder} is no workspace: make one with `hilum init {name}`": "{folder!:은} 작업 공간이 아닙니다. `hilum init {name}`으로 만드십시오.",
    "no workspace is here or above: make one with `hilum init FOLDER`, or name one with --workspace": "여기와 그 위에 작업 공간이 없습니다. `hilum init FOLDER`로 만들거나 --workspace로 지정하십시오.",
    "{source} is not there: name a file or a folder": "{source!:이} 없습니다. 파일이나 폴더를 지정하십시오.",
    "--maps goes with --pictures: name a folder for both": "--maps는 --pictures와 함께 씁니다. 둘의 폴더를 지정하십시오.",
    "no image was named: name images or folders of them after the model": "영상이 지정되지 않았습니다. 모델 다음에 영상이나 폴더를 지정하십시오.",
    "a step of learning needs to know what the image shows: add --truth": "학습 단계에는 영상의 정답이 필요합니다. --truth를 추가하십시오.",
    "{path} cannot be written: {error}": "{path!}에 쓸 수 없습니다: {error!}",
}
"""English template: Korean template."""
