"""Hold SPEC.md, the tests and the broken variants together: `python -m scripts.spec_check`.

Every rule is cited by a test, in a docstring or a comment; every citation is of a rule that exists; every rule marked
`[money]` has a broken variant in `tests/mutants/table.py`.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.pledges import MUTANTS as PLEDGE_MUTANTS
from tests.mutants.table import MUTANTS

ROOT = Path(__file__).parents[1]
RULE = re.compile(r"^- \*\*(?P<id>[A-Z]-\d{2})\*\* (?P<money>\[money\] )?\S", re.MULTILINE)
CITATION = re.compile(r"\b[A-Z]-\d{2}\b")
MONEY = "[money]"


@dataclass(frozen=True)
class Rule:
    """One numbered rule of SPEC.md."""

    id: str
    money: bool


@dataclass(frozen=True)
class Citation:
    """Where a test names a rule."""

    id: str
    place: str


def rules(spec: str) -> list[Rule]:
    """The rules in the order they stand in."""
    return [Rule(found["id"], bool(found["money"])) for found in RULE.finditer(spec)]


def citations(source: str, place: str) -> Iterator[Citation]:
    """Every rule that docstrings and comments of a test file name."""
    for text in (*_docstrings(source), *_comments(source)):
        for name in CITATION.findall(text):
            yield Citation(name, place)


def problems(given: Iterable[Rule], cited: Iterable[Citation], broken: Iterable[str]) -> list[str]:
    """What is missing or wrong, a sentence each; `broken` are the rules that broken variants break."""
    all_rules, all_cited, variants = list(given), list(cited), set(broken)
    names = [rule.id for rule in all_rules]
    found = [f"{name} stands twice in SPEC.md: expected a number once" for name in _twice(names)]
    missing = set(names) - {one.id for one in all_cited}
    found += [f"{name} is cited by no test: expected one whose docstring or comment names it" for name in names
              if name in missing]  # fmt: skip
    unknown = sorted({(one.place, one.id) for one in all_cited if one.id not in names})
    found += [f"{place} cites {name}: expected a rule of SPEC.md" for place, name in unknown]
    found += [f"{name} is broken by a variant: expected a rule of SPEC.md" for name in sorted(variants - set(names))]
    money = [rule.id for rule in all_rules if rule.money and rule.id not in variants]
    return found + [f"{name} is marked {MONEY}: expected a broken variant in tests/mutants/table.py" for name in money]


def main() -> int:
    """Print what is missing or wrong; 1 if anything is."""
    given = rules((ROOT / "SPEC.md").read_text())
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    cited = [one for path in files for one in citations(path.read_text(), str(path.relative_to(ROOT)))]
    broken = (*MUTANTS, *PLEDGE_MUTANTS)
    found = problems(given, cited, (rule for one in broken for rule in one.rules))
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print(f"{len(given)} rules, each cited by a test; {len(broken)} broken variants of the money rules.")
    return 1 if found else 0


def _docstrings(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""


def _comments(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


if __name__ == "__main__":
    sys.exit(main())
