"""Which language a command speaks: as asked, as its shop does, as the terminal does; and what it refuses in each."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from regulars import cli
from regulars.commands.language import asked, language_for
from regulars.commands.usage import wrong_usage
from regulars.locale import LANGUAGES, Language, words
from regulars.synth import write_orders

Call = Callable[..., tuple[int, str, str]]
COMMON_ENGLISH = ("No such", "Missing argument", "requires an argument", "Invalid value", "unexpected", " not take ")


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.setenv("REGULARS_LANGUAGE", "en")

    def go(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli._guarded([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return go


def kept(shop: Path) -> str:
    said = json.loads(max(shop.glob("studies/*/study.json")).read_text(encoding="utf-8"))
    return str(said["settings"]["language"])


def test_a_shop_keeps_the_language_that_its_first_run_was_asked_for(call: Call, tmp_path: Path) -> None:
    orders, shop = tmp_path / "orders.csv", tmp_path / "toko"
    write_orders(orders, 1_500)
    say = words("id")
    told = say("cli.report_at", path="").split(":")[0]
    code, out, _ = call("run", orders, "--shop", shop, "--lang", "id", "--set", "k_max=3")
    assert (code, kept(shop)) == (0, "id")
    assert told in out
    code, out, _ = call("run", orders, "--shop", shop, "--set", "k_max=3")
    assert (code, kept(shop)) == (0, "id")
    assert told in out
    assert say("cli.inspected.header") in call("inspect", orders, "--shop", shop)[1]
    assert "tidak punya opsi" in call("value", "--shop", shop, "--nope")[2]
    assert call("forget", "nobody", "--shop", shop, "--yes")[2].startswith("regulars: Tidak ada")
    code, out, _ = call("run", orders, "--shop", shop, "--lang", "en", "--set", "k_max=3")
    assert (code, kept(shop)) == (0, "en")
    assert told not in out
    (shop / "shop.toml").write_text('language = "id"\n', encoding="utf-8")
    assert asked(["run", "--shop", str(shop)]) == "id"  # the owner's word goes before what the last run was asked for
    assert asked(["run", f"--shop={shop}", "--lang=en"]) == "en"


def test_a_damaged_shop_leaves_the_language_of_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_LANGUAGE", "id")
    for toml, study in (("language = ", "{"), ('language = "fr"', '{"settings": 1}'), ("language = 3", "")):
        (tmp_path / "shop.toml").write_text(toml, encoding="utf-8")
        folder = tmp_path / "studies" / "2024-01-01"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "study.json").write_text(study, encoding="utf-8")
        assert language_for(tmp_path) == "id"
    assert language_for(None) == asked([]) == "id"


MISTAKES = [
    ("run --nope", "regulars run", "--nope"),
    ("runn", "runn", "run"),
    ("dance", "dance", "regulars --help"),
    ("--lang id run orders.csv", "--lang", "regulars --help"),
    ("run orders.csv --shop", "--shop DIR", "regulars run --help"),
    ("export", "regulars export TARGET", "regulars export --help"),
    ("serve --port x", "1", "65535"),
    ("serve --port=99999", "99999", "regulars serve --port 8000"),
    ("serve --keep-uploads 0", "0", "3"),
    ("rules --max-size=z", "z", "regulars rules --max-size 3"),
    ("recommend --margin-weight x", "x", "regulars recommend --margin-weight"),
    ("report a.html b.html", "b.html", "regulars report FILE.html"),
    ("run orders.csv --json=3", "--json=3", "--json"),
    ("run -z\x1b[31m", "regulars run", "-z"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("typed", *("found", "next_")), MISTAKES, ids=[each[0] for each in MISTAKES])
def test_a_mistyped_command_is_answered_in_one_language(
    call: Call, monkeypatch: pytest.MonkeyPatch, language: Language, typed: str, found: str, next_: str
) -> None:
    monkeypatch.setenv("REGULARS_LANGUAGE", language)
    code, out, err = call(*typed.split(" "))
    assert (code, out) == (2, "")
    assert found in err
    assert next_ in err
    assert not [word for word in COMMON_ENGLISH if word in err]
    assert ("Ketik" in err or "ketik" in err) is ((language == "id") or "--lang id" in typed)
    assert "\x1b" not in err


def test_a_mistake_that_typer_learns_to_make_is_passed_on() -> None:
    error = typer.BadParameter("Flux too low")
    assert wrong_usage(error, ["run"], cli.app, words("en")) == words("en")(
        "cli.usage", what="Invalid value: Flux too low"
    )
