"""A small Pabulib file, as text."""


def pabulib(**meta: str) -> str:
    """Three projects, four ballots; further keys of META may be given."""
    keys = {
        "description": "Essai",
        "country": "France",
        "unit": "Val-Clair",
        "instance": "2021",
        "num_projects": "3",
        "num_votes": "4",
        "budget": "100",
        "vote_type": "approval",
        "rule": "greedy",
        "date_begin": "01.03.2021",
        "date_end": "15.03.2021",
        "currency": "EUR",
    } | meta
    head = "".join(f"{key};{value}\n" for key, value in keys.items())
    projects = (
        "project_id;cost;name;category;selected\na;60;Le banc;Cadre de vie;1\nb;40;Le phare;;0\nc;50;Le quai;;1\n"
    )
    votes = "voter_id;vote\n1;a,c\n2;a\n3;b,a\n4;c\n"
    return f"META\nkey;value\n{head}PROJECTS\n{projects}VOTES\n{votes}"
