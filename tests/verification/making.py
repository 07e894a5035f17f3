"""A whole bundle made by hand, without a database: the reference of what `bundles` must write.

Everything in it is real: ballots sealed to a key, receipts, their root, a chain of deeds, signatures, counts.
Only the people are not, nor chance: the same world gives the same bytes. With `sealing=False` the ciphertexts are
made up, for benches with many ballots.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from participatory.core.identifiers import CROCKFORD
from participatory.tally.amounts import format_amount
from participatory.tally.carried import as_comment
from participatory.tally.declared import rule_in_format, with_result
from participatory.tally.declared_method import method_as_items
from participatory.tally.declared_terms import terms_as_items, threshold_as_meta
from participatory.tally.election import Ballot, Election, Project, in_finer_unit
from participatory.tally.linking import links_digest, stranded
from participatory.tally.pabulib import read_election, write_election
from participatory.tally.told import of_count, of_limits, of_project, of_sites
from participatory.urn.document import TRACKER_LETTERS, BallotDocument, ContestBallot, padded_size, to_bytes
from participatory.urn.election import projects_digest
from participatory.urn.receipts import receipt_of
from participatory.urn.sealing import KeyPair, fingerprint, info, public_of, reseal
from participatory.urn.tree import root
from participatory.verification import layout
from participatory.verification.canonical import compact, digest_of, parse, spread, table
from participatory.verification.journal import GENESIS
from participatory.verification.recount import recount
from participatory.verification.rulebook import Listed, Rules
from participatory.verification.tables import tables_of

ROUND = "rq7mk2c4v9tx"
TITLE = "Budget participatif étudiant 2027"
START = datetime(2027, 3, 1, 8, tzinfo=UTC)
SITES = (("Albi", "balance", "81"), ("Toulouse", "metropolis", "31"), ("Nîmes-Alès", "balance", "30"))
THEMES = ("health", "food", "sport", "culture")
KINDS = ("approval", "knapsack", "points", "ranking")


def rulebook(kind: str = "approval", **changes: Any) -> dict[str, Any]:
    """A rulebook as its JSON: a regional envelope of 60,000.00 and one of 20,000.00 for the projects of Toulouse."""
    usual: dict[str, Any] = {
        "budget_cents": 80_000_00,
        "floors": [{"key": "vue", "name": "Villes d’équilibre", "amount_cents": 12_000_00, "site_kinds": ["balance"]}],
        "project_min_cents": 500_00,
        "project_max_cents": 40_000_00,
        "themes": list(THEMES),
        "ballot_kind": kind,
        "ballot_min": 1,
        "ballot_max": 5,
        "count_rule": {"approval": "mes", "knapsack": "greedy-per-cost", "points": "phragmen"}.get(kind, "greedy"),
        "tie_break": "rulebook",
        "tie_seed": "5eed5eed5eed5eed",
        "min_votes": 2,
        "proposers_on_roll": True,
        "max_proposals_per_person": 3,
        "contests": [{"key": "toulouse", "name": "Toulouse", "amount_cents": 20_000_00, "site_slugs": ["toulouse"]}],
        "caps": [{"scope": "theme", "amount_cents": 25_000_00}, {"scope": "carrier", "amount_cents": 9_000_00}],
        "partial_funding": True,
    }
    if kind == "approval":
        usual |= {"completion": "add1u", "satisfaction": "cost"}
    if kind == "points":
        usual |= {"points_budget": 12, "points_cap": 6}
    if kind == "ranking":
        usual |= {"rank_weights": [8, 5, 3, 2, 1]}
    return usual | changes


@dataclass
class Chain:
    """A journal being written, with the lines that are published and the heads that are signed."""

    key: Ed25519PrivateKey
    at: datetime = START
    lines: list[str] = field(default_factory=list)
    digest: str = GENESIS
    checkpoints: dict[int, bytes] = field(default_factory=dict)

    def old(self) -> None:
        """A row from before salts, of which nothing but the digest is published."""
        row = {"position": len(self.lines) + 1, "previous": self.digest, "digest": digest_of(f"old {len(self.lines)}")}
        self._write(row)

    def withheld(self) -> None:
        """A row of which the deed is not published."""
        self._chain({"content": digest_of(f"withheld {len(self.lines)}")}, digest_of(f"withheld {len(self.lines)}"))

    def deed(self, verb: str, actor: str = "system", **payload: Any) -> None:
        """A public row about the round; those of ballots carry the day alone."""
        self.at += timedelta(seconds=7)
        day = self.at.replace(hour=0, minute=0, second=0, microsecond=0)
        at = (day if verb.startswith("ballot.") else self.at).isoformat(timespec="microseconds")
        about = {} if verb.startswith("checkpoint.") else {"round": ROUND}
        salt = sha256(f"salt {len(self.lines)}".encode()).hexdigest()[:32]
        said = {"salt": salt, "at": at, "verb": verb, "actor": actor, "payload": compact(about | payload)}
        self._chain(said, digest_of(compact(list(said.values()))))

    def sign(self) -> None:
        """A checkpoint of the last row."""
        position, at = len(self.lines), self.at.isoformat(timespec="microseconds")
        signature = self.key.sign(compact([position, self.digest, at]).encode()).hex()
        said = {
            "position": position,
            "digest": self.digest,
            "at": at,
            "signature": signature,
            "public_key": public(self.key),
        }
        self.checkpoints[position] = (compact(said) + "\n").encode()

    def _chain(self, said: dict[str, Any], content: str) -> None:
        position = len(self.lines) + 1
        digest = digest_of(compact([position, self.digest, content]))
        self._write({"position": position, "previous": self.digest, "digest": digest} | said)

    def _write(self, row: dict[str, Any]) -> None:
        self.lines.append(compact(row) + "\n")
        self.digest = row["digest"]


def public(key: Ed25519PrivateKey) -> str:
    """The public half of a key of signatures, in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


@dataclass
class World:
    """A round from its opening to its publication; `write` makes its bundle."""

    book: dict[str, Any]
    voters: int = 60
    projects_count: int = 14
    sealing: bool = True
    seed: int = 7
    set_aside: int = 2
    paper: int = 3
    paper_named: bool = True
    trackers: bool = True
    # Links between projects, by their place in the list: (link, kind, project, required or -1).
    links: tuple[tuple[str, str, int, int], ...] = ()

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 — a bundle that is the same each time.
        self.rules = Rules(self.book)
        self.names = {layout.MAIN: "Enveloppe régionale"} | self.rules.names
        self.signing = Ed25519PrivateKey.from_private_bytes(sha256(b"checkpoint").digest())
        private = sha256(b"urn").digest()
        self.urn = KeyPair(private, public_of(private))
        self.digest = digest_of(compact(self.book))
        made = self._projects()
        self.rows_of_links = sorted(
            (link, kind, made[project].id, made[required].id if required >= 0 else "")
            for link, kind, project, required in self.links
        )
        alone = stranded(self.rows_of_links, [each.id for each in made if not each.left])
        made = [replace(each, left="requires") if each.id in alone else each for each in made]
        self.projects = tuple(sorted(made, key=lambda each: (each.contest, each.id)))
        self.size = padded_size(self.book["ballot_max"], 2)
        self.documents = [self._document() for _ in range(self.voters - self.set_aside + self.paper - 1)]
        self.cast = [self._sealed(document) for document in self.documents]
        # One more sealed ballot is void: nobody can open it.
        self.void = sha256(b"junk").hexdigest()
        self.receipts = sorted([*self.cast, self.void])
        self.chain = Chain(self.signing)
        self.edition = 1

    # What was on the ballot

    def _projects(self) -> list[Listed]:
        found = []
        bounded = any(cap["scope"] == "carrier" for cap in self.book.get("caps", ()))
        for number in range(self.projects_count):
            site, kind, department = (*SITES, ("", "", ""))[number % 4]
            cost = self.random.randint(10, 140) * 100_00
            found.append(
                Listed(
                    contest="toulouse" if site == "Toulouse" and "toulouse" in self.rules.amounts else layout.MAIN,
                    id=f"pj{number:03d}{'abcdefgh'[number % 8]}x",
                    title=f"Projet n° {number}, « {'vélos; ' if number % 3 else 'une épicerie, '}solidaire »",
                    cost=cost,
                    site=site,
                    site_kind=kind,
                    department=department,
                    theme=THEMES[number % len(THEMES)],
                    carrier=f"association-{number % 5}" if bounded else "",
                    partial_from=cost // 2 if number % 5 == 0 and self.book.get("partial_funding") else None,
                    left="unfeasible" if number == 8 else "",
                )
            )
        return found

    def listed(self, contest: str) -> list[Listed]:
        return [project for project in self.projects if project.contest == contest]

    def counted(self, contest: str) -> list[Listed]:
        return [project for project in self.listed(contest) if not project.left]

    # What was chosen

    def _document(self) -> BallotDocument:
        keys = [key for place, key in enumerate(self.rules.amounts) if place == 0 or self.random.random() < 0.4]
        contests = {
            key: ContestBallot(
                tuple(self._choices(key)), self._tracker() if self.trackers and self.random.random() < 0.5 else ""
            )
            for key in keys
        }
        return BallotDocument(ROUND, self.rules.kind, contests)

    def _tracker(self) -> str:
        return "".join(self.random.choices(CROCKFORD, k=TRACKER_LETTERS))

    def _choices(self, contest: str) -> list[tuple[str, int]]:
        listed = self.listed(contest)
        wanted = self.random.randint(1, min(self.book["ballot_max"], len(listed)))
        chosen = [project.id for project in self.random.sample(listed, wanted)]
        if self.rules.kind == "ranking":
            return [(project, rank) for rank, project in enumerate(chosen, start=1)]
        if self.rules.kind == "points":
            return [(project, self.random.randint(1, 2)) for project in chosen]
        if self.rules.kind == "knapsack":
            costs, left = {project.id: project.cost for project in listed}, self.rules.amounts[contest]
            kept = []
            for project in chosen:
                if costs[project] <= left:
                    kept.append((project, 1))
                    left -= costs[project]
            return kept or [(min(listed, key=lambda each: each.cost).id, 1)]
        return [(project, 1) for project in chosen]

    def _sealed(self, document: BallotDocument) -> str:
        if not self.sealing:
            return self.random.randbytes(32).hex()
        plain = to_bytes(document, self.size)
        return receipt_of(reseal(plain, self.urn.public, info(ROUND, self.digest), self.random.randbytes(32)))

    def rows(self) -> list[tuple[str, str, str]]:
        """The rows of ballots.csv: contest, tracker, choices, in the order of contest, choices, tracker."""
        found = [
            (key, ballot.tracker, layout.choices_text(ballot.choices))
            for document in self.documents
            for key, ballot in document.contests.items()
        ]
        return sorted(found, key=lambda row: (row[0], row[2], row[1]))

    # What the count gives

    def election(self, contest: str) -> str:
        """The `.pb` text of a contest."""
        counted = self.counted(contest)
        kept = {project.id for project in counted}
        choices = sorted(
            tuple(sorted((p, self.rules.points(value)) for p, value in ballot.choices if p in kept))
            for document in self.documents
            if (ballot := document.contests.get(contest)) is not None
        )
        terms, method = self.rules.terms(contest, counted, ROUND, self.rows_of_links), self.rules.method
        items = terms_as_items(terms, 100) | method_as_items(method, 100)
        meta = self._meta(contest) | {"comment": as_comment(items)} | threshold_as_meta(terms)
        ballots = tuple(Ballot(str(number), each) for number, each in enumerate(choices, start=1))
        projects = tuple(Project(each.id, each.cost, " ".join(each.title.split()), _extra(each)) for each in counted)
        election = Election(meta, projects, ballots, self.rules.amounts[contest], 100)
        outcome, read = recount(election)
        counted_election = with_result(election, outcome)
        counted_election.meta["rule"] = rule_in_format(outcome, read)
        return write_election(counted_election)

    def _meta(self, contest: str) -> dict[str, str]:
        kind, area = self.rules.kind, self.rules.names.get(contest)
        meta = {
            "description": f"{TITLE} – {area}" if area else TITLE,
            **({"subunit": area} if area else {}),
            "country": "France",
            "unit": "Occitanie",
            "instance": "2027",
            "vote_type": "scoring" if kind in ("points", "ranking") else "approval",
            "date_begin": "01.03.2027",
            "date_end": "14.03.2027",
            "language": "fr",
            "currency": "EUR",
        }
        if kind == "approval":
            meta |= {"min_length": str(self.book["ballot_min"]), "max_length": str(self.book["ballot_max"])}
        elif kind == "knapsack":
            meta |= {"max_sum_cost": format_amount(self.rules.amounts[contest], 100)}
        return meta

    def result(self, contest: str, election: Election) -> dict[str, Any]:
        """The result of a contest."""
        outcome, terms = recount(election)
        listed = {project.id: project for project in self.counted(contest)}
        projects = [described(listed[each.id]) | of_project(each, outcome, terms) for each in outcome.projects]
        floors, caps = of_limits(outcome, terms)
        names = {floor["key"]: floor["name"] for floor in self.book["floors"]}
        return of_count(election, outcome, terms) | {
            "schema": "participatory/result/2",
            **({"links": [list(row) for row in self.rows_of_links]} if self.links else {}),
            **({"contest": {"key": contest, "name": self.names[contest]}} if self.rules.names else {}),
            "software": "0.1.0",
            "round": self._round() | {"closed_at": "2027-03-14T22:00:00+00:00", "origin": ""},
            "rulebook": {"version": 1, "digest": self.digest},
            "floors": [floor | {"name": names[floor["key"]]} for floor in floors],
            "caps": [cap | {"name": cap["key"].partition(":")[2]} for cap in caps],
            "electorate": {
                "roll": self.voters * 3,
                "signatures": self.voters,
                "ballots": outcome.ballots,
                "ballots_with_a_winner": outcome.ballots_with_winner,
                "choices_set_aside": 0,
                "by_site": [
                    {"site": "Albi", "voters": 40, "signatures": 12},
                    {"site": "Figeac", "voters": 3, "signatures": None},
                ],
            },
            "sites": list(of_sites(projects, outcome.ballots)),
            "projects": projects,
            "declared": None,
            "alternatives": [{"winners": list(outcome.winners), "cost_cents": outcome.cost}],
        }

    def _round(self) -> dict[str, Any]:
        return {"id": ROUND, "slug": "budget-2027", "title": TITLE, "currency": "EUR"}

    # What was done, and the folder

    def files(self) -> dict[str, bytes]:
        """Every file of the bundle of this edition, by its name."""
        files = {layout.BALLOTS: table(layout.BALLOT_COLUMNS, self.rows()), layout.PROJECTS: self._projects_table()}
        if self.links:
            files[layout.LINKS] = table(layout.LINK_COLUMNS, self.rows_of_links)
        results = {}
        for contest in self.rules.amounts:
            text = self.election(contest)
            files[layout.election_file(contest)] = text.encode()
            results[contest] = self.result(contest, in_finer_unit(read_election(text), 100))
            files[layout.result_file(contest)] = compact(results[contest]).encode()
        files |= tables_of(results)
        files[layout.RECEIPTS] = "".join(f"{receipt}\n" for receipt in self.receipts).encode()
        files[layout.SETTING_ASIDE] = table(layout.SETTING_ASIDE_COLUMNS, sorted(self.motives().items()))
        files[layout.PAPER] = table(layout.PAPER_COLUMNS, [("b1", "s1", 20, self.paper, 2, 18 - self.paper)])
        self._deeds(files, results)
        files[layout.JOURNAL] = "".join(self.chain.lines).encode()
        files |= {layout.checkpoint_file(position): data for position, data in self.chain.checkpoints.items()}
        return repaired(files, self.signing, self._manifest())

    def write(self, folder: Path) -> Path:
        """Write the bundle of this edition."""
        return write_files(self.files(), folder)

    def motives(self) -> dict[str, int]:
        return {"duplicate_identity": self.set_aside - 1, "usurpation": 1}

    def _projects_table(self) -> bytes:
        rows = [
            (p.contest, p.id, p.title, p.cost, p.site, p.site_kind, p.department, p.theme, p.carrier,
             "" if p.partial_from is None else p.partial_from, p.left)
            for p in self.projects
        ]  # fmt: skip
        return table(layout.PROJECT_COLUMNS, rows)

    def _opening(self) -> dict[str, Any]:
        rows = [(p.id, p.contest, p.cost, p.title) for p in self.projects]
        return {"projects_digest": projects_digest(rows), "padded_size": self.size, "public_key": self.urn.public.hex()}

    def _deeds(self, files: dict[str, bytes], results: dict[str, Any]) -> None:
        digests = {key: digest_of(files[layout.result_file(key)]) for key in results}
        counted = {"digests": digests, "ballots": digest_of(files[layout.BALLOTS]), "void": 1, "blanked": 0}
        if self.edition == 1:
            self._until_sealed()
        self.chain.deed("vote.counted", **counted)
        self.chain.deed("result.published", "officer", digests=digests, edition=self.edition)
        self.chain.withheld()
        self.chain.sign()

    def _until_sealed(self) -> None:
        chain, opening = self.chain, self._opening()
        chain.old(), chain.old(), chain.withheld()
        chain.deed("checkpoint.key_made", public_key=public(self.signing))
        chain.deed("round.created", "officer", title=TITLE)
        chain.deed("ceremony.created", "officer", fingerprint=fingerprint(self.urn.public), trustees=3, threshold=2)
        chain.sign()
        if self.links:
            chain.deed("vote.links_frozen", links=links_digest(self.rows_of_links))
        chain.deed(
            "vote.opened",
            rulebook=self.digest,
            projects=opening["projects_digest"],
            public_key=opening["public_key"],
            padded_size=self.size,
        )
        self.opened_at = chain.at.isoformat(timespec="seconds")
        self._ballots()
        for gone in (each for each in self.projects if each.left not in ("", "requires")):
            chain.deed("vote.project_removed", "officer", proposal=gone.id, reason="Le toit s’est effondré.")
        chain.deed("vote.closed", "officer", signatures=self.voters, ballots=self.voters)
        chain.deed("vote.under_control", "officer")
        for motive, count in self.motives().items():
            for case in range(count):
                chain.deed("set_aside.decided", "officer", case=f"{motive}{case}", motive=motive, outcome="set_aside")
        chain.deed("set_aside.decided", "officer", case="kept", motive="usurpation", outcome="kept")
        chain.deed("paper.printed", "officer", batch="b1", stand="s1", issued=20)
        chain.deed("paper.closed", "officer", batch="b1", issued=20, used=self.paper, spoiled=2,
                   returned=18 - self.paper, note="")  # fmt: skip
        for receipt in sorted(self.cast[: self.paper]) if self.paper_named else ():
            chain.deed("ballot.cast", receipt=receipt)
        chain.sign()
        chain.deed("vote.sealed", "officer", motives=self.motives(), **self._seal())

    def _ballots(self) -> None:
        """Each ballot was cast; some were replaced, one was withdrawn, one challenged, two set aside since."""
        chain = self.chain
        online = [*self.cast[self.paper :], self.void]
        self.random.shuffle(online)
        for number, receipt in enumerate(online):
            if number % 10 == 3:
                chain.deed("ballot.cast", receipt=digest_of(f"replaced {number}"))
            if number % 25 == 4:
                chain.withheld()
            chain.deed("ballot.cast", receipt=receipt)
        for number in range(self.set_aside):
            chain.deed("ballot.cast", receipt=digest_of(f"set aside {number}"))
        chain.deed("ballot.cast", receipt=digest_of("withdrawn"))
        chain.deed("ballot.withdrawn", receipt=digest_of("withdrawn"))
        chain.deed("ballot.challenged", receipt=digest_of("challenged"))
        chain.sign()

    def _seal(self) -> dict[str, Any]:
        return {
            "ballots": len(self.receipts),
            "root": root(bytes.fromhex(receipt) for receipt in self.receipts).hex(),
            "signatures": self.voters,
            "set_aside": self.set_aside,
            "paper": self.paper,
        }

    def _manifest(self) -> dict[str, Any]:
        ballots = Counter(row[0] for row in self.rows())
        return {
            "schema": layout.SCHEMA,
            "software": "0.1.0",
            "edition": self.edition,
            "round": self._round(),
            "rulebook": self.book,
            "rulebook_digest": self.digest,
            "opening": self._opening()
            | {
                "opened_at": self.opened_at,
                "fingerprint": fingerprint(self.urn.public),
                "trustees": 3,
                "threshold": 2,
            },
            "checkpoint_key": public(self.signing),
            "seal": self._seal(),
            "void": 1,
            "trackers_blanked": 0,
            "contests": [
                {"key": key, "name": self.names[key], "amount_cents": amount, "ballots": ballots[key]}
                for key, amount in self.rules.amounts.items()
            ],
            "journal": {"positions": len(self.chain.lines), "head": self.chain.digest},
        }


def _extra(project: Listed) -> dict[str, str]:
    described = {"category": project.theme, "neighborhood": project.site, "public_id": project.id}
    return {column: value for column, value in described.items() if value}


def described(project: Listed) -> dict[str, Any]:
    return {
        "proposal": project.id,
        "title": project.title,
        "slug": project.id,
        "site": project.site or None,
        "site_kind": project.site_kind or None,
        "department": project.department or None,
        "theme": project.theme or None,
    }


# What the writer does last, and a forger who holds the right key


def repaired(files: Mapping[str, bytes], key: Ed25519PrivateKey, manifest: Mapping[str, Any]) -> dict[str, bytes]:
    """The files with a manifest that gives their digests, signed by this key."""
    content = {name: data for name, data in files.items() if name not in (layout.MANIFEST, layout.SIGNATURE)}
    digests = {name: digest_of(data) for name, data in content.items()}
    written = spread({**manifest, "files": digests})
    signature = (key.sign(written).hex() + "\n").encode()
    return {**content, layout.MANIFEST: written, layout.SIGNATURE: signature}


def forged(files: Mapping[str, bytes], key: Ed25519PrivateKey, /, **changes: Any) -> dict[str, bytes]:
    """The files as they are now under a manifest that fits them; `changes` are made in the manifest too."""
    return repaired(files, key, parse(files[layout.MANIFEST]) | changes)


def write_files(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write the files into a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
