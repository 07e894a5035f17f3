"""A person's own line on the roll: where they are enrolled, and the site that their voice counts for, chosen once."""

from collections.abc import Sequence

from babel.lists import format_list
from flask import Blueprint, Response, request
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse
from wtforms import RadioField
from wtforms.validators import InputRequired

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.rolls.entering import enter_roll
from participatory.rolls.policy import can_choose_site, enrolment_is_open, must_have_roll
from participatory.rolls.signing import signed_among
from participatory.rolls.siting import choose_site, place_at
from participatory.rolls.standing import Place, Standing
from participatory.rounds.models import Round
from participatory.rounds.policy import can_conduct, can_see
from participatory.rounds.queries import round_by_slug
from participatory.web.access import signed_in
from participatory.web.forms import BaseForm, option
from participatory.web.pages import notify, page, see_other
from participatory.web.settings import secret_store

bp = Blueprint("enrolment", __name__, url_prefix="/budgets/<slug>/mon-inscription")


class SiteForm(BaseForm):
    """The site that one's voice will count for; it is only read, so that going back and forth is free."""

    class Meta(BaseForm.Meta):
        """Reading a page needs no token."""

        csrf = False

    site = RadioField(
        _l("Pour quel site votre voix compte-t-elle ?"),
        [InputRequired(_l("Choisissez l’un des sites où vous êtes inscrit·e."))],
        validate_choice=False,
    )

    def offer(self, standing: Standing) -> "SiteForm":
        """The same form with the sites of a voter."""
        self.site.choices = [option(site.slug, site.name) for site in standing.sites]
        return self


def places_in_words(places: Sequence[Place]) -> str:
    """Places as one reads them in a sentence: `Université de Toulouse (Toulouse) et INU Champollion (Albi)`."""
    named = [
        gettext("%(establishment)s (%(site)s)", establishment=place.establishment.name, site=place.site.name)
        for place in places
    ]
    return format_list(named, locale=get_locale())


@bp.get("")
@signed_in
def show(slug: str) -> Response:
    """Whether one is on the roll, where, and for which site one's voice counts."""
    round_ = _round(slug)
    standing = enter_roll(round_, _person())
    return _screen(round_, standing, SiteForm(formdata=None))


@bp.get("/site")
@signed_in
def confirm(slug: str) -> Response:
    """What choosing a site means, before it is done."""
    round_ = _round(slug)
    standing = enter_roll(round_, _person())
    form = SiteForm(request.args).offer(standing)
    refuse_if(_no_choice(round_, standing))
    try:
        if form.validate():
            return page("rolls/site.html", round=round_, place=place_at(standing, form.site.data), standing=standing)
    except Refusal as refusal:
        form.refuse(refusal)
    return _screen(round_, standing, form)


@bp.post("/site")
@signed_in
def choose(slug: str) -> Response | BaseResponse:
    """Choose for good."""
    round_, form = _round(slug), SiteForm()
    try:
        with transaction():
            place = choose_site(round_, _person(), form.site.data or "", _pepper(round_), now())
    except Refusal as refusal:
        form.refuse(refusal)
        return _screen(round_, enter_roll(round_, _person()), form, int(refusal.kind))
    notify(N_("C’est noté : votre voix compte pour %(site)s."), site=place.site.name)
    return see_other("enrolment.show", slug=slug)


def _screen(round_: Round, standing: Standing, form: SiteForm, status: int = 0) -> Response:
    form.offer(standing)
    return page(
        "rolls/inscription.html",
        status=status or (422 if form.errors else 200),
        round=round_,
        form=form,
        standing=standing,
        places=places_in_words(standing.places),
        closed=enrolment_is_open(round_, now()),
        fixed=_no_choice(round_, standing) if standing.voter else None,
    )


def _no_choice(round_: Round, standing: Standing) -> Refusal | None:
    """Why a person has no site to choose; raises Refusal off the roll."""
    voter = standing.voter
    if voter is None:
        raise Refusal(N_("Vous n’êtes pas sur la liste électorale de ce budget."))
    return can_choose_site(round_, voter, len(standing.sites), bool(signed_among([voter.id])), now())


def _round(slug: str) -> Round:
    round_ = round_by_slug(slug)
    refuse_if(can_see(round_, can_conduct(_person(), round_) is None, now()))
    refuse_if(must_have_roll(round_))
    return round_


def _person() -> Person:
    person: Person = current_user._get_current_object()  # noqa: SLF001
    return person


def _pepper(round_: Round) -> bytes:
    return secret_store().get("pepper", round_.public_id)
