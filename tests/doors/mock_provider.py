"""Runs oidc-provider-mock until its input ends, in a process of its own: it uses parts of libraries that warn."""

import json
import sys

import oidc_provider_mock

if __name__ == "__main__":
    users = [oidc_provider_mock.User(sub=name, claims=claims) for name, claims in json.loads(sys.argv[1]).items()]
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=users) as server:
        sys.stdout.write(f"READY http://localhost:{server.server_port}\n")
        sys.stdout.flush()
        sys.stdin.read()
