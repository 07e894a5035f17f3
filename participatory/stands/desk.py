"""The desk of a batch of paper ballots: its one page, and what the forms on it have in common."""

from collections.abc import Callable
from typing import cast

from flask import Response
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug
from participatory.stands import policy, queries
from participatory.stands.closing import waiting_closing
from participatory.stands.forms import CancelForm, CloseForm, LookForm, SignForm
from participatory.stands.models import PaperBatch
from participatory.stands.rules import Standing
from participatory.web.forms import BaseForm
from participatory.web.pages import page, see_other
from participatory.web.settings import config, secret_store

# How long a ballot may be handed over once the roll was looked at, in seconds.
_SHOWN_FOR = 600


def me() -> Person:
    """The person at the desk."""
    return cast("Person", current_user)


def batch_of(slug: str, public_id: str) -> PaperBatch:
    """The batch of an address, if the person may see it; raises Refusal (NOT_FOUND)."""
    return queries.batch_for(me(), round_by_slug(slug), public_id)


def paper_key(round_: Round) -> bytes:
    """The secret under which numbers and entries of a round are kept."""
    return secret_store().get("paper", round_.public_id)


def screen(
    batch: PaperBatch, form: BaseForm | None = None, status: int = 200, found: tuple[Standing, str] | None = None
) -> Response:
    """The page of a batch; `form` is the one that was refused, `found` what the counter has just learned."""
    cancelling = form if isinstance(form, CancelForm) else CancelForm(formdata=None)
    cancelling.offer()
    signing = SignForm(formdata=None, who=sealed_name(batch, found[1])) if found and found[1] else None
    moment = now()
    answer = page(
        "stands/batch.html",
        status=status,
        round=batch.round,
        batch=batch,
        form=form,
        standing=found[0] if found else None,
        looking=form if isinstance(form, LookForm) else LookForm(formdata=None),
        signing=signing,
        cancelling=cancelling,
        closing=form if isinstance(form, CloseForm) else CloseForm(formdata=None),
        signatures=queries.signatures_of([batch])[batch.public_id],
        progress=queries.progress_of(batch),
        deed=waiting_closing(batch, moment),
        not_print=policy.can_print(me(), batch, moment),
        not_serve=policy.can_serve(me(), batch, moment),
        not_cancel=policy.can_cancel(me(), batch, moment),
        not_enter=policy.can_enter(me(), batch, moment),
        not_close=policy.can_close_batch(me(), batch, moment),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def done(batch: PaperBatch, form: BaseForm, deed: Callable[[], None]) -> Response | BaseResponse:
    """Do the deed of a form and come back to the batch, or show what is refused and what was typed."""
    if not form.validate_on_submit():
        return screen(batch, form, 422)
    try:
        with transaction():
            deed()
    except Refusal as refusal:
        form.refuse(refusal)
        return screen(batch, form, int(refusal.kind))
    return see_other("stands.batch", slug=batch.round.slug, public_id=batch.public_id)


def must_be_whole(form: BaseForm) -> None:
    """Refuse a form that is only a button, or a hidden field, and came without it."""
    if not form.validate_on_submit():
        raise Refusal(N_("Rechargez la page, puis recommencez."), Kind.INVALID)


def _sealer(batch: PaperBatch) -> URLSafeTimedSerializer:
    """Names for one batch and one member of staff alone."""
    return URLSafeTimedSerializer(config().secret_key, salt=f"paper|{batch.public_id}|{me().public_id}")


def sealed_name(batch: PaperBatch, pseudonym: str) -> str:
    """A pseudonym as the page carries it from the answer of the roll to the signature."""
    return _sealer(batch).dumps(pseudonym)


def opened_name(batch: PaperBatch, sealed: str) -> str:
    """The pseudonym that a page carried; raises Refusal (INVALID) for another page and after ten minutes."""
    try:
        return str(_sealer(batch).loads(sealed[:1000], max_age=_SHOWN_FOR))
    except BadData as error:
        raise Refusal(N_("Cette page a expiré : cherchez de nouveau la personne."), Kind.INVALID) from error
