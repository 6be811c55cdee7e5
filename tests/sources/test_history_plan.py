"""The boxes of a plan, version by version: what is told of them does not depend on how little of a version is read."""

from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.past import boxes_in
from relaymark.sources import history_plan
from relaymark.sources.history_plan import Reading

LINES = ("- [ ] one", "- [x] one", "- [ ] two", "- [x] two", "> - [ ] told", "```", "~~~~", "# Phase", "", "\t- [x] in")
TICKS = str.maketrans({" ": "x", "x": " "})


@st.composite
def versions(draw):
    """Texts of which each is like the one before: a line ticked, changed, put in or taken out."""
    lines = draw(st.lists(st.sampled_from(LINES), max_size=8))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    found = []
    for kind in draw(st.lists(st.sampled_from(["tick", "tick", "change", "insert", "remove", "same"]), max_size=7)):
        at = draw(st.integers(0, max(len(lines) - 1, 0)))
        match kind:
            case "tick" if lines and "[" in lines[at]:
                before, _, rest = lines[at].partition("[")
                lines = [*lines[:at], f"{before}[{rest[0].translate(TICKS)}{rest[1:]}", *lines[at + 1 :]]
            case "change" | "insert":
                lines = [*lines[:at], draw(st.sampled_from(LINES)), *lines[at + (kind == "change") :]]
            case "remove":
                lines = lines[:at] + lines[at + 1 :]
        found.append(end.join(lines))
    return found


def told(texts):
    """What the versions say of each box, by a look at the whole of each."""
    boxes, most = {}, 0
    for commit, text in enumerate(texts):
        ticks = {key: ticked for _, key, ticked in boxes_in(text)}
        most = max(most, sum(ticks.values()))
        for key, ticked in ticks.items():
            written, changed, was, lost = boxes.get(key, (commit, -1, ticked, False))
            boxes[key] = (written, commit, ticked, not ticked) if was != ticked else (written, changed, was, lost)
    return boxes, most


@given(versions())
def test_reading_what_changed_tells_what_reading_all_of_it_tells(texts):
    reading = Reading()
    for commit, text in enumerate(texts):
        reading.note(text, commit)
    found = {key: (box.written, box.changed, box.ticked, box.lost) for key, box in reading.boxes.items()}
    assert (found, reading.most) == told(texts)


def test_a_version_that_only_ticks_is_not_read_as_a_whole(monkeypatch):
    lines = [f"- [ ] step {number}" for number in range(50)]
    reading = Reading()
    reading.note("\n".join(lines), 1)
    read = []
    monkeypatch.setattr(history_plan, "boxes_in", lambda text: (read.append(text), boxes_in(text))[1])
    lines[7] = "- [x] step 7"
    reading.note("\n".join(lines), 0)
    assert read == ["- [ ] step 7", "- [x] step 7"]
    assert (reading.boxes["step 7"].changed, reading.most) == (0, 1)
