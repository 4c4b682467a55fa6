"""The page on many writers: its example runs as it stands there, and its URLs are such."""

import re
from pathlib import Path

from thalweg.landscape.database.server import server_url

PAGE = (Path(__file__).parents[2] / "docs" / "many-writers.md").read_text()


def test_its_example_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    names = {}
    exec(compile(code, "many-writers.md", "exec"), names)
    with names["landscape"] as landscape:
        assert landscape.n_minima == 2 and len(landscape.runs()) == 6
        assert names["coverage"].draws == landscape.network().hits.sum()
    assert [one.minima for one in names["results"]] == [2, 0, 0]


def test_its_urls_are_those_of_a_server():
    urls = set(re.findall(r"postgresql://[\w.@/?=%&:-]+", PAGE))
    assert len(urls) >= 2
    for url in urls:
        address = server_url(url)
        assert (address.username, address.host, address.password) == ("me", "db.example.org", None)
