"""The pages of the ceremony: make the key of a round, show each trustee a share once, check that they were noted."""

from flask import Blueprint, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.ceremony import actions, policy
from participatory.ceremony.discarding import ask_discard, waiting_discard
from participatory.ceremony.forms import DiscardForm, KeyForm, SharesForm
from participatory.ceremony.keeping import keep_here
from participatory.ceremony.models import ElectionKey
from participatory.ceremony.queries import key_of
from participatory.ceremony.rules import lack, numbered_words
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug
from participatory.web.access import requires
from participatory.web.pages import absolute_url, notify, page, see_other

bp = Blueprint("ceremony", __name__, url_prefix="/gestion/budgets/<slug>/cle")

_USUAL_TRUSTEES, _USUAL_THRESHOLD = 3, 2
_IN_THE_FORM = frozenset({Kind.CONFLICT, Kind.INVALID})


def _round(slug: str) -> Round:
    round_ = round_by_slug(slug)
    refuse_if(policy.may_hold_ceremony(current_user, round_))
    return round_


@bp.get("")
@requires(Permission.CREATE_KEY, recent=True)
def show(slug: str) -> Response:
    """What a key is, the state of this one, and what can be done with it now."""
    return _screen(_round(slug))


@bp.post("")
@requires(Permission.CREATE_KEY, recent=True)
def create(slug: str) -> Response:
    """Make the key, and answer with its shares: the only time that they can be read."""
    round_, form = _round(slug), KeyForm()
    if not form.validate():
        return _screen(round_, form, status=422)
    try:
        refuse_if(_unconfirmed(form))
        with transaction():
            shares = actions.create_key(
                round_,
                form.trustees.data or 0,
                form.threshold.data or 0,
                current_user.public_id,
                now(),
                replaces=form.seen.data or "",
                link=absolute_url("ceremony.show", slug=slug),
            )
            keep_here(round_, shares)
    except Refusal as refusal:
        return _screen(round_, form, status=_refused(form, refusal))
    return _sheets(round_, form, shares)


def _unconfirmed(form: KeyForm) -> Refusal | None:
    if not form.seen.data or form.replace.data:
        return None
    return Refusal(N_("Cochez cette case pour remplacer la clé."), Kind.INVALID, "replace")


def _sheets(round_: Round, form: KeyForm, shares: list[str]) -> Response:
    key = key_of(round_)
    labels = [*form.labels(), *[""] * len(shares)]
    sheets = [(label, numbered_words(share)) for label, share in zip(labels, shares, strict=False)]
    answer = page("ceremony/shares.html", round=round_, key=key, sheets=sheets)
    return _unstored(answer)


# Checking harms nobody and takes minutes of typing: it does not ask for the second factor again in the middle.
@bp.post("/verification")
@requires(Permission.CREATE_KEY)
def verify(slug: str) -> BaseResponse:
    """Put the key together from the shares typed, say whether it comes out, and forget it."""
    round_ = _round(slug)
    form = SharesForm.of(_fields(key_of(round_)))
    if not form.validate():
        return _screen(round_, shares=form, status=422)
    try:
        typed = form.read()
        with transaction():
            actions.check_key(round_, typed, current_user.public_id, now())
    except Refusal as refusal:
        if refusal.kind not in _IN_THE_FORM:
            raise
        form.blame(refusal)
        return _screen(round_, shares=form, status=int(refusal.kind))
    notify(N_("La clé est bien ressortie de ces parts : les feuilles sont justes."))
    return see_other("ceremony.show", slug=slug)


@bp.post("/ecarter")
@requires(Permission.CREATE_KEY, recent=True)
def discard(slug: str) -> BaseResponse:
    """Propose to take away a key that was checked; another person confirms."""
    round_ = _round(slug)
    if not DiscardForm().validate_on_submit():
        raise Refusal(N_("Cette page n’est plus à jour : ouvrez-la de nouveau."), Kind.INVALID)
    with transaction():
        deed = ask_discard(round_, current_user, now(), link=absolute_url("deeds.index"))
    notify(N_("L’acte est proposé : une autre personne doit le lire et le confirmer."))
    return see_other("deeds.show", public_id=deed.public_id)


def _refused(form: KeyForm, refusal: Refusal) -> int:
    if refusal.kind not in _IN_THE_FORM:
        raise refusal
    form.refuse(refusal)
    return int(refusal.kind)


def _fields(key: ElectionKey | None) -> int:
    return key.trustees if key else 0


def _screen(
    round_: Round, form: KeyForm | None = None, *, shares: SharesForm | None = None, status: int = 200
) -> Response:
    key, moment = key_of(round_), now()
    making = form or KeyForm(
        formdata=None,
        trustees=key.trustees if key else _USUAL_TRUSTEES,
        threshold=key.threshold if key else _USUAL_THRESHOLD,
    )
    # The next try is judged on the key that this page shows.
    making.seen.data = key.fingerprint if key else ""
    if form is not None:
        making.replace.data = False
    return _unstored(
        page(
            "ceremony/show.html",
            status=status,
            round=round_,
            key=key,
            lack=lack(key is not None, key is not None and key.checked_at is not None),
            form=form or shares,
            making=making,
            shares=shares or SharesForm.of(_fields(key), formdata=None),
            not_make=policy.can_hold_ceremony(round_, moment),
            not_check=policy.can_check_key(round_, key),
            discarding=waiting_discard(round_, moment),
            late=round_.voting_at <= moment or policy.has_opened(round_),
        )
    )


def _unstored(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
