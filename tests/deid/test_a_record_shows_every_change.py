"""A chained record: whatever is done to it without the key is found."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from hilum.deid.vault_chain import Chain, End, Line

CHAIN, OTHER = Chain(bytes(32)), Chain(bytes([1]) * 32)
texts = st.text(max_size=8)
records = st.lists(st.tuples(texts, texts, texts, st.integers(0, 99)), min_size=1, max_size=6)


def written(record, chain: Chain = CHAIN) -> tuple[list[Line], End]:
    lines, end = [], chain.begin()
    for fields in record:
        line, after = chain.after(end, end.number, fields)
        assert after is not None
        lines, end = [*lines, line], after
    return lines, end


@given(records)
def test_what_nobody_touched_is_whole(record):
    assert CHAIN.fault(*written(record)) is None
    assert CHAIN.fault([], CHAIN.begin()) is None


@given(records, st.data())
def test_any_field_of_any_line_that_changes_is_found(record, data):
    lines, end = written(record)
    place = data.draw(st.integers(0, len(lines) - 1))
    which = data.draw(st.integers(0, 3))
    fields = list(lines[place].fields)
    other = data.draw(st.integers(0, 99) if which == 3 else texts)
    assume(other != fields[which])
    fields[which] = other
    lines[place] = replace(lines[place], fields=tuple(fields))
    assert CHAIN.fault(lines, end) is not None


@given(records, st.data())
def test_any_number_or_seal_that_changes_is_found(record, data):
    lines, end = written(record)
    place = data.draw(st.integers(0, len(lines) - 1))
    changed = data.draw(
        st.sampled_from(
            [
                replace(lines[place], number=lines[place].number + 1),
                replace(lines[place], seal=""),
                replace(lines[place], seal=lines[place - 1].seal if len(lines) > 1 else "0" * 64),
            ]
        )
    )
    lines[place] = changed
    assert CHAIN.fault(lines, end) is not None


@given(records, st.data())
def test_lines_taken_away_added_or_reordered_are_found(record, data):
    lines, end = written(record)
    place = data.draw(st.integers(0, len(lines) - 1))
    taken = lines[:place] + lines[place + 1 :]
    assert CHAIN.fault(taken, end) is not None
    closed_up = [replace(line, number=number) for number, line in enumerate(taken, 1)]
    assert CHAIN.fault(closed_up, end) is not None
    assert CHAIN.fault(lines[: place + 1] + lines[place:], end) is not None
    order = data.draw(st.permutations(range(len(lines))))
    if order != list(range(len(lines))):
        assert CHAIN.fault([lines[number] for number in order], end) is not None


@given(records, st.integers(1, 6))
def test_an_end_that_is_older_missing_or_forged_is_found(record, cut: int):
    lines, end = written(record)
    earlier = lines[: max(0, len(lines) - cut)]
    assert CHAIN.fault(earlier, end) is not None
    forged = End(len(earlier), earlier[-1].seal if earlier else "", end.seal)
    assert CHAIN.fault(earlier, forged) is not None
    assert CHAIN.fault(lines, None) is not None
    assert CHAIN.fault(*written(record, OTHER)) is not None


@given(records, records)
def test_a_damaged_record_is_never_mended_by_what_is_written_later(record, more):
    lines, end = written(record)
    lines, found = lines[:-1], end
    for fields in more:
        line, after = CHAIN.after(found, lines[-1].number if lines else 0, fields)
        lines, found = [*lines, line], after or found
    assert CHAIN.fault(lines, found) is not None
    assert CHAIN.fault(lines, None) is not None
