"""Whose thing each address acts on: one line for each endpoint, or several when methods or things differ.

1. A new route fails test_rights_matrix.py until a line here names its door (as its access mark does) and `Whose` it is.
2. `slug="voting"` fills the address with a name of small_world.py (`World.names`); "=text" is sent as it is.
3. `data={…}` is a well-formed POST, needed where the view reads the form before it asks the policy; `only="POST"`
   keeps a line to one method; `opens`/`shut` replace the expected statuses where a page has a reason, said beside it.
4. A page that its mark does not close but its policy does names that `permission`; `factor`: it asks staff a fresh one.
5. Run `pytest tests/house/test_rights_matrix.py -k "your.endpoint"`; small_world.build takes what the world lacks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from participatory.identity.permissions import Permission, ScopeKind
from participatory.web.access import Door

PUBLIC, SIGNED_IN, STAFF, DEMO = Door.PUBLIC, Door.SIGNED_IN, Door.STAFF, Door.DEMO
OPENS = frozenset({200, 303, 400, 409, 422})
SHUT = frozenset({403, 404})


class Whose(Enum):
    """Whom the thing of an address belongs to, hence for whom it opens beyond its door."""

    NOBODY = "nobody's: the door alone decides"
    OWN = "the visitor's own, which no argument names"
    SECRET = "whoever holds the secret of the address; unknown ones are refused to all"
    AUTHOR = "the author of the project"
    VOTER = "the people on the roll of the round"
    PERSON = "the person whose session or account it is"
    STAFF = "whoever holds, held or is to hold a role, or has a second factor"
    UNTIED = "moderators whom nothing ties to the project"
    ROUND = "those whose role bears on the round"
    PROPOSAL = "those whose role bears on the round or the place of the project"
    ESTABLISHMENT = "those whose role bears on the establishment"
    ROLL = "those whose role bears on the round or on the establishment"
    EVERYWHERE = "those whose role has no limit"


# Which limits of a role may bear on the thing.
BEARING = {
    Whose.ROUND: frozenset({ScopeKind.ROUND}),
    Whose.PROPOSAL: frozenset({ScopeKind.ROUND, ScopeKind.TERRITORY}),
    Whose.ESTABLISHMENT: frozenset({ScopeKind.ESTABLISHMENT}),
    Whose.ROLL: frozenset({ScopeKind.ROUND, ScopeKind.ESTABLISHMENT}),
    Whose.EVERYWHERE: frozenset(),
}
OWNED = {Whose.AUTHOR: "author", Whose.VOTER: "voter", Whose.PERSON: "person", Whose.STAFF: "staff"}


@dataclass(frozen=True)
class Line:
    """One expectation: whose door, whose thing, what fills the address and the form."""

    door: Door
    whose: Whose
    names: dict[str, str]
    data: dict[str, str] = field(default_factory=dict)
    only: str = ""
    permission: Permission | None = None
    opens: frozenset[int] = OPENS
    shut: frozenset[int] = SHUT
    factor: bool = False


def line(door: Door, whose: Whose = Whose.NOBODY, *, data=None, only="", permission=None, opens=OPENS, shut=SHUT,
         factor=False, **names: str) -> list[Line]:  # fmt: skip
    """A line of the table, alone in its list so that lines can be added up."""
    return [Line(door, whose, names, data or {}, only, permission, frozenset(opens), frozenset(shut), factor)]


FINDING = {"feasible": "yes", "final_cost": "9 500,00", "reason": "Le coût suit les devis joints.", "seen": "0"}
ADMIT = {"outcome": "admit", "reason": "", "text": "", "version": "1"}
COMMENT = {"stance": "for", "text": "Une bonne idée."}
# A draft that the public must not see opens for those who conduct it.
CONDUCT, APPROVE = Permission.CONDUCT_ROUNDS, Permission.APPROVE_ROLL
# What an unknown secret, code or attempt is answered with: it opens nothing.
REFUSED = {303, 400, 403, 404, 409, 422}
DEEDS_ON_A_CASE = (
    *("case", "dismiss", "reopen", "quarantine", "lift"),
    *("propose", "decide", "propose_undo", "undo", "identify"),
)

TABLE: dict[str, list[Line]] = {
    "static": line(PUBLIC, filename="=css/site.css"),
    # People, sign-in, account
    "identity.sign_in": line(PUBLIC),
    "identity.code": line(PUBLIC, Whose.SECRET, attempt="=inconnu"),
    "identity.link": line(PUBLIC, Whose.SECRET, token="=inconnu"),
    "identity.sign_out": line(PUBLIC),
    "identity.second_factor": line(SIGNED_IN, Whose.OWN),
    "identity.account": line(SIGNED_IN, Whose.OWN),
    "identity.roles": line(STAFF, Whose.EVERYWHERE),
    "identity.grant": line(STAFF, Whose.EVERYWHERE),
    "identity.revoke": line(STAFF, Whose.EVERYWHERE, opens={404}),  # Nobody is named by an empty form.
    "identity.create_association": line(STAFF, Whose.EVERYWHERE),
    "identity.who_may_what": line(STAFF),
    "identity.people_csv": line(STAFF),
    "identity.routes_csv": line(STAFF),
    "identity.factors": line(SIGNED_IN, Whose.OWN),
    "identity.add_application": line(SIGNED_IN, Whose.STAFF),
    "identity.add_key": line(SIGNED_IN, Whose.STAFF),
    # Nobody here has a key to be asked for, nor has begun to add one.
    "identity.key_challenge": line(SIGNED_IN, Whose.OWN, opens={404}),
    "identity.new_key_challenge": line(SIGNED_IN, Whose.STAFF, opens={404}),
    "identity.recovery_codes": line(SIGNED_IN, Whose.OWN),
    "identity.renew_recovery_codes": line(SIGNED_IN, Whose.OWN),
    "identity.remove_factor": line(SIGNED_IN, Whose.PERSON, public_id="factor"),
    "identity.end_place": line(SIGNED_IN, Whose.PERSON, public_id="session"),
    "identity.end_other_places": line(SIGNED_IN, Whose.OWN),
    "proof.challenge": line(PUBLIC),
    # Doors of establishments; one that nobody has tried and switched on is closed to all.
    "doors.index": line(PUBLIC),
    "doors.show": line(PUBLIC, key="establishment"),
    "doors.leave": line(PUBLIC, Whose.SECRET, source="source"),
    "doors.refusal": line(PUBLIC, source="source", opens=OPENS | SHUT),
    "doors.callback": line(PUBLIC, Whose.SECRET, source="source"),
    "doors_saml.consume": line(PUBLIC, Whose.SECRET),
    "doors_saml.finish": line(PUBLIC, Whose.SECRET, source="source"),
    "doors_saml.metadata": line(PUBLIC),
    "doors.sources": line(STAFF),
    "doors.new": line(STAFF),
    "doors.create": line(STAFF, key="establishment", kind="=oidc"),
    "doors.source": line(STAFF, source="source"),
    "doors.edit": line(STAFF, source="source"),
    "doors.test": line(STAFF, source="source"),
    "doors.enable": line(STAFF, source="source"),
    "doors.disable": line(STAFF, source="source"),
    # Deeds of two people: one waits, that bears on the round of the vote.
    "deeds.index": line(STAFF),
    "deeds.show": line(STAFF, Whose.ROUND, public_id="deed"),
    "deeds.confirm": line(STAFF, Whose.ROUND, permission=APPROVE, data={"seen": "0"}, public_id="deed"),
    "deeds.withdraw": line(STAFF, Whose.ROUND, permission=APPROVE, data={"reason": "Erreur."}, public_id="deed"),
    "deeds.renew": line(STAFF, Whose.ROUND, permission=APPROVE, public_id="deed"),
    # The signed heads of the journal
    "checkpoints.index": line(PUBLIC),
    "checkpoints.export_json": line(PUBLIC),
    # What is held about people; a reading opens for whoever gave the reason, and for a quarter of an hour.
    "privacy.mine": line(SIGNED_IN, Whose.OWN),
    "privacy.mine_html": line(SIGNED_IN, Whose.OWN),
    "privacy.mine_json": line(SIGNED_IN, Whose.OWN),
    "privacy.address": line(SIGNED_IN, Whose.OWN, factor=True),
    "privacy.address_code": line(SIGNED_IN, Whose.SECRET, factor=True, attempt="=inconnu"),
    "privacy.delete": line(SIGNED_IN, Whose.OWN),
    "privacy.look_up": line(STAFF, Whose.EVERYWHERE),
    "privacy.reading": line(STAFF, Whose.SECRET, public_id="=inconnue"),
    "privacy.retention": line(STAFF),
    # Codes on paper: a package of the round of the vote, for the first establishment
    # The register of networks; the range of the world is of the establishment.
    "integrity.networks": line(STAFF),
    "integrity.import_address": line(STAFF),
    "integrity.import_file": line(STAFF),
    "integrity.end": line(STAFF, Whose.ESTABLISHMENT, public_id="network"),
    "printed_codes.enter": line(PUBLIC),
    "printed_codes.index": line(STAFF),
    "printed_codes.new": line(STAFF),
    "printed_codes.show": line(STAFF, Whose.ROLL, public_id="package"),
    "printed_codes.print_sheets": line(STAFF, Whose.ROUND, public_id="package"),
    "printed_codes.hand": line(STAFF, Whose.ROLL, public_id="package"),
    "printed_codes.retire": line(STAFF, Whose.ROLL, public_id="package"),
    "printed_codes.close": line(STAFF, Whose.ROLL, public_id="package"),
    # Stands, and paper ballots: a batch of the round of the vote, printed for the first establishment
    "stands.enrol": line(PUBLIC),
    "stands.present": line(PUBLIC, opens={204}),
    "stands.rounds": line(STAFF),
    "stands.index": line(STAFF, Whose.ROUND, slug="voting"),
    "stands.show": line(STAFF, Whose.ROUND, slug="voting", public_id="stand"),
    "stands.code": line(STAFF, Whose.ROUND, slug="voting", public_id="stand", opens=OPENS | {200}),
    "stands.close": line(STAFF, Whose.ROUND, slug="voting", public_id="stand"),
    "stands.batches": line(STAFF, Whose.ROLL, slug="voting"),
    "stands.batch": line(STAFF, Whose.ROLL, slug="voting", public_id="batch"),
    "stands.print_batch": line(STAFF, Whose.ROUND, slug="voting", public_id="batch"),
    "stands.look": line(STAFF, Whose.ROLL, slug="voting", public_id="batch"),
    "stands.sign": line(STAFF, Whose.ROLL, slug="voting", public_id="batch"),
    "stands.cancel": line(STAFF, Whose.ROUND, slug="voting", public_id="batch"),
    "stands.enter": line(STAFF, Whose.ROLL, slug="voting", public_id="batch"),
    "stands.close_batch": line(STAFF, Whose.ROUND, slug="voting", public_id="batch"),
    # The lists of establishments: a referent's screen, and the roll of a round as those who conduct it see it
    "lists.index": line(STAFF),
    "lists.model_csv": line(STAFF),
    "lists.model_xlsx": line(STAFF),
    "referents.show": line(STAFF, Whose.ESTABLISHMENT, key="establishment", slug="voting"),
    "referents.nothing": line(STAFF, Whose.ESTABLISHMENT, key="establishment", slug="voting"),
    "referents.take": line(STAFF, Whose.ESTABLISHMENT, key="establishment", slug="voting"),
    "referents.review": line(STAFF, Whose.SECRET, key="establishment", slug="voting", upload="=inconnu"),
    "referents.columns": line(STAFF, Whose.SECRET, key="establishment", slug="voting", upload="=inconnu"),
    "referents.bad_rows": line(STAFF, Whose.SECRET, key="establishment", slug="voting", upload="=inconnu"),
    "referents.confirm": line(STAFF, Whose.SECRET, key="establishment", slug="voting"),
    "referents.withdraw": line(STAFF, Whose.SECRET, key="establishment", slug="voting", upload="=inconnu"),
    "rolls.show": line(STAFF, Whose.ROUND, slug="voting"),
    "rolls.nothing": line(STAFF, Whose.ROUND, slug="voting"),
    "rolls.take": line(STAFF, Whose.ROUND, slug="voting"),
    "rolls.review": line(STAFF, Whose.SECRET, slug="voting", upload="=inconnu"),
    "rolls.columns": line(STAFF, Whose.SECRET, slug="voting", upload="=inconnu"),
    "rolls.bad_rows": line(STAFF, Whose.SECRET, slug="voting", upload="=inconnu"),
    "rolls.confirm": line(STAFF, Whose.SECRET, slug="voting"),
    "rolls.withdraw": line(STAFF, Whose.SECRET, slug="voting", upload="=inconnu"),
    # The site of vote of people who are on the lists of two places
    "enrolment.show": line(SIGNED_IN, Whose.OWN, slug="voting"),
    "enrolment.choose": line(SIGNED_IN, Whose.VOTER, slug="voting"),
    "enrolment.confirm": line(SIGNED_IN, Whose.OWN, slug="voting"),
    # Rounds
    "rounds.index": line(PUBLIC),
    "rounds.show": line(PUBLIC, slug="voting") + line(PUBLIC, Whose.ROUND, permission=CONDUCT, slug="draft"),
    "rounds.rulebook": line(PUBLIC, slug="voting") + line(PUBLIC, Whose.ROUND, permission=CONDUCT, slug="draft"),
    "rounds.rulebook_json": line(PUBLIC, slug="voting") + line(PUBLIC, Whose.ROUND, permission=CONDUCT, slug="draft"),
    "rounds.calendar": line(PUBLIC, slug="voting") + line(PUBLIC, Whose.ROUND, permission=CONDUCT, slug="draft"),
    # What is public of the detection, and the reports of the public: an officer of another round reads none of them.
    "integrity_desk.index": line(STAFF),
    **{f"integrity_desk.{each}": line(STAFF, Whose.ROUND, public_id="case") for each in DEEDS_ON_A_CASE},
    "integrity_desk.appeal": line(STAFF, Whose.ROUND, public_id="=inconnu", opens={404}),
    "integrity_desk.confirm": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu", opens={404}),
    "integrity_desk.confirm_by_door": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu", opens={404}),
    "integrity_desk.ask_code": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu", opens={404}),
    "integrity_desk.confirm_by_code": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu", opens={404}),
    "integrity_desk.counter": line(STAFF),
    "integrity_public.show": line(PUBLIC, slug="voting") + line(PUBLIC, Whose.ROUND, permission=CONDUCT, slug="draft"),
    "integrity_public.show_json": line(PUBLIC, slug="published"),
    "integrity_public.commitment": line(PUBLIC, slug="published", opens={404}),  # These rounds committed to nothing.
    "integrity_public.report": line(PUBLIC),
    "integrity_public.followed": line(PUBLIC, number="report") + line(PUBLIC, Whose.SECRET, number="=inconnu"),
    "integrity_public.parameters": line(STAFF, Whose.ROUND, slug="submission") + line(STAFF, Whose.ROUND, slug="draft"),
    "integrity_public.inbox": line(STAFF),
    "integrity_public.read": line(STAFF, Whose.ROUND, number="report"),
    "integrity_public.answer": line(STAFF, Whose.ROUND, number="report", data={"words": "Merci : nous regardons."}),
    "integrity_public.close": line(STAFF, Whose.ROUND, number="report", data={"reason": "Envoyé deux fois."}),
    "integrity_public.join": line(STAFF, Whose.ROUND, number="report", data={"case_id": ""}),
    "rounds.staff_index": line(STAFF),
    "rounds.create": line(STAFF, Whose.EVERYWHERE),
    "rounds.edit": line(STAFF, Whose.ROUND, slug="submission") + line(STAFF, Whose.ROUND, slug="draft"),
    "rounds.reschedule": line(STAFF, Whose.ROUND, slug="voting"),
    # The key of the urn
    "ceremony.show": line(STAFF, Whose.ROUND, slug="submission"),
    "ceremony.create": line(STAFF, Whose.ROUND, slug="submission"),
    "ceremony.verify": line(STAFF, Whose.ROUND, slug="submission"),
    "ceremony.discard": line(STAFF, Whose.ROUND, slug="submission"),
    # Proposals
    "proposals.index": line(PUBLIC, slug="voting") + line(PUBLIC, Whose.ROUND, permission=CONDUCT, slug="draft"),
    "proposals.export_csv": line(PUBLIC, slug="voting"),
    "proposals.export_atom": line(PUBLIC, slug="voting"),
    "proposals.sheet": line(PUBLIC, slug="project_slug"),
    "proposals.project_table": line(PUBLIC, slug="project_slug"),
    "proposals.project_data": line(PUBLIC, slug="project_slug"),
    "proposals.project_news": line(PUBLIC, slug="project_slug"),
    "proposals.card": line(PUBLIC, slug="project_slug"),
    "proposals.export_json": line(PUBLIC, slug="voting"),
    "proposals.image": line(PUBLIC, Whose.SECRET, key="=inconnue"),
    "proposals.show": line(PUBLIC, slug="project_slug") + line(PUBLIC, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.mine": line(SIGNED_IN, Whose.OWN),
    "proposals.invitation": line(PUBLIC, slug="submission"),
    "proposals.create": line(SIGNED_IN, Whose.VOTER, slug="submission"),
    "proposals.documents": line(PUBLIC, slug="project_slug") + line(PUBLIC, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.attach": line(SIGNED_IN, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.detach": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu"),
    "proposals.document": line(PUBLIC, Whose.SECRET, public_id="=inconnu"),
    "proposals.versions": line(PUBLIC, slug="project_slug") + line(PUBLIC, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.amendments": line(PUBLIC, slug="project_slug") + line(PUBLIC, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.amend": line(SIGNED_IN, slug="project_slug"),
    "proposals.propose_amendment": line(SIGNED_IN, slug="project_slug"),
    "proposals.answer_amendment": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu"),
    "proposals.take_amendment_back": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu"),
    "proposals.people": line(SIGNED_IN, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.invite": line(SIGNED_IN, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.hand_over": line(SIGNED_IN, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.cancel_invitation": line(SIGNED_IN, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.part": line(SIGNED_IN, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.answer_invitation": line(PUBLIC, Whose.SECRET, token="=inconnu"),
    "proposals.accept_invitation": line(SIGNED_IN, Whose.SECRET, token="=inconnu"),
    "proposals.decline_invitation": line(PUBLIC, Whose.SECRET, token="=inconnu"),
    "proposals.edit": line(SIGNED_IN, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.keep": line(SIGNED_IN, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.submit": line(SIGNED_IN, Whose.AUTHOR, slug="draft_project_slug"),
    "proposals.back_to_edit": line(SIGNED_IN, Whose.NOBODY, slug="draft_project_slug"),
    "proposals.confirm_withdrawal": line(SIGNED_IN, Whose.AUTHOR, slug="submitted_project_slug"),
    "proposals.withdraw": line(SIGNED_IN, Whose.AUTHOR, slug="submitted_project_slug"),
    # Supports before the vote
    "supports.choose": line(SIGNED_IN, Whose.VOTER, slug="admitted_project_slug"),
    "following.choose": line(SIGNED_IN, slug="admitted_project_slug"),
    "following.index": line(SIGNED_IN, Whose.OWN),
    "mergers.similar": line(SIGNED_IN, Whose.AUTHOR, slug="draft_project_slug", opens=OPENS | SHUT),
    "mergers.join": line(SIGNED_IN, slug="admitted_project_slug"),
    "mergers.answer_request": line(SIGNED_IN, Whose.SECRET, slug="admitted_project_slug", public_id="=inconnu"),
    "mergers.propose": line(SIGNED_IN, Whose.AUTHOR, slug="admitted_project_slug"),
    "mergers.show": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu"),
    "mergers.answer": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu"),
    "splits.propose": line(SIGNED_IN, Whose.AUTHOR, slug="admitted_project_slug"),
    "splits.suggest": line(STAFF, Whose.PROPOSAL, slug="admitted_project_slug"),
    "splits.show": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu"),
    "splits.answer": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu"),
    "supports.index": line(STAFF),
    "supports.case": line(STAFF, Whose.ROUND, public_id="admitted_project"),
    "supports.leave_out": line(STAFF, Whose.ROUND, public_id="admitted_project"),
    "supports.put_back": line(STAFF, Whose.ROUND, public_id="admitted_project"),
    # Comments: their author is the voter; everybody reads them.
    "comments.index": line(PUBLIC, slug="admitted_project_slug"),
    "comments.show": line(PUBLIC, public_id="comment"),
    "comments.write": line(SIGNED_IN, Whose.VOTER, data=COMMENT, slug="commented_project_slug"),
    "comments.answer": line(SIGNED_IN, Whose.VOTER, data=COMMENT, public_id="comment"),
    "comments.edit": line(SIGNED_IN, Whose.PERSON, public_id="comment"),
    "comments.take_back": line(SIGNED_IN, Whose.PERSON, public_id="comment"),
    # The catalogue of costs holds everywhere: a limited role reads it there and changes nothing.
    "catalogue.index": line(PUBLIC),
    "catalogue.export_csv": line(PUBLIC),
    "catalogue.staff": line(STAFF),
    "catalogue.change": line(STAFF, public_id="unit_cost"),
    "catalogue.archive": line(STAFF, Whose.EVERYWHERE, public_id="unit_cost"),
    "catalogue.import_address": line(STAFF),
    "catalogue.import_file": line(STAFF, Whose.EVERYWHERE),
    "catalogue.confirm_import": line(STAFF, Whose.EVERYWHERE),
    "conversations.index": line(PUBLIC),
    "conversations.show": line(PUBLIC, slug="conversation"),
    "conversations.answer": line(SIGNED_IN, slug="conversation", data={"statement": "1", "act": "pass"}),
    "conversations.propose": line(SIGNED_IN, slug="conversation"),
    "conversations.opinions": line(PUBLIC, slug="conversation", opens={404}),
    "conversations.opinions_json": line(PUBLIC, slug="conversation", opens={404}),
    "conversations.manage": line(STAFF, Whose.EVERYWHERE),
    "conversations.desk": line(STAFF, Whose.EVERYWHERE, slug="conversation"),
    "conversations.judge": line(STAFF, Whose.EVERYWHERE, slug="conversation", number="=1", data={"act": "show"}),
    "conversations.ask_map": line(STAFF, Whose.EVERYWHERE, slug="conversation"),
    # A questionnaire is asked of the whole region: a limited role reads it and changes nothing.
    "questionnaires.index": line(PUBLIC),
    "questionnaires.show": line(PUBLIC, slug="questionnaire_open_slug"),
    "questionnaires.answer": line(SIGNED_IN, slug="questionnaire_open_slug"),
    "questionnaires.results": line(PUBLIC, slug="questionnaire_closed_slug"),
    "questionnaires.results_file": line(PUBLIC, slug="questionnaire_closed_slug"),
    "questionnaires.codebook": line(PUBLIC, slug="questionnaire_open_slug"),
    "questionnaires.staff": line(STAFF),
    "questionnaires.compose": line(STAFF, public_id="questionnaire_open"),
    "questionnaires.preview": line(STAFF, public_id="questionnaire_open"),
    "questionnaires.add": line(STAFF, Whose.EVERYWHERE, public_id="questionnaire_open"),
    "questionnaires.edit": line(STAFF, Whose.EVERYWHERE, public_id="questionnaire_open", key="=single"),
    "questionnaires.move": line(STAFF, Whose.EVERYWHERE, public_id="questionnaire_open", key="=single"),
    "questionnaires.publish": line(STAFF, Whose.EVERYWHERE, public_id="questionnaire_open"),
    "questionnaires.answers_file": line(STAFF, Whose.EVERYWHERE, public_id="questionnaire_closed"),
    # The closed one holds no file: who may take it is told that there is none.
    "questionnaires.file": line(
        STAFF, Whose.EVERYWHERE, opens={404}, public_id="questionnaire_closed", key="=none.pdf"
    ),
    # Notices about texts: the voter wrote the one that a decision hides.
    "notices.report": line(PUBLIC, kind="=comment", key="comment"),
    "notices.followed": line(PUBLIC, number="notice"),
    "notices.contest": line(PUBLIC, number="notice"),
    "notices.decision": line(SIGNED_IN, Whose.PERSON, public_id="decision"),
    "notices.my_block": line(SIGNED_IN, Whose.OWN),
    "notices.queue": line(STAFF),
    "notices.case": line(STAFF, Whose.ROUND, number="notice"),
    "notices.review": line(STAFF, Whose.ROUND, public_id="decision"),
    "notices.blocks": line(STAFF),
    "notices.block": line(STAFF, Whose.ROUND, public_id="decision"),
    "notices.judge_block": line(STAFF, Whose.ROUND, public_id="block"),
    # Moderation and appraisal
    "moderation.queue": line(STAFF),
    "moderation.case": line(STAFF, only="GET", public_id="submitted_project")
    + line(STAFF, Whose.UNTIED, only="POST", data=ADMIT, public_id="submitted_project"),
    # Who may not take or give back a case is told so on its page.
    "moderation.take": line(STAFF, public_id="submitted_project"),
    "moderation.hand_back": line(STAFF, public_id="submitted_project"),
    "moderation.leave": line(STAFF, Whose.UNTIED, public_id="submitted_project"),
    "moderation.note": line(STAFF, Whose.UNTIED, public_id="submitted_project"),
    "moderation.batch": line(STAFF),
    "moderation.links": line(STAFF),
    "moderation.end": line(STAFF, Whose.SECRET, public_id="=inconnu"),
    "moderation.models": line(STAFF),
    "moderation.drop_model": line(STAFF, Whose.SECRET, public_id="=inconnu"),
    "moderation.load": line(STAFF),
    "moderation.reread": line(STAFF, Whose.SECRET, public_id="=inconnu"),
    "moderation.arbitration": line(STAFF),
    "moderation.arbitrate": line(STAFF, Whose.PROPOSAL, public_id="submitted_project"),
    # Nothing was refused in this world, so nothing is appealed.
    "moderation.answer_appeal": line(STAFF, public_id="submitted_project", opens={404}),
    "moderation.settle_appeal": line(STAFF, public_id="submitted_project", opens={404}),
    "moderation.contest": line(SIGNED_IN, Whose.AUTHOR, slug="submitted_project_slug", opens={404}),
    "moderation.report": line(PUBLIC, slug="voting") + line(PUBLIC, Whose.ROUND, permission=CONDUCT, slug="draft"),
    "moderation.report_csv": line(PUBLIC, slug="voting"),
    "moderation.report_json": line(PUBLIC, slug="voting"),
    "appraisal.queue": line(STAFF),
    "costing.revise_lines": line(STAFF, Whose.PROPOSAL, public_id="admitted_project"),
    "costing.answer_lines": line(SIGNED_IN, Whose.AUTHOR, slug="project_slug"),
    "costing.batch": line(STAFF),
    "costing.drop": line(STAFF, Whose.PROPOSAL, public_id="admitted_project", opens={404}),  # No finding waits.
    "appraisal.case": line(STAFF, Whose.PROPOSAL, data=FINDING, public_id="admitted_project"),
    "appraisal_work.file": line(STAFF, Whose.PROPOSAL, public_id="admitted_project"),
    "appraisal_work.grid": line(STAFF, Whose.PROPOSAL, public_id="admitted_project"),
    "appraisal_work.leave_note": line(
        STAFF, Whose.PROPOSAL, data={"text": "Devis reçu."}, public_id="admitted_project"
    ),
    "appraisal_work.ask_opinion": line(STAFF, Whose.PROPOSAL, public_id="admitted_project"),
    "appraisal_work.declare": line(STAFF, Whose.PROPOSAL, data={"reason": "x"}, public_id="admitted_project"),
    "appraisal_work.take_back": line(STAFF, Whose.PROPOSAL, request_id="opinion"),
    "appraisal_work.hand": line(STAFF, Whose.PROPOSAL, public_id="admitted_project"),
    # A page of everybody who appraises: a POST hands out what is within reach.
    "appraisal_work.share": line(STAFF),
    # A limited role reads the groups and changes none.
    "appraisal_work.groups": line(STAFF),
    "appraisal_work.links": line(STAFF),
    "appraisal_work.lift_link": line(STAFF, Whose.PROPOSAL, link_id="link"),
    "opinions.answer_page": line(PUBLIC, Whose.SECRET, token="=inconnu"),
    # The vote and its result
    "ballots.booth": line(PUBLIC, slug="voting"),
    "ballots.basket_address": line(PUBLIC, slug="voting", public_id="project"),
    "ballots.basket": line(SIGNED_IN, Whose.VOTER, data={"act": "add"}, slug="voting", public_id="project"),
    # Who is not on the roll is led back to the booth, which says why.
    "ballots.check": line(SIGNED_IN, Whose.VOTER, slug="voting", shut={303}),
    "ballots.seal_address": line(PUBLIC, slug="voting"),
    "ballots.seal": line(SIGNED_IN, Whose.VOTER, slug="voting"),
    "ballots.cast": line(SIGNED_IN, Whose.VOTER, slug="voting"),
    "ballots.challenge": line(SIGNED_IN, Whose.VOTER, slug="voting"),
    "ballots.withdrawal": line(SIGNED_IN, Whose.VOTER, slug="voting", shut={303}),
    "ballots.withdraw": line(SIGNED_IN, Whose.VOTER, slug="voting"),
    "ballots.receipt": line(SIGNED_IN, Whose.OWN, slug="voting"),
    "ballots.receipt_lookup": line(PUBLIC),
    # Without a receipt there is no proof to give.
    "ballots.inclusion": line(PUBLIC, opens={404}),
    "ballots.tracker_address": line(PUBLIC),
    "ballots.tracker_lookup": line(PUBLIC),
    "simulator.index": line(PUBLIC),
    "simulator.show": line(PUBLIC, slug="published"),
    "simulator.export": line(PUBLIC, slug="published"),
    "results.show": line(PUBLIC, slug="published", contest="area"),
    "results.comparison": line(PUBLIC, slug="published", contest="area"),
    "results.export_comparison": line(PUBLIC, slug="published", contest="area"),
    "results.export_csv": line(PUBLIC, slug="published", contest="area"),
    "results.export_json": line(PUBLIC, slug="published", contest="area"),
    "results.export_pb": line(PUBLIC, slug="published", contest="area"),
    "results.export_sqlite": line(PUBLIC, slug="published", contest="area"),
    "bundles.download": line(PUBLIC, slug="published"),
    "results.control": line(STAFF, Whose.ROUND, slug="voting"),
    "results.allow": line(STAFF, Whose.ROUND, slug="voting"),
    "results.open_urn": line(STAFF, Whose.ROUND, slug="voting"),
    "results.progress": line(STAFF, Whose.ROUND, slug="voting"),
    "results.export_urn": line(STAFF, Whose.ROUND, slug="published"),
    "results.propose_publication": line(STAFF, Whose.ROUND, slug="voting"),
    "control.reconciliation": line(STAFF, Whose.ROUND, slug="voting"),
    "control.propose": line(STAFF, Whose.ROUND, slug="voting", word="=cloturer"),
    "control.propose_annulment": line(STAFF, Whose.ROUND, slug="voting"),
    # Setting aside: nothing is under control in this world, and nobody has a ballot in question.
    "removals.show": line(STAFF, Whose.ROUND, slug="voting"),
    "removals.propose": line(STAFF, Whose.ROUND, slug="voting"),
    "control.cases": line(STAFF, Whose.ROUND, slug="voting"),
    "control.new_of_pair": line(STAFF, Whose.ROUND, slug="voting", pair="=1-2", opens={404}),
    "control.new_of_person": line(STAFF, Whose.ROUND, slug="voting"),
    "control.case": line(STAFF, Whose.ROUND, slug="voting", public_id="=inconnu", opens={404}),
    "control.decide": line(STAFF, Whose.ROUND, slug="voting", public_id="=inconnu", opens={404}),
    "control.appeal": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu", opens={404}),
    "control.mine": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu", opens={404}),
    "results.control_comparison": line(STAFF, Whose.ROUND, slug="published", contest="area"),
    # Places, the site itself, the demonstration
    "territories.export_csv": line(PUBLIC, table="=sites"),
    "portal.home": line(PUBLIC),
    "proposals.compare": line(PUBLIC, slug="voting"),
    "proposals.mark": line(PUBLIC, slug="project_slug"),
    "dashboards.funnel": line(PUBLIC, slug="voting"),
    "dashboards.funnel_json": line(PUBLIC, slug="voting"),
    "dashboards.funnel_csv": line(PUBLIC, slug="voting"),
    "dashboards.region": line(STAFF),
    "dashboards.conducting": line(STAFF, Whose.ROUND, slug="voting"),
    "dashboards.association": line(SIGNED_IN, Whose.OWN),
    "intake.index": line(STAFF),
    "intake.show": line(STAFF, Whose.ROUND, slug="submission"),
    "intake.model": line(STAFF, Whose.ROUND, slug="submission"),
    "intake.look": line(STAFF, Whose.ROUND, slug="submission"),
    "intake.confirm": line(STAFF, Whose.ROUND, slug="submission"),
    "intake.sheet": line(STAFF, Whose.ROUND, slug="submission"),
    "intake.complete": line(STAFF, Whose.ROUND, slug="submission", public_id="=inconnu", opens={404}),
    "notifications.mine": line(SIGNED_IN, Whose.OWN),
    "notifications.choices": line(SIGNED_IN, Whose.OWN),
    "notifications.read_all": line(SIGNED_IN, Whose.OWN),
    "notifications.read": line(SIGNED_IN, Whose.SECRET, public_id="=inconnu"),
    "notifications.stop": line(PUBLIC, Whose.SECRET, token="=inconnu"),
    "notifications.choose": line(PUBLIC, Whose.SECRET, token="=inconnu"),
    "notifications.one_click": line(PUBLIC, Whose.SECRET, token="=inconnu"),
    "reminders.mine": line(SIGNED_IN, Whose.OWN),
    "reminders.refusal": line(PUBLIC, Whose.SECRET, token="=inconnu"),
    "reminders.choose": line(PUBLIC, Whose.SECRET, token="=inconnu"),
    "portal.help": line(PUBLIC),
    "portal.legal": line(PUBLIC),
    "portal.privacy": line(PUBLIC),
    "portal.accessibility": line(PUBLIC),
    "portal.cookie_list": line(PUBLIC),
    "portal.open_data": line(PUBLIC),
    "portal.robots": line(PUBLIC),
    "portal.sitemap": line(PUBLIC),
    "portal.health": line(PUBLIC),
    "demo.index": line(DEMO),
    "demo.letters": line(DEMO),
    "demo.letter": line(DEMO, name="=lettre"),
    "demo.step_in": line(DEMO),
    "demo.change_phase": line(DEMO),
}
