"""Who may ask the server, and what it gives them."""

from __future__ import annotations

import http.client
import json
import socket

import pytest

from glove_ada.errors import OptionError
from glove_ada.explorer.page_files import SCRIPTS
from glove_ada.explorer.server import ExplorerServer


def request(server, method, path, body=None, **headers):
    """Send a request as it is; return the status and what came."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    content = None if body is None else json.dumps(body).encode()
    if content is not None:
        headers = {"Content-Type": "application/json", **headers}
        headers.setdefault("Content-Length", str(len(content)))
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(content)
    response = connection.getresponse()
    found = response.read()
    connection.close()
    return response, found


def ask(server, name, question, **headers):
    return request(server, "POST", f"/{server.token}/api/{name}", question, **headers)


def test_the_page_and_its_files_come_with_the_token(server):
    page = request(server, "GET", f"/{server.token}/")
    assert page[0].status == 200
    assert page[0].headers["Content-Type"] == "text/html; charset=utf-8"
    assert page[0].headers["Content-Security-Policy"].startswith("default-src 'none'")
    for name in ("explore.css", *SCRIPTS):
        assert request(server, "GET", f"/{server.token}/{name}")[0].status == 200, name
        assert f'"{name}"'.encode() in page[1]


@pytest.mark.parametrize("path", ["/", "/wrong/", "//", "/index.html", "/api/start", "/{token}x/"])
def test_nothing_comes_without_the_token(server, path):
    for method in ("GET", "POST", "HEAD"):
        response, found = request(server, method, path.format(token=server.token))
        assert response.status == 403
        assert server.token.encode() not in found


def test_a_ticket_opens_the_page_once(server):
    path = server.ticket_url.partition(str(server.port))[2]
    assert server.token not in path
    assert request(server, "GET", f"{path}x")[0].status == 403
    assert request(server, "GET", path, Host="evil.example")[0].status == 403
    first = request(server, "GET", path)[0]
    assert (first.status, first.headers["Location"]) == (302, f"/{server.token}/")
    assert request(server, "GET", path)[0].status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/{token}/../../etc/passwd",
        "/{token}/%2e%2e/%2e%2e/etc/passwd",
        "/{token}//etc/passwd",
        "/{token}/map/../../server.py",
        "/{token}/..%5cserver.py",
        "/{token}/__init__.py",
        "/{token}/v.txt",
        "/{token}/map/",
    ],
)
def test_no_path_reads_a_file(server, path):
    response, found = request(server, "GET", path.format(token=server.token))
    assert response.status == 404
    assert b"root:" not in found
    assert b"import" not in found


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "", "[::1]"])
def test_another_host_name_is_refused(server, host):
    host = host.format(port=server.port)
    response, _ = request(server, "GET", f"/{server.token}/", Host=host)
    assert response.status == 403
    assert ask(server, "start", {}, Host=host)[0].status == 403
    assert ask(server, "start", {}, Host=f"localhost:{server.port}")[0].status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_other_sites_are_refused(server, headers):
    headers = {name: value.format(port=server.port) for name, value in headers.items()}
    assert ask(server, "start", {}, **headers)[0].status == 403
    assert ask(server, "start", {}, Origin=f"http://127.0.0.1:{server.port}")[0].status == 200


@pytest.mark.parametrize(
    ("name", "question", "reason"),
    [
        ("ask", {"query": " "}, "the query is empty"),
        ("ask", {"query": "a", "topn": 1.5}, "1.5 is no whole number"),
        ("map", {"model": 0, "words": 9, "method": "umap"}, "the map by umap is not computed yet"),
        ("nothing", {}, "there is no question 'nothing'"),
        ("start", ["a list"], "a question is a JSON object"),
    ],
)
def test_why_a_question_is_refused_is_said(server, name, question, reason):
    response, found = ask(server, name, question)
    assert response.status == 400
    assert reason in json.loads(found)["error"]


def test_a_question_is_json_of_moderate_size(server):
    assert ask(server, "start", {}, Content_Type="text/plain")[0].status == 415
    assert ask(server, "start", {}, Content_Length="70000")[0].status == 413
    assert ask(server, "start", {}, Content_Length="-1")[0].status == 413
    assert ask(server, "start", [1])[0].status == 400
    path = f"/{server.token}/api/ask"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("POST", path, b"{" * 9000, {"Content-Type": "application/json"})
    assert connection.getresponse().status == 400


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("nothing", {}),
        ("__init__", {}),
        ("ask", {}),
        ("ask", {"query": ""}),
        ("ask", {"query": "king", "topn": "many"}),
        ("map", {"model": 3, "words": 10}),
        ("map", {"model": 0, "words": 10, "method": "../x"}),
        ("map", {"model": 0, "words": "x"}),
        ("colours", {"model": 0, "words": 10, "by": "mood"}),
        ("compare", {}),
        ("complete", {"beginning": "k", "path": "/etc/passwd"}),
    ],
)
def test_questions_without_sense_get_one_sentence(server, name, question):
    response, found = ask(server, name, question)
    assert response.status == 400
    error = json.loads(found)["error"]
    assert error
    assert "\n" not in error


def test_answers_carry_any_word(server, words):
    found = json.loads(ask(server, "map", {"model": 0, "words": 1000})[1])
    assert found["words"] == words
    for word in words[-6:]:
        answer = json.loads(ask(server, "ask", {"query": word})[1])["answers"][0]
        assert answer["asked"][0]["word"] == word


def test_a_port_that_is_taken_gives_way_to_the_next(server, answers):
    with ExplorerServer(answers, server.port) as second:
        assert server.port < second.port <= server.port + 20


def test_ports_may_run_out(server, answers, monkeypatch):
    monkeypatch.setattr("glove_ada.explorer.server.PORTS_TRIED", 1)
    with pytest.raises(OptionError, match=f"ports {server.port} to {server.port} are taken"):
        ExplorerServer(answers, server.port)


def test_a_browser_that_goes_away_is_no_matter(server, capsys):
    for sent in (b"", b"GET", f"POST /{server.token}/api/map HTTP/1.1\r\nHost: ".encode()):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(sent)
            # Reset, not closed: the server finds out when it answers.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert ask(server, "start", {})[0].status == 200
    assert capsys.readouterr().err == ""
