"""How templates show money, dates, texts and labels."""

import re
from datetime import datetime
from enum import Enum
from fractions import Fraction

from babel.dates import format_date, format_datetime
from flask import Flask
from flask_babel import format_decimal, get_locale, gettext
from markupsafe import Markup, escape

from participatory.core import labels, markdown
from participatory.core.clock import PARIS, paris
from participatory.core.errors import Refusal
from participatory.core.money import Cents, format_euros, format_money
from participatory.core.typography import french


def locale_code() -> str:
    """The language of the page: `fr` or `en`."""
    return str(get_locale() or "fr")[:2]


def euros(cents: int) -> str:
    """An amount in cents, as euros."""
    return format_euros(cents, locale_code())


def money(cents: int, currency: str = "EUR") -> str:
    """An amount in hundredths of the currency of a round."""
    return format_money(cents, currency, locale_code())


def typo(text: object) -> str | Markup:
    """A text with the spaces of French typography when the page is in French."""
    if locale_code() != "fr":
        return text if isinstance(text, Markup) else str(text)
    if isinstance(text, Markup):
        return Markup(french(str(text)))  # noqa: S704 — spaces change nothing in markup that was safe.
    return french(str(text))


def _time_element(moment: datetime, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(paris(moment).isoformat(timespec="minutes"), typo(words))


def paris_date(moment: datetime) -> Markup:
    """The day of an instant in Paris, in a <time> element."""
    local = paris(moment).date()
    if locale_code() == "en":
        return _time_element(moment, format_date(local, "d MMMM y", locale="en_GB"))
    return _time_element(moment, _first_of_month(format_date(local, "d MMMM y", locale="fr")))


def _first_of_month(words: str) -> str:
    """French writes the first day of a month as an ordinal, the others as they are counted."""
    return re.sub(r"(^|\s)1(?=\s)", r"\g<1>1er", words, count=1)


def paris_datetime(moment: datetime) -> Markup:
    """The day and hour of an instant as read in Paris, in a <time> element that says so."""
    return _time_element(moment, deadline_words(moment))


def deadline_words(moment: datetime) -> str:
    """The day and hour in words, for pages and letters: `vendredi 11 décembre 2026 à 18 h (heure de Paris)`."""
    local = paris(moment)
    if locale_code() == "en":
        return format_datetime(local, "EEEE d MMMM y 'at' HH:mm", tzinfo=PARIS, locale="en_GB") + " (Paris time)"
    minutes = f" {local:%M}" if local.minute else ""
    day = _first_of_month(format_date(local.date(), "EEEE d MMMM y", locale="fr"))
    return f"{day} à {local.hour} h{minutes} (heure de Paris)"


def percent(part: int, whole: int) -> str:
    """A share as a whole percentage, rounded to the nearest; 100 is kept for all of it, and 0 for none of it."""
    share = round(Fraction(100 * part, whole)) if whole else 0
    if 0 < part < whole:
        share = min(max(share, 1), 99)
    return f"{share}\u00a0%" if locale_code() == "fr" else f"{share}%"


def number(value: int) -> str:
    """A whole number with the separators of the page's language."""
    return str(format_decimal(value))


def label(member: Enum) -> str:
    """The label of an enum's member in the page's language."""
    return str(typo(gettext(labels.label(member))))


def translated(text: str) -> str:
    """A msgid that the code holds, in the page's language; a text without translation as it is.

    Templates must not give such values to `_()`, which takes per cent signs for placeholders and marks
    its answer as safe markup.
    """
    return str(typo(gettext(text)))


def refusal(refused: Refusal) -> str:
    """A refusal in the page's language, its instants worded in Paris time and its amounts in euros."""
    return str(typo(gettext(refused.message, **{name: _worded(value) for name, value in refused.values.items()})))


def said(sentence: object) -> str:
    """A sentence of a description in the page's language: an object with `message` and `values`, or the same stored.

    Whole numbers take the separators of the language.
    """
    stored = sentence if isinstance(sentence, dict) else vars(sentence)
    message, values = stored["message"], stored["values"]
    shown = {name: number(value) if isinstance(value, int) else value for name, value in values.items()}
    return str(typo(gettext(message, **shown)))


def _worded(value: object) -> object:
    """An instant or an amount in the words of the page's language; anything else as it is."""
    if isinstance(value, datetime):
        return deadline_words(value)
    return euros(value) if isinstance(value, Cents) else value


def render_markdown(text: str) -> Markup:
    """Markdown written by a person, as safe HTML with French spaces."""
    html = markdown.render(text)
    return html if locale_code() != "fr" else Markup(_outside_tags(str(html)))  # noqa: S704 — still the cleaned HTML.


def _outside_tags(html: str) -> str:
    pieces = html.split("<")
    shown = [french(pieces[0])]
    for piece in pieces[1:]:
        tag, closing, text = piece.partition(">")
        shown.append(tag + closing + french(text))
    return "<".join(shown)


def register_filters(app: Flask) -> None:
    """Give the filters to the templates of the application."""
    for filter_ in (
        euros,
        money,
        typo,
        paris_date,
        paris_datetime,
        deadline_words,
        percent,
        number,
        label,
        refusal,
        said,
        translated,
    ):
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.filters["markdown"] = render_markdown
    app.jinja_env.globals["escape"] = escape
