"""Sign-in by OpenID Connect, against a provider that the test runs; what does not fit lets nobody in."""

import time

import httpx
import pytest

from hilum.errors import WorkspaceError
from hilum.serving.configuration import read_configuration
from hilum.serving.settings import OidcSettings, Settings
from serving.a_provider import CLIENT, SECRET, provider
from serving.served import running


@pytest.fixture
def hospital():
    with provider() as made:
        yield made


@pytest.fixture
def served(workspace, hospital):
    roles = {"radiology": "researcher", "annotation": "annotator"}
    oidc = OidcSettings(hospital.address, CLIENT, SECRET, roles)
    with running(Settings(workspace, accounts=True, oidc=oidc)) as server:
        yield server


def _signed_in(client: httpx.Client) -> httpx.Response:
    """A browser's way to the provider and back."""
    begun = client.get("/api/session/oidc/start")
    assert begun.status_code == 303, begun.text
    there = httpx.get(begun.headers["location"])
    assert there.status_code == 302
    return client.get(there.headers["location"])


def _person(client: httpx.Client) -> dict | None:
    return client.get("/api/session").json()["person"]


def test_whom_the_provider_signs_in_has_the_mapped_roles(served, hospital):
    client = served.client()
    answer = _signed_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert _person(client)["name"] == "Dr Park"
    assert _person(client)["roles"] == ["researcher"]
    hospital.claims = {"groups": "annotation", "preferred_username": "Dr Park-Lee"}
    assert _signed_in(client).status_code == 303
    assert _person(client)["id"] == 1
    assert _person(client)["roles"] == ["annotator"], "roles follow the provider at each sign-in"


def test_the_session_page_offers_the_provider(served):
    assert served.client().get("/api/session").json()["provider"] == "the hospital's sign-in"


def test_roles_may_lie_deeper_in_the_token(workspace, hospital):
    hospital.claims = {"realm_access": {"roles": ["hilum-admin"]}}
    oidc = OidcSettings(
        hospital.address, CLIENT, SECRET, {"hilum-admin": "administrator"}, role_claim="realm_access.roles"
    )
    with running(Settings(workspace, accounts=True, oidc=oidc)) as server:
        client = server.client()
        assert _signed_in(client).status_code == 303
        assert _person(client)["roles"] == ["administrator"]


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"nonce": "another"}, 401),
        ({"nonce": None}, 401),
        ({"iss": "https://evil.example"}, 401),
        ({"iss": None}, 401),
        ({"aud": "another client"}, 401),
        ({"aud": ["another", "and another"]}, 401),
        ({"aud": [CLIENT, "another"]}, 401),
        ({"aud": [CLIENT, "another"], "azp": "another"}, 401),
        ({"aud": [CLIENT, "another"], "azp": CLIENT}, 303),
        ({"exp": int(time.time()) - 3600}, 401),
        ({"exp": None}, 401),
        ({"exp": "tomorrow"}, 401),
        ({"iat": int(time.time()) + 86_400}, 401),
        ({"nbf": int(time.time()) + 86_400}, 401),
        ({"sub": None}, 401),
        ({"sub": ""}, 401),
        ({"groups": []}, 403),
        ({"groups": None}, 403),
        ({"groups": ["administrator"]}, 403),
        ({"groups": {"radiology": True}}, 403),
    ],
)
def test_a_token_that_does_not_fit_lets_nobody_in(served, hospital, claims, status):
    hospital.claims = claims
    client = served.client()
    assert _signed_in(client).status_code == status
    assert (_person(client) is None) is (status != 303)


@pytest.mark.parametrize("wrong", ["none", "HS256", "forged"])
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(served, hospital, wrong):
    if wrong == "forged":
        hospital.forged = True
    else:
        hospital.algorithm = wrong
    client = served.client()
    answer = _signed_in(client)
    assert answer.status_code == 401
    assert "signature" in answer.text
    assert _person(client) is None


def test_another_browser_cannot_end_what_one_began(served):
    begun = served.client().get("/api/session/oidc/start")
    back = httpx.get(begun.headers["location"]).headers["location"]
    other = served.client()
    assert other.get(back).status_code == 401
    assert _person(other) is None


def test_what_was_finished_cannot_be_finished_again(served, hospital):
    client = served.client()
    begun = client.get("/api/session/oidc/start")
    cookie = dict(client.cookies)
    back = httpx.get(begun.headers["location"]).headers["location"]
    assert client.get(back).status_code == 303
    again = served.client(cookie)
    assert again.get(back).status_code == 401
    assert hospital.answers == 1


@pytest.mark.parametrize(
    "query", ["", "?code=a", "?state=a", "?code=a&state=b", "?error=access_denied&state=a"]
)
def test_a_way_back_that_nobody_went_lets_nobody_in(served, query):
    answer = served.client().get("/api/session/oidc/back" + query)
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")


def test_an_answer_of_another_provider_is_refused(served):
    client = served.client()
    begun = client.get("/api/session/oidc/start")
    back = httpx.get(begun.headers["location"]).headers["location"]
    assert client.get(back + "&iss=https%3A%2F%2Fevil.example").status_code == 401


def test_a_provider_that_describes_itself_otherwise_is_not_asked(served, hospital):
    hospital.issuer = "https://evil.example"
    assert served.client().get("/api/session/oidc/start").status_code == 503


def test_a_provider_that_is_not_there_is_told_in_a_sentence(workspace):
    oidc = OidcSettings("http://127.0.0.1:9", CLIENT, SECRET, {"a": "viewer"})
    with running(Settings(workspace, accounts=True, oidc=oidc)) as server:
        answer = server.client().get("/api/session/oidc/start")
    assert answer.status_code == 503
    assert "does not answer" in answer.json()["sentence"]


def test_the_provider_takes_over_no_account_with_a_password(served):
    served.add("Dr Park", "administrator")
    client = served.client()
    assert _signed_in(client).status_code == 403
    assert _person(client) is None


def test_a_closed_account_stays_closed(served):
    from hilum.serving.access.people import set_disabled

    served.add("chief", "administrator")
    client = served.client()
    assert _signed_in(client).status_code == 303
    number = _person(client)["id"]
    with served.serving.writing() as connection:
        set_disabled(connection, number, disabled=True)
    assert _person(client) is None
    assert _signed_in(client).status_code == 403


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[serve.oidc]\nissuer = "http://id.hospital"\nclient_id = "hilum"\nroles = {a = "viewer"}', "https"),
        ('[serve.oidc]\nissuer = "https://id.hospital"\nclient_id = "hilum"\nroles = {a = "boss"}', "boss"),
        ('[serve.oidc]\nissuer = "https://id.hospital"\nclient_id = "hilum"', "roles"),
        ("[serve]\nidle = 3", "idle"),
        ("serve = 3", "serve"),
    ],
)
def test_a_mistake_in_the_workspaces_file_is_told(workspace, text, said):
    file = workspace.root / "hilum.toml"
    file.write_text(file.read_text() + text)
    with pytest.raises(WorkspaceError, match=said):
        read_configuration(workspace)


def test_the_secret_comes_from_the_environment_and_is_never_shown(workspace, monkeypatch):
    file = workspace.root / "hilum.toml"
    file.write_text(
        file.read_text()
        + '[serve.oidc]\nissuer = "https://id.hospital"\nclient_id = "hilum"\nroles = {a = "viewer"}\n'
    )
    monkeypatch.setenv("HILUM_OIDC_SECRET", "between us")
    found = read_configuration(workspace).provider()
    assert found is not None
    assert found.client_secret == "between us"
    assert "between us" not in repr(found)
