"""Who reads Korean is answered in Korean, everywhere and in one place; what people typed is not touched."""

import json
import time

import httpx
import pytest

from hilum.serving.jobs.stream import told as as_event
from hilum.serving.language import Spoken, language_asked, language_spoken, told

KOREAN = {"Accept-Language": "ko"}


def test_the_same_refusal_is_told_in_the_language_of_each_request(single):
    page = single.entered()
    english, korean = (
        page.get("/api/studies/nowhere"),
        page.get("/api/studies/nowhere", headers=KOREAN),
    )
    assert english.json()["sentence"] == "there is no such study, or it is not shared with you"
    assert korean.json()["sentence"] == "그런 연구가 없거나 공유받지 않은 연구입니다."
    assert korean.status_code == english.status_code == 404
    assert "Accept-Language" in korean.headers["Vary"]
    assert page.get("/api/nothing", headers=KOREAN).json()["sentence"] == "이 주소에는 아무것도 없습니다."


def test_guards_before_every_route_and_checks_of_a_field_speak_korean(single):
    stranger, page = single.client(), single.entered()
    refused = stranger.get("/api/studies", headers=KOREAN)
    assert refused.json()["sentence"] == "로그인하지 않았거나 세션이 끝났습니다. 로그인하십시오."
    told_of = page.post("/api/studies", json={"title": "x" * 301, "more": 1}, headers=KOREAN).json()
    assert {one["sentence"] for one in told_of["fields"]} == {
        "300자 이하여야 합니다.",
        "알 수 없는 항목입니다.",
    }
    assert told_of["sentence"].startswith("body.title을 받아들일 수 없습니다. ")
    forged = page.post("/api/studies", json={"title": "x"}, headers=KOREAN | {"X-CSRF-Token": "none"})
    assert "X-CSRF-Token" in forged.json()["sentence"]
    assert "다시 불러오십시오" in forged.json()["sentence"]


def test_a_page_of_the_server_is_in_the_browsers_language(single):
    page = single.client()
    told_page = page.get(
        "/enter", params={"token": "used"}, headers={"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"}
    )
    assert '<html lang="ko">' in told_page.text
    assert "이미 사용했거나 이전 실행의 주소입니다" in told_page.text
    assert '<html lang="en">' in page.get("/enter", params={"token": "used"}).text


def test_what_a_person_typed_comes_back_as_it_was_typed(single):
    page = single.entered()
    typed = "there is no such job"  # a sentence of the program, as a question of a study
    made = page.post("/api/studies", json={"title": typed}, headers=KOREAN)
    assert made.status_code < 300, made.text
    assert made.json()["title"] == typed
    assert typed in page.get(f"/api/studies/{made.json()['slug']}", headers=KOREAN).json()["text"]


def test_the_protocol_is_read_in_korean_by_its_rules_and_acknowledged_as_the_same_one(single):
    page = single.entered()
    english, korean = page.get("/api/protocol").json(), page.get("/api/protocol", headers=KOREAN).json()
    assert korean["sha256"] == english["sha256"]
    assert len(korean["rules"]) == len(english["rules"]) > 20
    assert korean["rules"][0]["name"] == "사설 속성"
    assert [len(one["paragraphs"]) for one in korean["sections"]] == [
        len(one["paragraphs"]) for one in english["sections"]
    ]


def test_the_single_user_is_named_by_the_program_and_others_name_themselves(single):
    page = single.entered()
    page.post("/api/studies", json={"title": "x"})
    names = {line["name"] for line in page.get("/api/audit", headers=KOREAN).json()["items"]}
    assert names <= {"단독 사용자", None}
    assert "단독 사용자" in names


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("fr,ko;q=0.2", "ko"),
        ("ko;q=0", "en"),
        ("", "en"),
        ("ko;q=nonsense", "ko"),
        ("*", "en"),
        (",;=," * 1000, "en"),
        ("k" * 10**6, "en"),
    ],
)
def test_the_header_says_which_language(header, language):
    assert language_asked(header) == language


def _spoken(header: str, ask) -> object:
    """What `ask` says inside a request with this header."""

    async def app(scope, receive, send):
        found.append(ask())

    async def run():
        await Spoken(app)({"type": "http", "headers": [(b"accept-language", header.encode())]}, None, None)

    import asyncio

    found: list[object] = []
    asyncio.run(run())
    return found[0]


def test_events_of_a_job_are_told_and_their_kinds_and_numbers_are_not():
    event = {
        "n": 3,
        "kind": "state",
        "state": "cancelled",
        "time": "2026-01-01",
        "sentence": "there is no such job",
    }
    line = {"n": 4, "kind": "line", "text": "  hilum: the disk is full"}
    progress = {"n": 5, "kind": "progress", "now": "judging images", "steps_left": ["writing cases", "폐렴"]}
    heard = [
        json.loads(_spoken("ko", lambda one=one: as_event(one)).split("data: ")[1])
        for one in (event, line, progress)
    ]
    assert heard[0] == event | {"sentence": "그런 작업이 없습니다."}
    assert heard[1] == line | {"text": "  디스크가 가득 찼습니다"}
    assert heard[2] == progress | {"now": "영상 판정", "steps_left": ["증례 쓰기", "폐렴"]}
    assert json.loads(as_event(event).split("data: ")[1]) == event


def test_the_language_ends_with_its_request():
    assert _spoken("ko", language_spoken) == "ko"
    assert language_spoken() == "en"
    assert told("there is no such job") == "there is no such job"


def test_korean_costs_a_request_next_to_nothing(single):
    page = single.entered()

    def median(headers: dict[str, str]) -> float:
        took = []
        for _ in range(15):
            began = time.perf_counter()
            answer: httpx.Response = page.get("/api/studies/nowhere", headers=headers)
            took.append(time.perf_counter() - began)
            assert answer.status_code == 404
        return sorted(took)[7]

    median(KOREAN)
    assert median(KOREAN) - median({}) < 0.02
