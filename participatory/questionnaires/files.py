"""The files that people join: deleted for good once no answer has them any more."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa

from participatory.core.database import after_commit, db
from participatory.core.storage import DocumentStore
from participatory.questionnaires.models import QuestionnaireAnswer, QuestionnaireDraft
from participatory.questionnaires.rules_answers import is_file


def files_in(contents: Iterable[Mapping[str, Any]]) -> set[str]:
    """The keys of the files that these answers have."""
    return {said for content in contents for said in content.values() if isinstance(said, str) and is_file(said)}


def forget_files(keys: Iterable[str], store: DocumentStore) -> None:
    """Delete, once the transaction is committed, the files that no answer and no draft has; the same is stored once."""
    db.session.flush()
    for key in keys:
        tables = (QuestionnaireDraft, QuestionnaireAnswer)
        if not any(db.session.scalars(_having(table.key, table.content, key)).first() for table in tables):
            after_commit(partial(store.forget, key))


def _having(column: Any, content: Any, key: str) -> sa.Select[tuple[str]]:
    return sa.select(column).where(sa.cast(content, sa.Text).contains(key, autoescape=True)).limit(1)
