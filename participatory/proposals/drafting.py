"""Between the form and the project: what the form offers, what it means, and the picture that comes with it."""

from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from participatory.core.errors import Refusal
from participatory.core.identifiers import public_id
from participatory.core.storage import ImageStore
from participatory.identity.models import Person
from participatory.proposals.actions import Stamp, stamp_of
from participatory.proposals.content import Content
from participatory.proposals.forms import ProjectForm
from participatory.proposals.models import Proposal
from participatory.proposals.planning import sent_plan, written_rows
from participatory.proposals.rules import Marker
from participatory.rounds.rulebook import Theme
from participatory.territories.models import Site
from participatory.territories.rules import SiteKind
from participatory.web.filters import label as words

REGION = "region"
ALONE = ""


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
        mine = proposal.association is not None and proposal.association_id == self.person.association_id
        return {
            "title": proposal.title,
            "summary": proposal.summary,
            "need": proposal.need,
            "solution": proposal.solution,
            "site": proposal.site.slug if proposal.site else REGION,
            "theme": proposal.theme_code or "",
            "markers": proposal.marker_codes,
            "association": proposal.association.slug if proposal.association and mine else ALONE,
            **written_rows(proposal),
            "image_alt": proposal.image_alt,
            "partial_min": proposal.partial_min_cents,
            "updated_at": stamp_of(proposal),
            "editor": public_id(),
        }

    def _offer(self) -> None:
        form, own = self.form, self.person.association
        places = {_("Partout"): [(REGION, _("Toute la région"))]}
        for kind in (SiteKind.BALANCE, SiteKind.METROPOLIS):
            places[words(kind)] = [(slug, site.name) for slug, site in self._sites.items() if site.site_kind is kind]
        form.site.choices = places
        themes = self.proposal.round.rulebook.themes
        form.theme.choices = [("", _("Choisissez un thème")), *((theme.value, words(theme)) for theme in themes)]
        if own is None:
            del form.association
        else:
            form.association.choices = [(own.slug, own.name), (ALONE, _("Moi, en mon nom"))]
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
        plan = sent_plan(form)
        return Content(
            title=form.title.data or "",
            summary=form.summary.data or "",
            need=form.need.data or "",
            solution=form.solution.data or "",
            site_id=site.id if site else None,
            theme=Theme(form.theme.data) if form.theme.data else None,
            markers=tuple(Marker(code) for code in form.markers.data or ()),
            association_id=self.person.association_id if "association" in form and form.association.data else None,
            lines=plan.lines,
            cofunding=plan.cofunding,
            image_key=picture,
            image_alt=(form.image_alt.data or "") if picture else "",
            # An amount given while the rulebook allowed it is kept until its author may change it again.
            partial_min_cents=form.partial_min.data if "partial_min" in form else self.proposal.partial_min_cents,
        )
