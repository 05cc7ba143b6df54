"""The engine's contract holds with whoosh3, which bears the same import name as Whoosh."""

import subprocess

import pytest

from tests.interop.environments import ROOT, environment, quiet_environment

pytestmark = pytest.mark.interop


def test_the_contract_of_engines_holds_with_whoosh3() -> None:
    tool = environment("whoosh3", libraries=True)
    listed = tool("python", "-m", "pip", "--disable-pip-version-check", "freeze").out.lower()
    assert "whoosh3==" in listed
    assert "\nwhoosh==" not in listed
    ran = subprocess.run(
        [tool.path("python"), "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "tests/index/test_contract.py"],
        cwd=ROOT, env=quiet_environment(), stdin=subprocess.DEVNULL, capture_output=True,
        timeout=600,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout.decode()
    assert " passed" in ran.stdout.decode()
