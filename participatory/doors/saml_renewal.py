"""Reading again the metadata of a federation, which change their keys without warning anybody but by this file."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db, lock
from participatory.core.errors import Refusal
from participatory.doors.models import IdentitySource
from participatory.doors.rules import SourceKind
from participatory.doors.saml_providers import Provider, read_provider
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb


def renew(documents: Sequence[bytes], now: datetime) -> dict[str, str]:
    """Read the providers of all SAML doors again from files of their federation: a whole one, or one by establishment.

    Each is believed only with the certificate that staff gave with its door; the door stays as it is, open or
    closed, since who vouches for it has not changed. Gives, by the public identifier of the source, `changed`,
    `same`, or the sentence of why it was left alone. A door whose provider came without a federation is not touched.
    """
    held = lock(sa.select(IdentitySource).where(IdentitySource.kind == SourceKind.SAML.value))
    found = [each for each in db.session.scalars(held.order_by(IdentitySource.id)) if each.settings.get("federation")]
    return {source.public_id: _renewed(source, documents, now) for source in found}


def _renewed(source: IdentitySource, documents: Sequence[bytes], now: datetime) -> str:
    before = Provider.from_settings(source.settings["provider"])
    refusal = ""
    for document in documents:
        try:
            after = read_provider(document, before.entity_id, source.settings["federation"], now)
        except Refusal as met:
            refusal = str(met)
            continue
        return _kept(source, before, after, now)
    return refusal


def _kept(source: IdentitySource, before: Provider, after: Provider, now: datetime) -> str:
    if after == before:
        return "same"
    source.settings = {**source.settings, "provider": after.to_settings()}
    record(Verb.SOURCE_CHANGED, SYSTEM, now, source=source.public_id, fields=["provider"], closed=False)
    return "changed"
