"""Where officers follow the steps after the vote: each is proposed by one person and confirmed by another."""

from flask import Blueprint, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.models import UrnState
from participatory.ballots.queries import steps_of
from participatory.ballots.steps import can_step
from participatory.ceremony.forms import SharesForm
from participatory.ceremony.queries import key_of
from participatory.control import reading
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.deeds.kinds import DeedKind
from participatory.deeds.models import Deed
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.results import deeds, runs
from participatory.results.actions import recount
from participatory.results.jobs import held_key, opener
from participatory.results.keys import private_key
from participatory.results.policy import can_compare, can_compare_early, can_control, can_publish_on, has_comparison
from participatory.results.queries import count_of, counts_of, publication_of
from participatory.results.reading import Result
from participatory.results.urn_file import urn_file
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.rounds.views import load_round
from participatory.web.access import requires
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import secret_store

bp = Blueprint("results", __name__)

_HOME = "/gestion/budgets/<slug>/depouillement"


@bp.get(_HOME)
@requires(Permission.CLOSE_VOTE, Permission.COUNT, Permission.PUBLISH)
def control(slug: str) -> Response:
    """The whole path as steps: what was done by whom, what comes next, and the count as officers alone see it."""
    round_ = load_round(slug)
    refuse_if(can_control(round_, current_user))
    return _screen(round_)


@bp.post(f"{_HOME}/autoriser")
@requires(Permission.COUNT, recent=True)
def allow(slug: str) -> BaseResponse:
    """Propose that the trustees may open the urn; another person confirms."""
    round_ = load_round(slug)
    refuse_if(_forbidden(Permission.COUNT, round_))
    with transaction():
        deed = deeds.ask_count(round_, _person(), now(), absolute_url("deeds.index"))
    return _proposed(deed)


# Two people allowed it, and the shares are what opens: the second factor is not asked for in the middle of typing them.
@bp.post(f"{_HOME}/ouvrir")
@requires(Permission.COUNT)
def open_urn(slug: str) -> Response | BaseResponse:
    """Take the shares of the trustees, put the key together in memory, and open the urn in the background."""
    round_ = load_round(slug)
    refuse_if(_forbidden(Permission.COUNT, round_))
    refuse_if(runs.can_begin(round_, now()))
    form = _shares_form(round_)
    if not form.validate():
        return _screen(round_, form, 422)
    try:
        private = held_key(round_) or private_key(round_, form.read())
    except Refusal as refusal:
        form.blame(refusal)
        return _screen(round_, form, 422)
    with transaction():
        run = runs.begin(round_, _person().public_id, now())
    opener().start(run, private)
    return see_other("results.control", slug=slug, _anchor="ouvrir")


@bp.get(f"{_HOME}/avancement")
@requires(Permission.COUNT)
def progress(slug: str) -> Response:
    """How far the opening has come, asked for every two seconds; once it is over, the whole page is read again."""
    round_ = load_round(slug)
    refuse_if(_forbidden(Permission.COUNT, round_))
    found = runs.progress_of(round_, now())
    answer = page("results/_progress.html", round=round_, progress=found)
    if found is None or not found.alive:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.get(f"{_HOME}/urne.json")
@requires(Permission.COUNT, recent=True)
def export_urn(slug: str) -> Response:
    """The sealed urn with what was frozen at the opening, for a trustee to open it on another machine."""
    round_ = load_round(slug)
    refuse_if(_forbidden(Permission.COUNT, round_))
    answer = Response(urn_file(round_), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="urne-{round_.slug}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post(f"{_HOME}/publier")
@requires(Permission.PUBLISH, recent=True)
def propose_publication(slug: str) -> BaseResponse:
    """Count a second time, compare, and propose the publication; another person confirms."""
    round_ = load_round(slug)
    refuse_if(_forbidden(Permission.PUBLISH, round_))
    refuse_if(can_publish_on(round_, now()))
    refuse_if(can_step(round_, UrnState.PUBLISHED))
    # It takes seconds on a large round: nothing is held meanwhile.
    again = recount(round_)
    with transaction():
        deed = deeds.ask_publication(
            round_, again, _person(), now(), store=secret_store(), link=absolute_url("deeds.index")
        )
    return _proposed(deed)


@bp.get(f"{_HOME}/comparaison", defaults={"contest": MAIN_CONTEST})
@bp.get(f"{_HOME}/comparaison/<contest>")
@requires(Permission.COUNT)
def control_comparison(slug: str, contest: str) -> Response:
    """What other rules would have given, as officers alone see it until the publication."""
    round_ = load_round(slug)
    refuse_if(can_compare_early(round_, current_user))
    count = count_of(round_, contest)
    refuse_if(can_compare(count))
    assert count is not None
    result = Result.of(count.document)
    refuse_if(has_comparison(len(result.data["alternatives"])))
    published = publication_of(round_) is not None
    return page(
        "results/control_comparison.html",
        round=round_,
        contest=contest,
        result=result,
        d=result.data,
        published=published,
    )


def _screen(round_: Round, form: SharesForm | None = None, status: int = 200) -> Response:
    moment, person, steps = now(), _person(), steps_of(round_)
    results = {contest: Result.of(count.document) for contest, count in counts_of(round_).items()}
    return page(
        "results/control.html",
        status=status,
        round=round_,
        panel=None if round_.imported else reading.panel(round_, person, moment),
        steps=steps,
        key=key_of(round_),
        form=form,
        shares=form or _shares_form(round_, formdata=None),
        progress=runs.progress_of(round_, moment),
        openable=_forbidden(Permission.COUNT, round_) or runs.can_begin(round_, moment),
        exportable=_forbidden(Permission.COUNT, round_) is None and UrnState.COUNTING in steps and not round_.imported,
        count_step=_step(round_, UrnState.COUNTING, deeds.count_deed(), Permission.COUNT),
        publish_step=_step(round_, UrnState.PUBLISHED, deeds.publication_deed(secret_store()), Permission.PUBLISH),
        results={contest: results[contest] for contest in round_.rulebook.contest_keys if contest in results},
    )


def _step(round_: Round, state: UrnState, kind: DeedKind, permission: Permission) -> reading.StepShown:
    refusal = _forbidden(permission, round_) or can_step(round_, state)
    if refusal is None and state is UrnState.PUBLISHED:
        refusal = can_publish_on(round_, now())
    return reading.shown_step(round_, _person(), state, kind, now=now(), refusal=refusal)


def _shares_form(round_: Round, **options: object) -> SharesForm:
    key = key_of(round_)
    form = SharesForm.of(key.threshold if key else 0, **options)
    for field in form.shares:
        # Each is needed here, though a form that only checks shares takes as many as there are.
        field.flags.hide_optional = True
    return form


def _forbidden(permission: Permission, round_: Round) -> Refusal | None:
    if _person().may(permission, round_.scope):
        return None
    return Refusal(N_("Seules les personnes qui conduisent le budget peuvent faire cela."), Kind.FORBIDDEN)


def _proposed(deed: Deed) -> BaseResponse:
    notify(N_("L’acte est proposé : une autre personne doit le lire et le confirmer."))
    return see_other("deeds.show", public_id=deed.public_id)


def _person() -> Person:
    person: Person = current_user
    return person
