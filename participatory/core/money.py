"""Money in integer cents, of euro unless a currency is named; no float ever holds an amount."""

import re

_AMOUNT = re.compile(r"^(\d{1,12})(?:[.,](\d{1,2}))?$", re.ASCII)
_ENGLISH_THOUSANDS = re.compile(r"^\d{1,3}(?:,\d{3})+(?=\.\d{1,2}$|$)")
_SPACES = re.compile(r"[\s\u00a0\u202f]")


class Cents(int):
    """An amount of euros carried by a Refusal: the page words it in its own language."""

    def __str__(self) -> str:
        """The amount in French, as logs and tests read it."""
        return format_euros(int(self))


def parse_euros(text: str) -> int:
    """Cents from what a person typed: `1 250,50 €`, `1250.5`, `48000`, `€48,000`.

    Raises ValueError when it is not an amount, is negative or has more than two decimals.
    """
    bare = _SPACES.sub("", text).removeprefix("€").removesuffix("€").removesuffix("EUR")
    bare = _ENGLISH_THOUSANDS.sub(lambda thousands: thousands.group().replace(",", ""), bare)
    found = _AMOUNT.match(bare)
    if found is None:
        raise ValueError(f"not an amount in euros: {text!r}")
    euros, decimals = found.groups(default="")
    return int(euros) * 100 + int((decimals + "00")[:2])


def format_euros(cents: int, locale: str = "fr") -> str:
    """An amount as it is read: `48 000 €` in French, `€48,000` in English; decimals only when not round."""
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    if locale == "en":
        return f"{sign}€{whole:,}" + (f".{rest:02d}" if rest else "")
    digits = f"{whole:,}".replace(",", "\u202f")
    return f"{sign}{digits}" + (f",{rest:02d}" if rest else "") + "\u00a0€"


def format_money(cents: int, currency: str = "EUR", locale: str = "fr") -> str:
    """An amount in hundredths of a currency (ISO 4217): `48 000 PLN`, `PLN 48,000`; XXX, no currency, shows no code."""
    if currency == "EUR":
        return format_euros(cents, locale)
    figures = format_euros(cents, locale).replace("€", "").strip()
    if currency == "XXX":
        return figures
    return f"{currency}\u00a0{figures}" if locale == "en" else f"{figures}\u00a0{currency}"
