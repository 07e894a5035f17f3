"""What the applications of a run share: each test makes one, and each would work the same things out again.

Nothing here changes what an application does: the code of a template, the parts of an address, the text of a statement
and the list of the files that are served are the same for the same template, rule, query and folder.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from whitenoise import WhiteNoise


class CompiledTemplates(BytecodeCache):
    """Templates compiled once for all the applications of a run: each would compile every page again."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of a template, if it was compiled before; the library compares its checksum."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = CompiledTemplates()
STATEMENTS: LRUCache[Any, Any] = LRUCache(5000)


def share_statements() -> None:
    """Have the engines of a run share the statements that were compiled, which are kept by dialect and by query.

    Each engine has a dialect of its own, made with the same options: those of one database are taken for one another,
    here and in the mappers, which keep what they write in the same way.
    """

    def same(self: DefaultDialect, other: object) -> bool:
        return type(self) is type(other) and self.server_version_info == other.server_version_info

    DefaultDialect.__eq__ = same
    DefaultDialect.__hash__ = lambda self: hash(type(self))


def share_rules() -> None:
    """Have the applications of a run share what the library makes of the rule of an address.

    Each application has some 350 rules; the library cuts each into parts and compiles two functions for it.
    """
    compiled, kept = Rule.compile, {}
    made = ("_parts", "_trace", "_converters", "arguments")

    def remembered(self: Rule) -> None:
        where = (self.map.host_matching, self.host, self.subdomain, self.rule, self.merge_slashes)
        key = (*where, self.is_leaf, repr(self.defaults), tuple(self.map.converters.items()))
        if key not in kept:
            compiled(self)
            parts = {name: copy(getattr(self, name)) for name in made}
            kept[key] = parts, self._build.__func__, self._build_unknown.__func__
            return
        parts, build, build_unknown = kept[key]
        for name, value in parts.items():
            setattr(self, name, copy(value))
        # The functions ask their rule how a query is written: each rule answers for itself.
        self._build, self._build_unknown = build.__get__(self), build_unknown.__get__(self)

    Rule.compile = remembered


def share_files() -> None:
    """Have the applications of a run look through the folder of what is served once."""
    looked, kept = WhiteNoise.update_files_dictionary, {}

    def remembered(self: WhiteNoise, root: str, prefix: str) -> None:
        key = (root, prefix, self.max_age)
        if key not in kept:
            looked(self, root, prefix)
            kept[key] = dict(self.files)
        self.files.update(kept[key])

    WhiteNoise.update_files_dictionary = remembered
