"""What the checks and the tables read in a result; it may say more, which its digest in the journal covers."""

import re

from participatory.verification.shape import TEXT, AtLeast, Whole

_OR_NONE = (TEXT, type(None))
_NUMBER = (int, type(None))

_PROJECT = AtLeast(
    {
        "id": TEXT, "proposal": TEXT, "title": TEXT, "site": _OR_NONE, "site_kind": _OR_NONE, "department": _OR_NONE,
        "theme": _OR_NONE, "rank": Whole, "state": TEXT, "order": _NUMBER, "stage": _OR_NONE, "part": _OR_NONE,
        "reason": _OR_NONE, "by": _OR_NONE, "votes": int, "score": int, "cost_cents": Whole, "paid_cents": Whole,
    }
)  # fmt: skip

SHAPE = AtLeast(
    {
        "schema": re.compile(r"participatory/result/\d+"),
        "software": TEXT,
        "round": AtLeast({"id": TEXT, "slug": TEXT, "title": TEXT, "currency": TEXT}),
        "rulebook": AtLeast({"digest": TEXT}),
        "count": AtLeast({"winners": [TEXT]}),
        "stages": [AtLeast({"key": TEXT})],
        "floors": [AtLeast({"key": TEXT})],
        "caps": [AtLeast({"key": TEXT})],
        "electorate": AtLeast(
            {
                "roll": _NUMBER,
                "signatures": _NUMBER,
                "ballots": Whole,
                "by_site": [AtLeast({"site": TEXT, "voters": int, "signatures": _NUMBER})],
            }
        ),
        "projects": [_PROJECT],
        "ties": [AtLeast({"projects": [TEXT]})],
    }
)
