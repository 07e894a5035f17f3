"""A notice in words: the letter's first line is its title, the rest its text, in the language of the page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from flask import render_template
from flask_babel import gettext
from jinja2 import TemplateError

from participatory.core.labels import label
from participatory.notifications.models import Notification
from participatory.notifications.rules import Topic
from participatory.web.settings import config

log = structlog.get_logger()


@dataclass(frozen=True)
class Shown:
    """A notice as a page or a digest shows it."""

    public_id: str
    topic: Topic
    title: str
    text: str
    link: str
    created_at: datetime
    read: bool


def shown(notice: Notification) -> Shown:
    """A notice in words; only its topic and its link where the letter has changed since and can no longer be made."""
    topic = Topic(notice.topic)
    values: dict[str, Any] = {"contact": config().contact_email, **notice.values}
    try:
        text = render_template(f"mail/{notice.template}.txt", **values).strip()
    except (TemplateError, KeyError, TypeError, ValueError) as error:
        log.warning("notice_not_worded", template=notice.template, error=type(error).__name__)
        text = gettext(label(topic))
    title, _, body = text.partition("\n")
    read = notice.read_at is not None
    return Shown(notice.public_id, topic, title.strip(), body.strip(), notice.link, notice.created_at, read)
