"""What pip, npm and venv really print, and the sentence that a person reads instead."""

from __future__ import annotations

import pytest

from scripts.house.problems import explain, wrong_python

OUTPUTS = [
    (
        "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3>: "
        "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')'\n"
        "ERROR: No matching distribution found for rich==15.0.0",
        "cannot be reached",
    ),
    ("npm error code EAI_AGAIN\nnpm error syscall getaddrinfo", "cannot be reached"),
    ("npm error code ECONNREFUSED", "cannot be reached"),
    ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
    ("npm error code ENOSPC", "The disk is full"),
    (
        "The virtual environment was not created successfully because ensurepip is not\navailable.  On Debian/Ubuntu",
        "apt-get install python3.11-venv",
    ),
    ("/usr/bin/python3.11: No module named venv", "apt-get install python3.11-venv"),
    ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not the file that the lock names"),
    ("npm error code EINTEGRITY", "not the file that the lock names"),
    ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate is not trusted"),
    ("npm error code SELF_SIGNED_CERT_IN_CHAIN", "certificate is not trusted"),
    ("error: command 'gcc' failed: No such file or directory", "apt-get install gcc python3.11-dev"),
    ("npm error code EACCES", "cannot be written"),
    ("ERROR: No matching distribution found for ckzg==2.1.7", "The registry has no ckzg==2.1.7 for this machine"),
    (
        "npm error code ETARGET\nnpm error notarget No matching version found for solc@0.8.37.",
        "The registry has no solc@0.8.37 for this machine",
    ),
]


@pytest.mark.parametrize(("output", "expected"), OUTPUTS)
def test_explain_says_what_to_do(output: str, expected: str) -> None:
    sentence = explain(output)
    assert sentence is not None
    assert expected in sentence
    assert "run `make setup` again" in sentence


def test_explain_does_not_guess() -> None:
    assert explain("error: something that nobody has met yet") is None


@pytest.mark.parametrize("version", [(3, 10), (3, 12), (3, 13)])
def test_wrong_python_names_the_version_and_the_cure(version: tuple[int, int]) -> None:
    sentence = wrong_python(version)
    assert sentence is not None
    assert f"this is {version[0]}.{version[1]}" in sentence
    assert "make setup PYTHON=" in sentence


def test_python_3_11_is_right() -> None:
    assert wrong_python((3, 11)) is None
