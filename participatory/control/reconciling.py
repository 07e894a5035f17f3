"""Each signature has its envelope and each envelope its signature, site by site, or nothing is sealed."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from participatory.ballots.models import Envelope, EnvelopeStatus, Signature
from participatory.ballots.rules import slot
from participatory.control.paper import Awaited, awaited, undeposited
from participatory.core.database import db
from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.territories.models import Site


@dataclass(frozen=True)
class SiteFigures:
    """One site: people who signed online, envelopes found for them, and those set aside."""

    name: str
    signatures: int
    envelopes: int
    set_aside: int


@dataclass(frozen=True)
class Reconciled:
    """The figures of an urn: `paper` signatures and envelopes are those of paper ballots; `strays` belong to nobody.

    Signatures on paper whose ballot was declared never deposited, by the two people who closed its batch, are left out.
    Those of the batches that are not closed are `awaited`: they have no envelope yet, and nothing is wrong.
    """

    sites: tuple[SiteFigures, ...]
    paper_signatures: int
    paper_envelopes: int
    strays: int
    awaited: Awaited

    @property
    def signatures(self) -> int:
        """Everybody who signed."""
        return sum(site.signatures for site in self.sites) + self.paper_signatures

    @property
    def envelopes(self) -> int:
        """Every envelope of the urn."""
        return sum(site.envelopes for site in self.sites) + self.paper_envelopes + self.strays

    @property
    def missing(self) -> int:
        """Signatures without their envelope, those that wait for their paper ballot apart."""
        online = sum(site.signatures - site.envelopes for site in self.sites)
        return online + max(0, self._paper_due - self.paper_envelopes)

    @property
    def surplus(self) -> int:
        """Envelopes without their signature."""
        return self.strays + max(0, self.paper_envelopes - self._paper_due)

    @property
    def online_signatures(self) -> int:
        """Those who signed for a ballot cast online; the bundle adds paper ballots to them."""
        return sum(site.signatures for site in self.sites)

    @property
    def set_aside(self) -> int:
        """Envelopes that will not be sealed."""
        return sum(site.set_aside for site in self.sites)

    @property
    def to_seal(self) -> int:
        """Envelopes that will be sealed."""
        return sum(site.envelopes - site.set_aside for site in self.sites) + self.paper_envelopes

    @property
    def agrees(self) -> bool:
        """Whether nothing is missing, nothing is left over and nothing is waited for: the urn can be sealed."""
        return self.holds and not self.awaited.signatures

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong: at most, paper ballots wait for their batches to be closed."""
        online = all(site.signatures == site.envelopes for site in self.sites)
        return online and self._paper_due == self.paper_envelopes and not self.strays

    @property
    def _paper_due(self) -> int:
        """The signatures on paper whose envelope must be in the urn."""
        return self.paper_signatures - self.awaited.signatures


def reconcile(round_: Round, store: SecretStore) -> Reconciled:
    """Compare the roll with the urn: the slot of each voter who signed must hold one envelope."""
    status = dict(
        db.session.execute(
            sa.select(Envelope.slot, Envelope.status).where(Envelope.round_id == round_.id, Envelope.batch == "")
        ).all()
    )
    # Looked for, never made: a key for an urn that is sealed would be a lie.
    key = store.find("link", round_.public_id)
    signed: Counter[str] = Counter()
    found: Counter[str] = Counter()
    aside: Counter[str] = Counter()
    for pseudonym, site in _signed_online(round_):
        held = status.pop(slot(key, round_.public_id, pseudonym), None) if key else None
        signed[site] += 1
        found[site] += held is not None
        aside[site] += held == EnvelopeStatus.SET_ASIDE
    sites = tuple(SiteFigures(name, signed[name], found[name], aside[name]) for name in sorted(signed))
    return Reconciled(sites, *_paper(round_), strays=len(status), awaited=awaited(round_))


def reconciliation_fault(figures: Reconciled) -> Refusal | None:
    """Why the urn cannot be sealed: a signature without its envelope, or an envelope without its signature."""
    if figures.agrees:
        return None
    return Refusal(
        N_(
            "La liste porte %(signatures)s signatures et l’urne ne leur répond pas une à une (%(missing)s sans "
            "enveloppe, %(strays)s enveloppes sans signature) : rien ne peut être scellé."
        ),
        signatures=figures.signatures,
        missing=figures.missing + figures.awaited.signatures,
        strays=figures.surplus,
    )


def _signed_online(round_: Round) -> list[tuple[str, str]]:
    rows = (
        sa.select(Voter.pseudonym, Site.name)
        .select_from(Signature)
        .join(Voter, Voter.id == Signature.voter_id)
        .join(Site, Site.id == Voter.site_id)
        .where(Signature.round_id == round_.id, Signature.batch == "")
    )
    return [(pseudonym, site) for pseudonym, site in db.session.execute(rows)]


def _paper(round_: Round) -> tuple[int, int]:
    signatures = sa.select(sa.func.count()).where(Signature.round_id == round_.id, Signature.batch != "")
    envelopes = sa.select(sa.func.count()).where(Envelope.round_id == round_.id, Envelope.batch != "")
    signed = (db.session.scalar(signatures) or 0) - undeposited(round_)
    return signed, db.session.scalar(envelopes) or 0
