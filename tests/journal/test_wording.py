"""Every deed has a name that people can read."""

import pytest

from participatory.core.labels import label
from participatory.journal.rules import Verb
from participatory.journal.wording import BY_CODE


@pytest.mark.parametrize("verb", list(Verb))
def test_each_deed_is_named_in_words(verb):
    assert " " in label(verb)
    assert BY_CODE[verb.code] is verb
