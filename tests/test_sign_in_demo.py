"""The demonstration's door: choose a role without a password, on this machine only."""

import json

import pytest

from bihuan.web.environment import is_demo, is_loopback

DOOR = "/account/demo/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(cast, settings, tmp_path):
    settings.BIHUAN_WORKSPACE = str(tmp_path)
    settings.BIHUAN_DEMO = True
    settings.ALLOWED_HOSTS = ["*"]
    (tmp_path / "demo-people.json").write_text(json.dumps(["lin", "zhou"]), encoding="utf-8")
    return cast


@pytest.fixture
def here(client):
    client.defaults["SERVER_NAME"] = "localhost"
    return client


def chosen(client, name="lin", **meta):
    client.post(DOOR, {"as": name}, **meta)
    return client.session.get("_auth_user_id")


def test_a_role_is_chosen_and_one_is_that_person(here, demo):
    assert chosen(here) == str(demo.lin.pk)


def test_the_page_says_loudly_that_it_is_a_demo(here, demo):
    page = here.get("/account/sign-in/").content.decode()
    assert "这是演示" in page
    assert 'name="as" value="zhou"' in page


def test_without_the_flag_there_is_no_door(here, demo, settings):
    settings.BIHUAN_DEMO = False
    assert here.post(DOOR, {"as": "lin"}).status_code == 404
    assert "这是演示" not in here.get("/account/sign-in/").content.decode()


def test_a_workspace_that_is_no_demo_has_no_door(here, demo, tmp_path):
    (tmp_path / "demo-people.json").unlink()
    assert here.post(DOOR, {"as": "lin"}).status_code == 404


def test_nobody_but_the_demos_people_can_be_chosen(here, demo):
    assert here.post(DOOR, {"as": "root"}).status_code == 404


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "10.0.0.8"},
        {"HTTP_X_FORWARDED_FOR": "10.0.0.8"},
        {"HTTP_FORWARDED": "for=10.0.0.8"},
        {"SERVER_NAME": "rebound.example.org"},
    ],
)
def test_it_opens_to_this_machine_only(here, demo, meta):
    assert here.post(DOOR, {"as": "lin"}, **meta).status_code == 404
    assert chosen(here, **meta) is None


def test_only_a_loopback_address_makes_a_demo():
    assert is_demo({"BIHUAN_DEMO": "1", "BIHUAN_BOUND": "127.0.0.1"})
    assert is_demo({"BIHUAN_DEMO": "1", "BIHUAN_BOUND": "::1"})
    for bound in ("0.0.0.0", "10.0.0.1", "", "example.org"):
        assert not is_demo({"BIHUAN_DEMO": "1", "BIHUAN_BOUND": bound})
    assert not is_demo({"BIHUAN_BOUND": "127.0.0.1"})
    assert not is_loopback("127.0.0.1.example.org")


@pytest.mark.parametrize("asked", [["--demo"], []])
def test_serving_a_demo_elsewhere_is_refused(tmp_path, monkeypatch, asked):
    from typer.testing import CliRunner

    from bihuan.cli import app
    from bihuan.errors import WrongUse
    from bihuan.settings import Settings
    from bihuan.store.workspace import init

    init(tmp_path / "W", Settings())
    monkeypatch.setenv("BIHUAN_DEMO", "1")
    result = CliRunner().invoke(app, ["-w", str(tmp_path / "W"), "serve", "--host", "0.0.0.0", *asked])
    assert isinstance(result.exception, WrongUse)
