"""Making proofs of work, as the widget of a browser does."""

import altcha


def solved(client) -> str:
    """Ask for a challenge, solve it, and give what the form sends."""
    answer = client.get("/preuve")
    assert answer.status_code == 200
    challenge = altcha.Challenge.from_dict(answer.get_json())
    return altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()
