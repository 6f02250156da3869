"""Rules, the tests that cite them and the broken variants are held together."""

from __future__ import annotations

import pytest

from scripts.spec_check import Citation, Rule, citations, main, problems, rules

SPEC = """
- **Z-01** [money] Paid exactly.
- **Z-02** Told in
  two lines, and Z-01 named in passing.
**Z-03** is no rule.
"""
# Names are put together below, so that this file itself cites no rule of another page.
TEST = f'''
"""{"Z"}-01: of the module."""
NAME = "{"Z"}-07"
def test_a() -> None:
    """{"Z"}-02, {"Z"}-03: of a function."""
    assert NAME  # {"Z"}-04
'''


def test_rules_are_read_with_their_mark() -> None:
    assert rules(SPEC) == [Rule("Z-01", money=True), Rule("Z-02", money=False)]


def test_docstrings_and_comments_cite_and_other_strings_do_not() -> None:
    assert {one.id for one in citations(TEST, "test_a.py")} == {"Z-01", "Z-02", "Z-03", "Z-04"}


def test_nothing_is_wrong_where_all_is_cited_and_broken() -> None:
    cited = [Citation("Z-01", "test_a.py"), Citation("Z-02", "test_a.py")]
    assert problems(rules(SPEC), cited, ["Z-01"]) == []


@pytest.mark.parametrize(
    ("spec", "cited", "broken", "told"),
    [
        (SPEC, ["Z-01"], ["Z-01"], "Z-02 is cited by no test"),
        (SPEC, ["Z-01", "Z-02", "Z-09"], ["Z-01"], "test_a.py cites Z-09"),
        (SPEC, ["Z-01", "Z-02"], [], "Z-01 is marked [money]"),
        (SPEC, ["Z-01", "Z-02"], ["Z-01", "Z-08"], "Z-08 is broken by a variant"),
        (SPEC + "- **Z-02** Again.\n", ["Z-01", "Z-02"], ["Z-01"], "Z-02 stands twice"),
    ],
)
def test_what_is_missing_or_wrong_is_told(spec: str, cited: list[str], broken: list[str], told: str) -> None:
    (problem,) = problems(rules(spec), [Citation(name, "test_a.py") for name in cited], broken)
    assert problem.startswith(told)


def test_the_project_itself_is_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0, capsys.readouterr().err
