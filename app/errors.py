"""The one tree of errors: every error that a person can meet carries a stable code and a sentence."""

from __future__ import annotations

from collections.abc import Sequence


class ConcordError(Exception):
    """A problem told to a person in one sentence: what was given, what was expected, what to do.

    `code` is stable and safe to test against; `status` is the HTTP status that the service answers with.
    """

    code = "error"
    status = 500


class InputError(ConcordError):
    """Something that was given breaks a rule; nothing was changed."""

    code = "bad_input"
    status = 422


class NumberError(InputError):
    """A number that is malformed, or that cannot be held exactly."""

    code = "bad_number"


class ConfigError(InputError):
    """A setting that is unknown, wrong or missing, by its name in the environment."""

    code = "bad_config"


class TermsError(InputError):
    """A term sheet that breaks a rule. `place` is where: `cases[0].schedules.main.table[2]`."""

    code = "bad_terms"

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem


class TermsFaults(InputError):
    """Everything that is wrong with a term sheet, in the order it stands there."""

    code = "bad_terms"

    def __init__(self, faults: Sequence[TermsError]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class ScaleError(TermsError):
    """A schedule whose common denominator is larger than 2^200, so that no integer score can hold it."""

    code = "scale_too_large"


class ChainError(ConcordError):
    """The chain refused, or could not be reached."""

    code = "chain_error"
    status = 502


class Reverted(ChainError):
    """A contract refused a call. `name` is the custom error, `args` its arguments as the contract gave them."""

    code = "reverted"
    status = 409

    def __init__(self, name: str, arguments: tuple[object, ...] = ()) -> None:
        shown = ", ".join(str(argument) for argument in arguments)
        super().__init__(f"{name}({shown})")
        self.name = name
        self.arguments = arguments


class Unknown(ConcordError):
    """Something that was asked for by its id does not stand in the store. `noun` is what it would be."""

    status = 404

    def __init__(self, noun: str, given: object, hint: str) -> None:
        super().__init__(f"{noun} {given}: {hint}")
        self.code = f"unknown_{noun}"


class Rewound(ConcordError):
    """The chain took another branch since the question was first asked; what it stood on is gone."""

    code = "rewound"
    status = 409


class Unavailable(ConcordError):
    """The service can't answer now; asking again later may help."""

    code = "unavailable"
    status = 503


class Declined(ConcordError):
    """A service declined what it was asked; `code` and `status` are the service's own."""

    def __init__(self, code: str, status: int, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
