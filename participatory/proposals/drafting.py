"""Between the form and the project: what the form offers, what it means, and the picture that comes with it."""

from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from participatory.core.errors import Refusal
from participatory.core.identifiers import public_id
from participatory.core.labels import N_
from participatory.core.storage import ImageStore
from participatory.identity.models import Association, Person
from participatory.proposals.actions import Stamp, stamp_of
from participatory.proposals.content import Content
from participatory.proposals.forms import ProjectForm
from participatory.proposals.models import Proposal
from participatory.proposals.planning import sent_plan, written_rows
from participatory.proposals.rules import Marker
from participatory.proposals.together import Carrier
from participatory.rounds.rulebook import Theme
from participatory.territories.models import Site
from participatory.territories.rules import SiteKind
from participatory.web.filters import label as words

REGION = "region"
ALONE = ""
# Before what is no association of this platform, so that no address of one can be taken for it.
UNLISTED = "+"
UNLISTED_CARRIERS = {
    Carrier.DECLARED: N_("Une association déclarée, hors de la liste"),
    Carrier.IN_CREATION: N_("Une association en création"),
}
_SHORT = ("beneficiaries", "team", "starts_in", "ends_in", "carrier_name", "carrier_number")


class Desk:
    """A project being written by a person: its form, and what the form means once it is valid."""

    def __init__(self, proposal: Proposal, person: Person, sites: list[Site], secret: str):
        self.proposal = proposal
        self.person = person
        self._sites = {site.slug: site for site in sites}
        # A picture is handed back only with the project that it was sent for.
        self._signer = URLSafeSerializer(secret, salt=f"picture of {proposal.public_id}")
        self.form = ProjectForm(data=self._written())
        self.form.rulebook = proposal.round.rulebook
        self._offer()

    def _written(self) -> dict[str, object]:
        proposal = self.proposal
        return {
            "title": proposal.title,
            "summary": proposal.summary,
            "need": proposal.need,
            "solution": proposal.solution,
            "site": proposal.site.slug if proposal.site else REGION,
            "theme": proposal.theme_code or "",
            "markers": proposal.marker_codes,
            "association": self._carried_by(),
            **{name: getattr(proposal, name) for name in _SHORT},
            **written_rows(proposal),
            "image_alt": proposal.image_alt,
            "partial_min": proposal.partial_min_cents,
            "updated_at": stamp_of(proposal),
            "editor": public_id(),
        }

    def _carried_by(self) -> str:
        """The choice of the form that says who carries the project now."""
        proposal = self.proposal
        if proposal.association is not None:
            # One's own former association is no longer one's to bind.
            bound = proposal.author_id != self.person.id or proposal.association_id == self.person.association_id
            return proposal.association.slug if bound else ALONE
        return f"{UNLISTED}{proposal.carrier_code}" if proposal.carrier_code else ALONE

    def _associations(self) -> dict[str, Association]:
        """The associations of this platform that may be chosen: one's own, and the one that a co-author finds."""
        present = self.proposal.association if self.proposal.author_id != self.person.id else None
        return {each.slug: each for each in (self.person.association, present) if each is not None}

    def _offer(self) -> None:
        form = self.form
        places = {_("Partout"): [(REGION, _("Toute la région"))]}
        for kind in (SiteKind.BALANCE, SiteKind.METROPOLIS):
            places[words(kind)] = [(slug, site.name) for slug, site in self._sites.items() if site.site_kind is kind]
        form.site.choices = places
        themes = self.proposal.round.rulebook.themes
        form.theme.choices = [("", _("Choisissez un thème")), *((theme.value, words(theme)) for theme in themes)]
        form.association.choices = [
            *((each.slug, each.name) for each in self._associations().values()),
            (ALONE, _("Moi, en mon nom")),
            *((f"{UNLISTED}{each.value}", _(UNLISTED_CARRIERS[each])) for each in Carrier),
        ]
        if not self.proposal.round.rulebook.partial_funding:
            del form.partial_min

    def receive_picture(self, store: ImageStore) -> bool:
        """Keep the picture that was sent, so that it need not be sent again whatever else is wrong."""
        sent = self.form.image.data
        if not sent:
            return True
        try:
            key = store.keep(sent.read())
        except Refusal as refusal:
            self.form.refuse(refusal)
            return False
        self.form.picture.data = self._signer.dumps(key)
        self.form.remove_image.data = False
        return True

    @property
    def picture(self) -> str | None:
        """The key of the picture that the project would have; None for none."""
        if self.form.remove_image.data:
            return None
        try:
            key: str = self._signer.loads(self.form.picture.data or "")
        except BadSignature:
            return self.proposal.image_key
        return key

    @property
    def stamp(self) -> Stamp:
        """Where and from what this text was typed; a request that does not say follows nothing."""
        editor, read_at = self.form.editor.raw_data, self.form.updated_at.raw_data
        return Stamp(str(editor[0])[:20] if editor else "", str(read_at[0]) if read_at else "")

    def content(self) -> Content:
        """What the form means; only a valid form has a meaning."""
        form = self.form
        site = self._sites.get(form.site.data)
        picture = self.picture
        plan, chosen = sent_plan(form), form.association.data or ALONE
        association = self._associations().get(chosen)
        unlisted = chosen.removeprefix(UNLISTED) if chosen.startswith(UNLISTED) else ""
        return Content(
            title=form.title.data or "",
            summary=form.summary.data or "",
            need=form.need.data or "",
            solution=form.solution.data or "",
            site_id=site.id if site else None,
            theme=Theme(form.theme.data) if form.theme.data else None,
            markers=tuple(Marker(code) for code in form.markers.data or ()),
            association_id=association.id if association else None,
            beneficiaries=form.beneficiaries.data or "",
            team=form.team.data or "",
            starts_in=form.starts_in.data or "",
            ends_in=form.ends_in.data or "",
            carrier_code=unlisted,
            carrier_name=(form.carrier_name.data or "") if unlisted else "",
            carrier_number=(form.carrier_number.data or "") if unlisted == Carrier.DECLARED.value else "",
            lines=plan.lines,
            cofunding=plan.cofunding,
            image_key=picture,
            image_alt=(form.image_alt.data or "") if picture else "",
            # An amount given while the rulebook allowed it is kept until its author may change it again.
            partial_min_cents=form.partial_min.data if "partial_min" in form else self.proposal.partial_min_cents,
        )
