"""Signing in through the office's identity service: a small real one on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from bihuan.web import oidc

LOGIN, CALLBACK = "/account/office/oidc/office/login/", "/account/office/oidc/office/login/callback/"
pytestmark = pytest.mark.django_db


class Service(BaseHTTPRequestHandler):
    """Discovery, token and user info; who signs in is set on the server."""

    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_port}"
        if "openid-configuration" in self.path:
            self.say({
                "issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
                "userinfo_endpoint": f"{base}/userinfo", "jwks_uri": f"{base}/jwks",
            })  # fmt: skip
        else:
            assert self.headers["Authorization"] == "Bearer opened"
            self.say({"sub": f"id-of-{self.server.name}", "preferred_username": self.server.name})

    def do_POST(self):
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.verifier = asked.get("code_verifier")
        self.say({"access_token": "opened", "token_type": "Bearer"})

    def say(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Quiet."""


@pytest.fixture
def service(monkeypatch, settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(oidc.SERVER, f"http://127.0.0.1:{server.server_port}/.well-known/openid-configuration")
    monkeypatch.setenv(oidc.CLIENT, "bihuan")
    monkeypatch.setenv(oidc.SECRET, "kept in the environment")
    settings.SOCIALACCOUNT_PROVIDERS = oidc.providers()
    yield server
    server.shutdown()
    server.server_close()


def signed_in_as(client, server, name):
    server.name = name
    sent = client.post(LOGIN)
    state = parse_qs(urlsplit(sent["Location"]).query)["state"][0]
    client.get(CALLBACK, {"code": "given", "state": state})
    return client.session.get("_auth_user_id")


def test_it_is_off_unless_all_is_given(client, monkeypatch):
    assert oidc.providers() == {}
    assert oidc.origins() == []
    monkeypatch.setenv(oidc.SERVER, "https://id.example.org")
    assert not oidc.is_on()
    assert client.post(LOGIN).status_code == 404
    assert "统一身份认证" not in client.get("/account/sign-in/").content.decode()


def test_who_is_entered_here_comes_in_and_proof_of_the_code_is_given(client, cast, service):
    assert "统一身份认证" in client.get("/account/sign-in/").content.decode()
    assert signed_in_as(client, service, "lin") == str(cast.lin.pk)
    assert service.verifier
    client.post("/account/sign-out/")
    assert signed_in_as(client, service, "lin") == str(cast.lin.pk)


def test_who_is_not_entered_gets_no_account(client, cast, service):
    from bihuan.people.models import User

    before = User.objects.count()
    assert signed_in_as(client, service, "newcomer") is None
    assert User.objects.count() == before


def test_who_was_switched_off_stays_out(client, cast, service):
    cast.lin.is_active = False
    cast.lin.save()
    assert signed_in_as(client, service, "lin") is None


def test_the_service_makes_nobody_a_superuser(client, cast, service):
    cast.root.is_superuser = True
    cast.root.save()
    assert signed_in_as(client, service, "root") is None


def test_an_answer_that_nobody_asked_for_opens_nothing(client, cast, service):
    service.name = "lin"
    client.get(CALLBACK, {"code": "given", "state": "invented"})
    assert client.session.get("_auth_user_id") is None
