"""The checklists hold every item of their papers, numbered as there, each put in words of our own."""

import pytest

from hilum.reporting.checklists import CHECKLISTS

LISTS = {checklist.key: checklist for checklist in CHECKLISTS}
MOST_WORDS = 14


def numbers(text: str) -> list[str]:
    return text.split()


# Collins et al., BMJ 2024;385:e078378: 27 items, 52 with their parts.
TRIPOD = numbers(
    "1 2 3a 3b 3c 4 5a 5b 6a 6b 6c 7 8a 8b 8c 9a 9b 9c 10 11 12a 12b 12c 12d 12e 12f 12g 13 14 15 16 17 "
    "18a 18b 18c 18d 18e 18f 19 20a 20b 20c 21 22 23a 23b 24 25 26 27a 27b 27c"
)
# Tejani et al., Radiology: Artificial Intelligence 2024;6:e240300: 44 items.
CLAIM = [str(number) for number in range(1, 45)]
# Sounderajah et al., Nature Medicine 2025;31:3283-3289: 40 items, 48 rows of its Table 2.
STARD = numbers(
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15a 15b 15c 15d 16a 16b 16c 17a 17b 18 19 20 21 22 23 24 25 26a 26b "
    "27 28 29 30 31 32 33 34 35 36 37 38 39 40a 40b"
)
# Moons et al., BMJ 2025;388:e082505: 16 signalling questions of development, 18 of evaluation.
PROBAST = [f"D{domain}.{n}" for domain, most in ((1, 3), (2, 4), (3, 4), (4, 5)) for n in range(1, most + 1)]
PROBAST += [f"E{domain}.{n}" for domain, most in ((1, 3), (2, 4), (3, 4), (4, 7)) for n in range(1, most + 1)]


@pytest.mark.parametrize(
    ("key", "known"),
    [("tripod-ai", TRIPOD), ("claim", CLAIM), ("stard-ai", STARD), ("probast-ai", PROBAST)],
)
def test_every_item_of_the_paper_is_there_in_its_order(key: str, known: list[str]):
    assert [item.number for item in LISTS[key].items] == known


def test_as_many_items_as_the_papers_say():
    assert {key: len(list(each.items)) for key, each in LISTS.items()} == {
        "tripod-ai": 52,
        "claim": 44,
        "stard-ai": 48,
        "probast-ai": 34,
    }


@pytest.mark.parametrize("key", list(LISTS))
def test_items_are_short_and_none_is_said_twice(key: str):
    topics = [item.topic for item in LISTS[key].items]
    own = (
        topics if key != "probast-ai" else [item.topic for item in LISTS[key].items if item.number[0] == "D"]
    )
    assert len(own) == len(set(own))
    assert all(topic and len(topic.split()) <= MOST_WORDS for topic in topics)
    assert not any(topic.endswith(".") for topic in topics)


@pytest.mark.parametrize("key", list(LISTS))
def test_each_names_its_paper(key: str):
    citation = LISTS[key].citation
    assert "doi:10." in citation
    assert "http" not in citation


def test_what_the_authors_must_add_is_said_only_where_the_report_gives_something():
    for checklist in CHECKLISTS:
        assert all(item.answer is not None for item in checklist.items if item.missing)


def test_an_assessor_is_never_told_a_verdict():
    judged = [item for item in LISTS["probast-ai"].items if item.answer is not None]
    assert judged
    assert all(item.missing == "the judgement" for item in judged)
