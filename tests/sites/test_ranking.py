"""How readings are weighed against one another."""

from archiver.model import Evidence, Place, Reading
from archiver.sites.ranking import best_of, conflict_of, may_be_chosen


def number(value: int, place: Place, confidence: float) -> Reading:
    evidence = Evidence(place=place, raw=f"{value}. Sitzung", rule="number")
    return Reading(field="session", value=value, evidence=evidence, confidence=confidence)


def test_a_correction_comes_before_a_profile_and_that_before_the_most_trusted() -> None:
    said = (number(4, "title", 0.9), number(5, "profile", 0.2), number(6, "correction", 0.1))
    assert [one.value for one in best_of(said, "session")] == [6, 5, 4]
    assert best_of(said, "date") == []


def test_a_neighbour_comes_last_however_sure_it_is() -> None:
    said = (number(4, "neighbour", 0.99), number(5, "title", 0.3))
    assert [one.value for one in best_of(said, "session")] == [5, 4]


def test_only_sure_readings_are_chosen_but_a_profile_and_the_inherited_always() -> None:
    assert may_be_chosen(number(4, "title", 0.3))
    assert not may_be_chosen(number(4, "title", 0.29))
    assert may_be_chosen(number(4, "profile", 0.01))
    assert may_be_chosen(number(4, "inherited", 0.01))


def test_a_correction_is_never_contradicted() -> None:
    other = number(7, "title", 0.9)
    conflict = conflict_of(number(4, "heading", 0.8), [other])
    assert conflict is not None
    assert conflict.others == (other,)
    assert conflict_of(number(4, "correction", 1.0), [other]) is None
    assert conflict_of(number(4, "heading", 0.8), []) is None
