"""The report: one file, complete, without network access."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from jinja2 import UndefinedError

import thalweg as tw
from thalweg.problems import double_well, muller_brown
from thalweg.report import SECTIONS, Section, html_report, picture


def test_the_report_stands_alone_and_has_every_section():
    landscape = tw.explore(muller_brown(), workers=1)
    page = html_report(landscape)
    for title in (
        "complete",
        "graph",
        "Thermodynamics",
        "Funnels",
        "Kinetics",
        "flattest",
        "Settings",
    ):
        assert re.search(f"<h2>[^<]*{title}", page), title
    # Nothing is fetched: no source, style sheet or script from elsewhere.
    assert not re.search(r"<(script|link|iframe)\b", page)
    assert not re.search(r'(src|href)="(?!data:|#)', page.replace("xlink:href", "href"))
    # Graph, heat capacity, its peaks with their graphs, frustration, entropy, pathway, spectra.
    n_peaks = len(tw.analysis.heat_capacity(landscape.network()).peaks)
    assert page.count("<svg") == 6 + min(n_peaks, 3)
    assert "-146.69952" in page and landscape.fingerprint in page


def test_saved_values_stand_beside_the_minima():
    landscape = tw.explore(muller_brown(), workers=1)
    landscape.annotate("test auc", [0.125, 0.25, 0.5])
    page = html_report(landscape)
    assert page.count("<th>test auc</th>") == 4 and ">0.125<" in page


def test_text_is_escaped():
    problem = tw.problems.Function(lambda x: (x**2).sum(), dimension=2, name="<script>bowl")
    landscape = tw.explore(problem, minima=1, connect=False, workers=1)
    page = html_report(landscape)
    assert "<script>" not in page and "&lt;script&gt;bowl" in page


def test_a_single_minimum_and_unconnected_ones_are_reported():
    landscape = tw.explore(double_well(), minima=2, connect=False, workers=1)
    page = html_report(landscape)
    assert "The heat capacity has no peak" in page


def test_a_limit_leaves_out_sections_by_name_and_what_is_there_stays_whole():
    landscape = tw.explore(double_well(), minima=2, connect=False, workers=1)
    page = html_report(landscape, seconds=1e-9)
    named = re.search(r"Not in this report</h2>\s*<p>([^<]*)", page)
    assert named is not None and "Thermodynamics" in named[1]
    assert "</html>" in page and "Not in this report" not in html_report(landscape, SECTIONS[:1])
    with pytest.raises(ValueError, match="seconds must be a finite number above 0"):
        html_report(landscape, seconds=0)


def test_an_empty_landscape_is_refused():
    with pytest.raises(ValueError, match="a report needs at least one"):
        html_report(tw.Landscape.create(double_well()))


def test_a_section_of_ones_own_stands_where_it_is_put():
    landscape = tw.explore(double_well(), minima=2, connect=False, workers=1)
    mine = Section(
        "Gaps",
        "<p>{{ gap }}</p><figure>{{ figure }}</figure>",
        lambda context: {
            "gap": f"<{np.ptp(context.network.losses):.3f}>",
            "figure": picture(lambda ax: ax.plot(context.network.losses), (3.0, 2.0)),
        },
    )
    page = html_report(landscape, sections=(mine, SECTIONS[-1]))
    assert re.findall("<h2>(.*?)</h2>", page) == ["Gaps", "Settings and versions"]
    assert "&lt;0.000&gt;" in page and page.count("<svg") == 1


def test_a_section_whose_condition_fails_is_left_out():
    landscape = tw.explore(double_well(), minima=2, connect=False, workers=1)
    never = Section("Never", "{{ undefined }}", lambda context: {}, lambda context: False)
    assert "Never" not in html_report(landscape, sections=(*SECTIONS[:1], never))


def test_sections_share_one_template_language_in_which_a_missing_value_is_an_error():
    landscape = tw.explore(double_well(), minima=2, connect=False, workers=1)
    broken = Section("Broken", "{{ absent }}", lambda context: {})
    with pytest.raises(UndefinedError, match="absent"):
        html_report(landscape, sections=(broken,))


HOSTILE = "</td><script>alert(1)</script>&amp;\" ' $x^{ \u202egnp.exe\x1b[31m\nשלום " + "x" * 10_000


class _Text(HTMLParser):
    """The text of a page, whose elements have to be closed in turn."""

    def __init__(self):
        super().__init__()
        self.open, self.all, self.text = [], set(), ""

    def handle_starttag(self, tag, attrs):
        self.all.add(tag)
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_names_of_any_kind_are_text_and_nothing_else(monkeypatch):
    landscape = tw.explore(muller_brown(), workers=1)
    monkeypatch.setattr(tw.problems.Function, "name", property(lambda _: HOSTILE))
    landscape.annotate(HOSTILE, [1.0, 2.0, 3.0])
    html = html_report(landscape)
    page = _Text()
    page.feed(html)
    assert page.open == [] and "script" not in page.all
    # The name stands in full beside its values, and is clipped where it is a heading.
    assert "</td><script>alert(1)</script>&amp;\" ' $x^{ gnp.exe[31m שלום" in page.text
    assert "x" * 10_000 in page.text
    assert len(re.search(r"<h1>(.*?)</h1>", html, re.S)[1]) < 1000
    assert not any(c in page.text for c in "\u202e\x1b")
