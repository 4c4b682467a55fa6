"""The live server: to its own page on this machine, with the token, and never in a writer's way."""

import http.client
import io
import json
import socket
import struct
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest
from synthetic import nested_funnels

import thalweg as tw
from thalweg.app import ComparedSource, ExplorerServer, LandscapeSource, Limits, NetworkSource
from thalweg.app.packing import unpack
from thalweg.landscape.network_file import write_network
from thalweg.testing.analytic import SEARCHES, STARTS


@pytest.fixture(scope="module")
def server():
    with ExplorerServer(NetworkSource(nested_funnels(12), "twelve")) as server:
        yield server


def _ask(server, path, method="GET", **headers):
    host, token = server.url.removeprefix("http://").split("/?token=")
    connection = http.client.HTTPConnection(host)
    mark = "&" if "?" in path else "?"
    connection.request(method, f"{path}{mark}token={token}", headers=headers)
    answer = connection.getresponse()
    result = answer.status, answer.read(), dict(answer.getheaders())
    connection.close()
    return result


def test_it_serves_page_script_and_data(server):
    status, page, headers = _ask(server, "/")
    assert status == 200 and b"explorer.js?token=" in page
    assert headers["Referrer-Policy"] == "no-referrer" and headers["Cache-Control"] == "no-store"
    assert _ask(server, "/explorer.js")[2]["Content-Type"].startswith("text/javascript")
    assert unpack(_ask(server, "/data")[1])[1]["title"] == "twelve"
    assert server.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_it_refuses_other_hosts_and_origins(server, headers):
    assert _ask(server, "/data", **headers)[0] == 403


def test_it_refuses_a_wrong_token_and_other_methods(server):
    port = server.url.split(":")[2].split("/")[0]
    connection = http.client.HTTPConnection("127.0.0.1", int(port))
    for path in ("/", "/data", "/data?token=", "/explorer.js?token=x"):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 403 and b"token" in answer.read()
    connection.close()
    assert _ask(server, "/data", method="POST")[0] == 501
    assert _ask(server, "/../pyproject.toml")[0] == 404


def test_what_it_knows_already_is_not_sent_again(server):
    tag = _ask(server, "/data")[2]["ETag"]
    assert _ask(server, "/data", **{"If-None-Match": tag})[:2] == (304, b"")


def test_a_selection_comes_as_parquet(server):
    status, data, _ = _ask(server, "/parquet?minima=1-3,7")
    table = pd.read_parquet(io.BytesIO(data))
    assert status == 200 and table["minimum"].tolist() == [1, 2, 3, 7]
    network = nested_funnels(12)
    assert np.array_equal(table["loss"], network.losses[[1, 2, 3, 7]])
    table = pd.read_parquet(io.BytesIO(_ask(server, "/parquet?minima=0-11&temperature=0.05")[1]))
    expected = tw.analysis.occupation_probabilities(network, 0.05)
    assert table["occupation (T = 0.05)"].tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "path",
    [
        "/detail",
        "/parquet",
        "/parquet?minima=3-x",
        "/parquet?minima=3&temperature=-1",
        "/parquet?minima=99",
    ],
)
def test_a_question_that_makes_no_sense_is_the_askers_fault(server, path):
    assert _ask(server, path)[0] == 400


def test_a_large_landscape_is_opened_piece_by_piece():
    network, limits = nested_funnels(60), Limits(whole=50, first=20, more=15)
    with ExplorerServer(NetworkSource(network, limits=limits)) as server:
        _, data, headers = _ask(server, "/data")
        arrays, notes = unpack(data)
        assert notes["n_minima"] == 20
        number = arrays["minimum_number"][0]
        status, data, again = _ask(
            server, f"/data?open={number}", **{"If-None-Match": headers["ETag"]}
        )
        assert status == 200 and unpack(data)[1]["n_minima"] > 20
        assert again["ETag"] != headers["ETag"]
        table = pd.read_parquet(io.BytesIO(_ask(server, "/parquet?minima=0-4")[1]))
        assert table["minimum"].tolist() == arrays["minimum_number"][:5].tolist()
        status, text, _ = _ask(server, "/data?open=1;2;3")
        assert status == 400 and b"no more can be opened" in text
        assert _ask(server, "/parquet?minima=0&temperature=0.1")[0] == 400


def test_what_is_compared_is_asked_for_by_number(server, tmp_path):
    for k, n in enumerate((3, 4)):
        write_network(nested_funnels(n), tmp_path / f"{k}.npz")
    source = ComparedSource([tmp_path / "0.npz", tmp_path / "1.npz"], names=["a", "b"])
    with ExplorerServer(source) as both:
        assert json.loads(_ask(both, "/comparison")[1])["names"] == ["a", "b"]
        assert unpack(_ask(both, "/data?landscape=1")[1])[1]["n_minima"] == 4
        assert json.loads(_ask(both, "/detail?landscape=1&of=minimum&numbers=0")[1]) == {
            "sections": []
        }
        status, text, _ = _ask(both, "/data?landscape=2")
        assert status == 400 and b"there are 2 landscapes" in text
        assert b"data-compared" in _ask(both, "/")[1]
    source.close()
    assert _ask(server, "/comparison")[0] == 404
    assert _ask(server, "/data?landscape=0")[0] == 400


def test_a_reader_who_goes_away_is_no_fault(server, capsys):
    with socket.create_connection(
        ("127.0.0.1", int(server.url.split(":")[2].split("/")[0]))
    ) as one:
        one.sendall(b"GET /da")
        # With no time to linger, closing cuts the connection off.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # The handler of what was cut off has its turn before these are answered.
    assert {_ask(server, "/data")[0] for _ in range(5)} == {200}
    assert capsys.readouterr().err == ""


@contextmanager
def _following(location):
    source = LandscapeSource(location)
    try:
        with ExplorerServer(source) as server:
            yield server
    finally:
        source.close()


def test_it_follows_a_landscape_that_grows_while_another_writes(tmp_path):
    file = tmp_path / "a.db"
    landscape = tw.Landscape.create(tw.problems.double_well(), file)
    landscape.record(STARTS, landscape.start_run("check", {}, 0))
    with _following(file) as server:
        _, data, headers = _ask(server, "/data")
        assert unpack(data)[1]["n_transition_states"] == 0
        landscape.record(SEARCHES, landscape.start_run("check", {}, 0))
        landscape.close()
        status, data, _ = _ask(server, "/data", **{"If-None-Match": headers["ETag"]})
        assert status == 200 and unpack(data)[1]["n_transition_states"] == 1
        detail = json.loads(_ask(server, "/detail?of=minimum&numbers=0")[1])
        assert detail["sections"][0]["title"] == "Stationary point"
        status, text, _ = _ask(server, "/detail?of=minimum&numbers=7")
        assert status == 400 and b"there is no minimum 7" in text
        file.rename(tmp_path / "b.db")
        status, text, _ = _ask(server, "/data")
        assert status == 500 and b"a.db is no longer there" in text


def test_a_file_that_is_none_is_refused_before_anything_is_served(tmp_path):
    with pytest.raises(tw.LandscapeError):
        LandscapeSource(tmp_path / "none.db")
