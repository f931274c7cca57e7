import cv2
import numpy as np
import pytest

from hilum.conduct.lesions import read_lesions
from hilum.errors import ReadingsError


def test_boxes_discs_and_points_lie_where_the_table_says(tmp_path):
    (tmp_path / "lesions.csv").write_text(
        "case,x,y,width,height,diameter\na,2,1,3,2,\nb,5,5,,,4\nc,5,5,,,\nd,,,,,\n", encoding="utf-8"
    )
    lesions = read_lesions(tmp_path / "lesions.csv")
    box = lesions.marked("a", (8, 10))
    assert np.argwhere(box).tolist() == [[1, 2], [1, 3], [1, 4], [2, 2], [2, 3], [2, 4]]
    disc = lesions.marked("b", (10, 10))
    assert disc.sum() == pytest.approx(np.pi * 4, abs=2)
    assert disc[4:6, 4:6].all()
    assert 1 <= lesions.marked("c", (60, 60)).sum() < 20
    assert not lesions.marked("d", (10, 10)).any()
    assert "d" not in lesions.marks


def test_a_mask_is_read_beside_its_table_and_must_fit_its_image(tmp_path):
    mask = np.zeros((6, 8), np.uint8)
    mask[2:4, 5] = 255
    cv2.imwrite(str(tmp_path / "a.png"), mask)
    (tmp_path / "lesions.csv").write_text("case,mask\na,a.png\n", encoding="utf-8")
    lesions = read_lesions(tmp_path / "lesions.csv")
    assert np.array_equal(lesions.marked("a", (6, 8)), mask > 0)
    with pytest.raises(ReadingsError, match="6 x 8 pixels and its image 9 x 8"):
        lesions.marked("a", (9, 8))


def test_a_mask_outside_of_the_folder_is_refused(tmp_path):
    (tmp_path / "lesions.csv").write_text("case,mask\na,../elsewhere.png\n", encoding="utf-8")
    with pytest.raises(ReadingsError, match="leads out of the folder"):
        read_lesions(tmp_path / "lesions.csv")


def test_marks_of_another_finding_or_image_do_not_count(tmp_path):
    (tmp_path / "lesions.csv").write_text(
        "case,image,x,y,width,height,class\na,front.png,0,0,2,2,mass\na,side.png,4,4,2,2,nodule\n",
        encoding="utf-8",
    )
    lesions = read_lesions(tmp_path / "lesions.csv")
    assert lesions.marked("a", (8, 8), "films/front.png").sum() == 4
    assert lesions.marked("a", (8, 8), "films/front.png", "nodule").sum() == 0
    assert lesions.marked("a", (8, 8), "films/side.png", "nodule")[4, 4]
