"""What holds for every rule, on the day it arrives."""

import importlib
import pkgutil
import re

import pytest
from pydicom.datadict import dictionary_has_tag, dictionary_VR, tag_for_keyword

from hilum.deid import describe
from hilum.deid import rules as room
from hilum.deid.options import PRESETS, Options
from hilum.deid.rule import ElementRule, FileRule, described
from hilum.deid.table import ACTIONS, basic_profile

RULES = [*room.ELEMENT_RULES, *room.FILE_RULES]


PROTOCOLS = [*PRESETS.values(), Options(name="open", dates="full", uids=True, institution_identity=True)]


@pytest.mark.parametrize("options", PROTOCOLS, ids=lambda options: options.name)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_it_describes_itself(rule, options):
    said = described(rule, options)
    assert said.name == said.name.lower() or said.name.startswith("PS3")
    assert said.sentence.endswith(".")
    assert said.reference
    numbered = [line for line in describe(options) if line.startswith("  ") and said.sentence in line]
    assert len(numbered) == 1
    names = [line.split(". ")[1] for line in describe(options) if line.startswith("  ")]
    assert names.count(said.name.capitalize()) == 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_attributes_that_it_names_exist(rule):
    for keyword in rule.attributes():
        assert tag_for_keyword(keyword) is not None or re.fullmatch("[0-9A-F]{8}", keyword), keyword


def test_names_are_unique():
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_rule_in_the_folder_is_asked():
    found = []
    for module in pkgutil.iter_modules(room.__path__):
        loaded = importlib.import_module(f"hilum.deid.rules.{module.name}")
        found += [value for value in vars(loaded).values() if isinstance(value, ElementRule | FileRule)]
    assert {rule.name for rule in found} == {rule.name for rule in RULES}


def test_the_last_rule_removes_whatever_is_left():
    assert room.ELEMENT_RULES[-1].name == "everything else"


def test_the_protocol_reads_as_one_numbered_list():
    numbered = [line.strip().split(".")[0] for line in describe() if line.startswith("  ")]
    assert numbered == [str(number) for number in range(1, len(RULES) + 1)]


def test_the_table_has_the_actions_of_the_standard():
    table = basic_profile()
    assert set(table.values()) == set(ACTIONS)
    assert len(table) > 640  # edition 2026c names 655 attributes or groups of them
    # read by eye in PS3.15 table E.1-1
    for keyword, action in {
        0x00080050: "Z", 0x00184000: "X", 0x00080022: "X/Z", 0x0008002A: "X/Z/D", 0x00181400: "X/D",
        0x00080023: "Z/D", 0x00400512: "D", 0x00209161: "U", 0x00082112: "X/Z/U*", 0x00100040: "Z",
    }.items():  # fmt: skip
        assert table[keyword] == action


def test_every_unique_identifier_of_the_table_is_written_as_one():
    for tag, action in basic_profile().items():
        if action == "U" and dictionary_has_tag(tag):
            assert dictionary_VR(tag) == "UI"
