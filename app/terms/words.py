"""A term sheet in plain words: who pays whom, for what, and how much."""

from __future__ import annotations

from app.domain.inputs import Inputs
from app.domain.schedule import Guarantee, ProRataPayers, SignedBands, Waterfall, several_claims
from app.terms.clauses import clauses
from app.terms.sheet import Entry, Expected, Test
from app.terms.voice import Voice, voice_of

PAYERS = ("outcome_payer", "outcome_payers", "success_payer", "payer", "payers")
TAKERS = ("investor", "investors", "lender", "lenders")
MOST_SHOWN = 4
ABOUT = {"metrics": "Measured", "terms": "In short"}


def title(entry: Entry) -> str:
    """The entry's name and key."""
    name = entry.prose.get("name")
    return f"{name} · {entry.key}" if isinstance(name, str) and name else entry.key


def explain(entry: Entry) -> list[str]:
    """The entry in sentences: who pays whom, the terms, and what was really paid where that is known."""
    voice = voice_of(entry)
    prose = {said: entry.prose.get(key) for key, said in ABOUT.items()}
    about = [f"{said}: {text.rstrip('.')}." for said, text in prose.items() if isinstance(text, str)]
    lines = [_parties(entry), *about, *clauses(entry.terms, voice)]
    real = [test for test in entry.tests if test.basis.startswith("realised")]
    return lines + [f"What happened: {outcomes_said(test.inputs, voice)} → {_paid(test, voice)}." for test in real]


def outcomes_said(inputs: dict[str, Inputs], voice: Voice) -> str:
    """The outcomes in short."""
    found: list[str] = []
    for one in inputs.values():
        found += [f"{metric} {voice.outcome(metric, value)}" for metric, value in one.values.items()]
        found += ["cohorts " + ", ".join(voice.outcome("cohorts", value) for value in one.cohorts)] * bool(one.cohorts)
        found += [f"{len(one.people)} people"] * bool(one.people)
    more = len(found) - MOST_SHOWN
    return ", ".join(found[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "") if found else "no outcome"


def amounts_said(expected: Expected, voice: Voice) -> str:
    """What is paid, by name where there are several."""
    if isinstance(expected, bool):
        return "reached" if expected else "not reached"
    if isinstance(expected, dict):
        return ", ".join(f"{name} {voice.money(amount)}" for name, amount in expected.items())
    return voice.money(expected)


def _paid(test: Test, voice: Voice) -> str:
    said = amounts_said(test.expected, voice)
    return f"{said} ({test.name})" if test.name else said


def _parties(entry: Entry) -> str:
    terms = entry.terms
    if isinstance(terms, Guarantee):
        return f"{_capital(_named(entry, ('guarantor',), 'the guarantor'))} covers {_taker(entry)}."
    if isinstance(terms, Waterfall):
        return f"What {' and '.join(terms.backed_by)} really pay is passed on."
    if isinstance(terms, SignedBands):
        return "The payer pays the taker, or the taker the payer; both put up what they may have to pay."
    if isinstance(terms, ProRataPayers):
        return f"{_capital(', '.join(payer.name for payer in terms.payers))} together pay {_taker(entry)}."
    if several_claims(terms):
        return f"The payer pays the classes {', '.join(several_claims(terms))}."
    payer = _named(entry, PAYERS, "the outcome payer" if entry.schedule else "the payer")
    return f"{_capital(payer)} pays {_taker(entry)}."


def _taker(entry: Entry) -> str:
    return _named(entry, TAKERS, "the investor" if entry.schedule else "the taker")


def _named(entry: Entry, roles: tuple[str, ...], otherwise: str) -> str:
    """Who plays one of the roles, by name where the term sheet names them."""
    parties = entry.prose.get("parties")
    names = parties if isinstance(parties, dict) else {}
    role = next((role for role in roles if names.get(role)), "")
    if not role:
        return otherwise
    name, said = str(names[role]), role.replace("_", " ")
    return name if said.rstrip("s") in name else f"{name} ({said})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
