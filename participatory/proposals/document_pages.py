"""Where documents are attached to a project, apart from its text so that a file too heavy loses nothing typed."""

from flask import make_response
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _later
from flask_wtf.file import FileField
from wtforms import StringField

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import slugify
from participatory.core.labels import N_
from participatory.core.storage import MAX_BYTES
from participatory.proposals import documents as papers
from participatory.proposals import policy
from participatory.proposals.actions import locked
from participatory.proposals.fields import AtMost, one_line
from participatory.proposals.models import Proposal
from participatory.proposals.queries import proposal_by_slug
from participatory.proposals.rules import PUBLIC
from participatory.proposals.together import MAX_DOCUMENTS, DocumentKind
from participatory.proposals.writing import author, bp, reader
from participatory.web.access import public, signed_in
from participatory.web.forms import BaseForm
from participatory.web.limits import ATTACHING, limited
from participatory.web.pages import notify, page, see_other
from participatory.web.settings import document_store


class DocumentForm(BaseForm):
    """A file and what it is."""

    title = StringField(_later(N_("Ce que c’est")), [AtMost(120)], filters=[one_line])
    file = FileField(_later(N_("Le fichier")))


@bp.get("/projets/<slug>/documents")
@public
def documents(slug: str) -> ResponseReturnValue:
    """The documents of a project, and for those who write it the form that adds one."""
    proposal = proposal_by_slug(slug)
    refuse_if(policy.can_see(proposal, reader()))
    return _sheet(proposal, DocumentForm(formdata=None))


def _sheet(proposal: Proposal, form: DocumentForm, status: int = 200) -> ResponseReturnValue:
    person = reader()
    return page(
        "proposals/documents.html",
        status=status,
        proposal=proposal,
        documents=papers.documents_of([proposal.id]),
        form=form,
        writing=person is not None and policy.can_edit(proposal, person, now()) is None,
        most=MAX_DOCUMENTS,
        heaviest=MAX_BYTES,
    )


@bp.post("/projets/<slug>/documents")
@signed_in
@limited(ATTACHING)
def attach(slug: str) -> ResponseReturnValue:
    """Add a document; what was typed comes back with the reason when it cannot be taken."""
    proposal, form = proposal_by_slug(slug), DocumentForm()
    refuse_if(policy.can_edit(proposal, author(), now()))
    valid = form.validate()
    try:
        if not form.file.data:
            raise Refusal(N_("Choisissez un fichier."), Kind.INVALID, "file")
        with form.file.data.stream as sent:
            kept = document_store().keep(sent.read())
        if not valid:
            return _sheet(proposal, form, 422)
        with transaction():
            papers.attach(locked(proposal.public_id), author(), form.title.data or "", kept, now())
    except Refusal as refusal:
        form.refuse(refusal)
        return _sheet(proposal, form, int(refusal.kind))
    notify(N_("Le document est joint."))
    return see_other("proposals.documents", slug=slug)


@bp.post("/documents/<public_id>/retirer")
@signed_in
def detach(public_id: str) -> ResponseReturnValue:
    """Take a document off."""
    with transaction():
        document = papers.document_at(public_id)
        slug = locked(document.proposal.public_id).slug
        papers.detach(document, author(), document_store(), now())
    notify(N_("Le document est retiré."))
    return see_other("proposals.documents", slug=slug)


@bp.get("/documents/<public_id>")
@public
def document(public_id: str) -> ResponseReturnValue:
    """The file, for those who may see its project; never shown as a page of this site."""
    found, person = papers.document_at(public_id), reader()
    if policy.can_see(found.proposal, person) is not None:
        raise Refusal(N_("Il n’y a pas de document à cette adresse."), Kind.NOT_FOUND)
    try:
        data = document_store().read(found.key)
    except FileNotFoundError as error:
        raise Refusal(N_("Il n’y a pas de document à cette adresse."), Kind.NOT_FOUND) from error
    response = make_response(data)
    is_pdf = found.kind is DocumentKind.PDF
    name = f"{slugify(found.title, found.public_id)}.{'pdf' if is_pdf else 'webp'}"
    response.headers["Content-Type"] = "application/pdf" if is_pdf else "image/webp"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = (
        "public, max-age=3600" if found.proposal.state in PUBLIC else "private, no-store"
    )
    return response
