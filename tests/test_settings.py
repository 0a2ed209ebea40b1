"""Settings that cannot be: the message names the setting, what was given and what is expected."""

from datetime import datetime
from typing import Any

import pytest

from regulars.errors import SettingsError
from regulars.locale import words
from regulars.settings import Settings, load_settings, settings_from


@pytest.mark.parametrize(
    ("values", "english", "indonesian"),
    [
        ({"as_of": "31/12/2024"}, "as_of = 31/12/2024: expected a day as YYYY-MM-DD, such as 2026-01-31.",
         "as_of = 31/12/2024: seharusnya tanggal berbentuk YYYY-MM-DD, misalnya 2026-01-31."),
        ({"since": datetime(2024, 1, 1)}, "since = 2024-01-01 00:00:00: expected a day",  # noqa: DTZ001
         "since = 2024-01-01 00:00:00: seharusnya tanggal"),
        ({"language": "fr"}, "language = fr: expected one of: en | id",
         "language = fr: seharusnya salah satu dari: en | id"),
        ({"decimal": ";"}, "decimal = ;: expected one of: , | .", "decimal = ;: seharusnya salah satu dari: , | ."),
        ({"k": "many"}, "k = many: expected a whole number.", "k = many: seharusnya bilangan bulat."),
        ({"where": 1}, "where = 1: expected a text in quotation marks.",
         "where = 1: seharusnya teks di dalam tanda kutip."),
        ({"features": "orders"}, 'features = orders: expected a list of texts, such as ["one", "two"].',
         'features = orders: seharusnya daftar teks, misalnya ["satu", "dua"].'),
        ({"features": ["orders", 1]}, "features = ['orders', 1]: expected a list",
         "features = ['orders', 1]: seharusnya daftar"),
        ({"map": {"amount": 1}}, "map = {'amount': 1}: expected a table, which is [map] in shop.toml",
         "map = {'amount': 1}: seharusnya sebuah tabel, yaitu [map] di shop.toml"),
        ({"schemes": [1]}, "schemes = [1]: expected a table", "schemes = [1]: seharusnya sebuah tabel"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind(values: dict[str, Any], english: str, indonesian: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_from(values)
    assert caught.value.message.text(words("en")).startswith(english)
    assert caught.value.message.text(words("id")).startswith(indonesian)


@pytest.mark.parametrize("name", sorted(Settings.__dataclass_fields__))
def test_no_setting_takes_anything(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} = "):
        settings_from({name: object()})


def test_a_pair_of_the_command_line_says_the_same() -> None:
    with pytest.raises(SettingsError, match=r"^returns = away: expected one of: net \| drop$"):
        load_settings(None, ["returns=away"])
    with pytest.raises(SettingsError, match=r"^as_of = yesterday: expected a day"):
        load_settings(None, ["as_of=yesterday"])


@pytest.mark.parametrize(("given", "code"), [("usd", "USD"), ("Rp", "IDR"), ("€", "EUR"), ("ISK", "ISK"), ("", None)])
def test_a_currency_is_a_code_or_a_known_symbol(given: str, code: str | None) -> None:
    assert settings_from({"currency": given}).currency == code


def test_what_is_no_currency_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"no currency dollar\. .*USD"):
        load_settings(None, ["currency=dollar"])
