"""A text that tells the user to type a flag names one that exists."""

import re

import pytest
import typer.main

from regulars.cli import app
from regulars.locale import LANGUAGES, Language, words

FOREIGN = {"--upgrade"}  # pip's


def known() -> set[str]:
    command = typer.main.get_command(app)
    flags = {"--help"}
    for one in command.commands.values():  # type: ignore[attr-defined]
        for parameter in one.params:
            flags.update(parameter.opts)
    return flags


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_flag_in_a_text_exists(language: Language) -> None:
    named = {flag for text in words(language)._texts.values() for flag in re.findall(r"--[a-z][a-z-]*", text)}
    assert named - FOREIGN <= known()
