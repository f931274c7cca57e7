"""Why an image, a volume or a DICOM file cannot be read, in Korean.

Rooms below say such a thing of a file (`/films/a.dcm is damaged: ...`) and of something that was named before
(`it is damaged: ...`); `_of_something` makes both of one.
"""

from collections.abc import Mapping
from typing import Final

_OF_SOMETHING: Final[Mapping[str, str]] = {
    "is cut or damaged and cannot be read; replace it": "잘렸거나 손상되어 읽을 수 없습니다. 바꾸십시오",
    "is refused: it claims more pixels than any radiograph has": "어떤 X선보다도 화소가 많다고 되어 있어 거부했습니다",
    "cannot be used: its colours are {mode}; grey and RGB can be read": "색 방식이 {mode!:이}라 쓸 수 없습니다. 회색조와 RGB만 읽을 수 있습니다",
    "does not exist": "없습니다",
    "is no image that can be read: DICOM, PNG and JPEG can": "읽을 수 있는 영상이 아닙니다. DICOM, PNG, JPEG를 읽을 수 있습니다",
    "is no image that can be read: DICOM, NIfTI, PNG and JPEG can": "읽을 수 있는 영상이 아닙니다. DICOM, NIfTI, PNG, JPEG를 읽을 수 있습니다",
    "is a volume; one picture is needed: take a DICOM, PNG or JPEG": "볼륨입니다. 그림 한 장이 필요하니 DICOM, PNG, JPEG를 쓰십시오",
    "has {n} frames; one picture is needed: take a single frame": "프레임이 {n}개입니다. 그림 한 장이 필요하니 프레임 하나를 고르십시오",
    "is no volume: a NIfTI file or the folder of a series is needed": "볼륨이 아닙니다. NIfTI 파일이나 시리즈 폴더가 필요합니다",
    "holds a single slice; a volume of several slices is needed": "절편이 하나뿐입니다. 여러 절편의 볼륨이 필요합니다",
    "holds no numbers: replace it": "숫자가 없습니다. 바꾸십시오",
    "is damaged: {error}; export it again": "손상되었습니다({error}). 다시 내보내십시오",
    "is larger than the {n} MB that a DICOM file may have": "DICOM 파일의 한도 {n} MB를 넘습니다",
    "is not DICOM: it has no DICM prefix and starts with no DICOM element": "DICOM이 아닙니다. DICM 표지가 없고 DICOM 요소로 시작하지 않습니다",
    "is refused: it asks for more memory than there is": "있는 것보다 많은 메모리를 요구하여 거부했습니다",
    "is refused: its deflated data set is larger than {n} MB": "압축을 푼 자료가 {n} MB를 넘어 거부했습니다",
    "is refused: it holds more than {n} data elements": "데이터 요소가 {n}개를 넘어 거부했습니다",
    "is refused: its sequences nest deeper than {n} levels": "시퀀스가 {n}단계보다 깊어 거부했습니다",
}
"""What follows the name of a file."""

_WHOLE: Final[Mapping[str, str]] = {
    "{path} cannot be used: {error}": "{path!:을} 쓸 수 없습니다({error}).",
    "{path} cannot be opened: {error}": "{path!:을} 열 수 없습니다({error!}).",
    "it cannot be opened: {error}": "열 수 없습니다({error!})",
    # Pictures and volumes
    "it is no NIfTI file": "NIfTI 파일이 아닙니다",
    "its axes are {shape}; three axes in space can be read": "축이 {shape!}입니다. 공간의 세 축만 읽을 수 있습니다",
    "its values are {kind}; real numbers can be read": "값이 {kind!}입니다. 실수만 읽을 수 있습니다",
    "its {shape} voxels would need too much memory": "복셀 {shape!:은} 메모리가 너무 많이 필요합니다",
    "the file gives voxel sizes but no place in the patient": "파일에 복셀 크기는 있으나 환자 안의 위치가 없습니다",
    "a picture of shape {shape} cannot be resized: rows and columns are needed": "{shape!} 모양의 그림은 크기를 바꿀 수 없습니다. 행과 열이 필요합니다.",
    "a picture cannot be resized to {rows} x {columns}": "그림을 {rows} x {columns:으로} 바꿀 수 없습니다.",
    "shape {shape} is no volume: slices, rows and columns are needed": "{shape!} 모양은 볼륨이 아닙니다. 절편, 행, 열이 필요합니다.",
    "the affine of a volume is 4 x 4 with the last row 0, 0, 0, 1": "볼륨의 아핀 행렬은 마지막 행이 0, 0, 0, 1인 4 x 4입니다.",
    "the affine of a volume is singular: its axes do not span space": "볼륨의 아핀 행렬이 특이 행렬이라 축이 공간을 이루지 않습니다.",
    "the image has no millimetres: its file gives no pixel spacing": "영상의 실제 크기를 알 수 없습니다. 파일에 화소 간격이 없습니다.",
    "a volume without an affine cannot have a place in the patient": "아핀 행렬이 없는 볼륨은 환자 안의 위치를 가질 수 없습니다.",
    # Series
    "{folder} holds no DICOM files with pictures": "{folder!}에 그림이 있는 DICOM 파일이 없습니다.",
    "{folder} holds {n} files, which is no series of slices": "{folder!}의 파일 {n}개는 절편 시리즈가 아닙니다.",
    "{folder} holds {n} series: give each a folder of its own": "{folder!}에 시리즈가 {n}개 있습니다. 폴더를 따로 나누십시오.",
    "the slices in {folder} have {n} sizes, so they are no volume": "{folder!}의 절편 크기가 {n}가지라 볼륨이 아닙니다.",
    "the {n} slices in {folder} would need too much memory": "{folder!}의 절편 {n}개는 메모리가 너무 많이 필요합니다.",
    "the frames in {folder} are in colour; slices in grey can be read as a volume": "{folder!}의 프레임이 컬러입니다. 회색조 절편만 볼륨으로 읽을 수 있습니다.",
    "{folder} holds several files of several frames each, which are no single volume": "{folder!}에 여러 프레임을 가진 파일이 여럿이라 하나의 볼륨이 아닙니다.",
    "a slice in {folder} does not say where it lies (ImagePositionPatient, ImageOrientationPatient, PixelSpacing)": "{folder!}의 절편 하나에 위치(ImagePositionPatient, ImageOrientationPatient, PixelSpacing)가 없습니다.",
    "the slices in {folder} do not all look the same way, so they are no volume": "{folder!}의 절편 방향이 서로 달라 볼륨이 아닙니다.",
    "two slices in {folder} lie at one place, so they are no single volume": "{folder!}의 두 절편이 같은 위치에 있어 하나의 볼륨이 아닙니다.",
    "the slices in {folder} do not lie evenly ({low} to {high} mm apart): one is missing, or several stacks are mixed": "{folder!}의 절편 간격이 고르지 않습니다({low}~{high} mm). 빠진 절편이 있거나 여러 묶음이 섞여 있습니다.",
    "the slices in {folder} are in colour; slices in grey can be read as a volume": "{folder!}의 절편이 컬러입니다. 회색조 절편만 볼륨으로 읽을 수 있습니다.",
    # Nuclear medicine
    "{many} {side} by the tags (found: {found}): name a frame by its number": "태그로 보면 {side!}: {many} (있는 것: {found!}). 프레임 번호를 지정하십시오",
    "{n} frames {window} are": "{window} 프레임 {n}개",
    "no frame {window} is": "{window} 프레임 없음",
    "of its first energy window": "첫 번째 에너지 창의",
    "it has {n} frames, so there is no frame {wanted}: name one from 1 to {most}": "프레임이 {n}개라 {wanted!}번 프레임이 없습니다. 1~{most} 중에서 지정하십시오",
    "it has {n} frames and several energy windows, and does not say which frame is of which: name a frame by its number": "프레임 {n}개에 에너지 창이 여럿인데 어느 프레임이 어느 창인지 없습니다. 프레임 번호를 지정하십시오",
    "its {keyword} names {n} frames and it has {all}: export it again": "{keyword!}에는 프레임이 {n}개인데 실제로는 {all}개입니다. 다시 내보내십시오",
    "the frame `{frame}` is none: say {one}, {other} or a number from 1": "`{frame}` 프레임은 없습니다. {one!}, {other!} 또는 1부터의 번호를 지정하십시오.",
    "it has {n} frames; one picture is needed: take a single frame": "프레임이 {n}개입니다. 그림 한 장이 필요하니 프레임 하나를 고르십시오",
    "it is tomography ({kind}) of {n} frames; one planar picture is needed: take a planar image, or name a frame by its number": "프레임 {n}개의 단층 영상({kind!})입니다. 평면 그림 한 장이 필요하니 평면 영상을 쓰거나 프레임 번호를 지정하십시오",
    "frame {n} of {all} was taken: {view} view, energy window {window} of {windows}": "프레임 {all}개 중 {n}번을 썼습니다: {view!} 방향, 에너지 창 {windows}개 중 {window}",
    "frame {n} of {all} was taken": "프레임 {all}개 중 {n}번을 썼습니다",
    # DICOM
    "{keyword} has {n} values, not one": "{keyword!}의 값이 하나가 아니라 {n}개입니다",
    "{keyword} is {value}, not a whole number": "{keyword!} 값 {value!:이} 정수가 아닙니다",
    "its header has no readable {keyword}": "헤더에 읽을 수 있는 {keyword!:이} 없습니다",
    "the DICOM data set": "DICOM 자료",
    "its transfer syntax {name} ({uid}) cannot be decoded": "전송 구문 {name!}({uid!})은 풀 수 없습니다",
    "it holds {n} compressed frames of the {all} announced": "알린 {all}개 중 압축 프레임이 {n}개만 있습니다",
    "compressed frame {n} is no {name} stream": "압축 프레임 {n:이} {name!} 형식이 아닙니다",
    "compressed frame {n} is {rows} x {columns} with {samples} samples, but the header says {other_rows} x {other_columns} with {other_samples}": "압축 프레임 {n:은} {rows} x {columns}, 표본 {samples}개인데 헤더에는 {other_rows} x {other_columns}, 표본 {other_samples}개입니다",
    "compressed frame {n} has {bits} bits, but the header says {other}": "압축 프레임 {n:은} {bits}비트인데 헤더에는 {other}비트입니다",
    "its colours are in {name}, which cannot be read; RGB, YBR_FULL and palettes can": "색 방식 {name!:은} 읽을 수 없습니다. RGB, YBR_FULL, 팔레트를 읽을 수 있습니다",
    "its colour palette cannot be read: {error}": "색상표를 읽을 수 없습니다: {error}",
    "its colour palette in segments cannot be read": "구간으로 나뉜 색상표를 읽을 수 없습니다",
    "a compressed frame is damaged and cannot be decoded; export it again": "압축 프레임이 손상되어 풀 수 없습니다. 다시 내보내십시오",
    "it holds {n}-bit JPEG in {bits} bits, which cannot be": "{n}비트 JPEG가 {bits}비트에 들어 있어 맞지 않습니다",
    "its look-up table has no readable {name}Descriptor": "조견표에 읽을 수 있는 {name}Descriptor가 없습니다",
    "its look-up table has {n} entries instead of {count}": "조견표 항목이 {count}개가 아니라 {n}개입니다",
    "its look-up table cannot be read": "조견표를 읽을 수 없습니다",
    "its rescale slope is 0, so every pixel would have the same value": "rescale slope가 0이라 모든 화소값이 같아집니다",
    "it holds no pixel data": "화소 데이터가 없습니다",
    "it claims {frames} frames of {rows} x {columns} pixels": "{rows} x {columns} 화소 프레임이 {frames}개라고 되어 있습니다",
    "it has {n} samples per pixel; 1 (grey) and 3 (colour) can be read": "화소당 표본이 {n}개입니다. 1(회색조)과 3(컬러)만 읽을 수 있습니다",
    "it has {n} bits allocated; 1, 8, 16, 32 and 64 can be read": "할당 비트가 {n}입니다. 1, 8, 16, 32, 64만 읽을 수 있습니다",
    "it stores {n} bits in {all}, which cannot be": "{all}비트에 {n}비트를 저장했다고 되어 있어 맞지 않습니다",
    "its high bit is {n} with {stored} bits stored, which cannot be": "저장 비트 {stored}에 최상위 비트가 {n}이라 맞지 않습니다",
    "its planar configuration is {n}; it can be 0 or 1": "planar configuration이 {n}입니다. 0이나 1이어야 합니다",
    "its header has no PhotometricInterpretation, so black and white cannot be told apart": "헤더에 PhotometricInterpretation이 없어 흑백을 구별할 수 없습니다",
    "its {frames} frames of {rows} x {columns} pixels would need {cost} MB, more than the {most} MB allowed": "{rows} x {columns} 화소 프레임 {frames}개에 {cost} MB가 필요해 한도 {most} MB를 넘습니다",
    "it claims {frames} frames of {rows} x {columns} pixels in {n} compressed bytes, which cannot be": "압축된 {n}바이트에 {rows} x {columns} 화소 프레임 {frames}개가 있다고 되어 있어 맞지 않습니다",
    "it is in {name}, which has no colours": "{name!:은} 색이 없는 방식입니다",
    "it has {n} frames, so there is no frame {wanted}": "프레임이 {n}개라 {wanted!}번 프레임이 없습니다",
    "its pixels need more memory than there is": "화소에 필요한 메모리가 부족합니다",
    "its pixel data cannot be decoded ({kind}); export it again": "화소 데이터를 풀 수 없습니다({kind!}). 다시 내보내십시오",
    "an RLE frame is shorter than its own header": "RLE 프레임이 자기 헤더보다 짧습니다",
    "an RLE frame has {n} segments instead of {expected}": "RLE 프레임의 구간이 {expected}개가 아니라 {n}개입니다",
    "the segments of an RLE frame do not follow each other": "RLE 프레임의 구간이 이어지지 않습니다",
    "a segment of an RLE frame holds {n} of {all} pixels": "RLE 프레임 구간에 화소가 {all}개 중 {n}개만 있습니다",
    "its header cannot be understood ({kind})": "헤더를 이해할 수 없습니다({kind!})",
    "it ends inside the file meta information": "파일 메타 정보 안에서 끝납니다",
    "its file meta information does not end": "파일 메타 정보가 끝나지 않습니다",
    "its deflated data set is cut": "압축된 자료가 잘렸습니다",
    "its deflated data set cannot be unpacked": "압축된 자료를 풀 수 없습니다",
    "a sequence ends inside an item at byte {n}": "시퀀스가 {n}번째 바이트의 항목 안에서 끝납니다",
    "a sequence holds something that is no item at byte {n}": "시퀀스의 {n}번째 바이트에 항목이 아닌 것이 있습니다",
    "an item is longer than what holds it at byte {n}": "{n}번째 바이트의 항목이 그것을 담은 것보다 깁니다",
    "{element} is longer than what holds it": "{element:이} 그것을 담은 것보다 깁니다",
    "element ({group},{number})": "요소 ({group!},{number!})",
    "an element": "한 요소",
    "it ends in the middle of a data element": "데이터 요소 중간에서 끝납니다",
    "its pixel data is cut: the file ends before the last pixel": "화소 데이터가 잘렸습니다. 마지막 화소 전에 파일이 끝납니다",
    "its compressed pixel data is cut or broken": "압축된 화소 데이터가 잘렸거나 깨졌습니다",
    "distances are measured at the {place} ({why}); in the patient they are smaller": "거리는 {place}에서 잰 것입니다({why}). 환자 안에서는 더 작습니다",
    "as ImagerPixelSpacing": "ImagerPixelSpacing 값",
    "the file gives no slice thickness; 1 mm stands in its place": "파일에 절편 두께가 없어 1 mm로 봅니다",
    "the file gives no pixel spacing, so there are no millimetres": "파일에 화소 간격이 없어 실제 크기를 알 수 없습니다",
    "the frames do not lie evenly along one line, so they have no common coordinates": "프레임이 한 줄에 고르게 있지 않아 공통 좌표가 없습니다",
}


def _of_something(sentences: Mapping[str, str]) -> dict[str, str]:
    """Each sentence alone, of `it`, and of a file that is named first."""
    return {
        way: korean
        for english, said in sentences.items()
        for way, korean in (
            (english, said),
            (f"it {english}", said),
            (f"{{path}} {english}", f"{{path!}}: {said}"),
        )
    }


SENTENCES: Final[Mapping[str, str]] = {**_WHOLE, **_of_something(_OF_SOMETHING)}
"""English template: Korean template."""
