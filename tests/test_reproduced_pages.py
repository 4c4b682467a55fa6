"""docs/reproduced: the table of all items says what their pages say."""

import re
from collections import Counter
from pathlib import Path

from thalweg.reproduce import REPRODUCTIONS

FOLDER = Path(__file__).parents[1] / "docs" / "reproduced"
VERDICTS = ("holds", "does not hold", "cannot be told")


def test_the_table_counts_the_verdicts_of_the_pages():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| \[(.+?)\]\((.+?)\) \|.*?\| (\d+) \| (\d+) \| (\d+) \|$", text, re.MULTILINE
    )
    assert [row[0] for row in rows] == list(REPRODUCTIONS)
    for name, file, *counts in rows:
        page = (FOLDER / file).read_text(encoding="utf-8")
        verdicts = Counter(
            re.findall(rf"\| (?:order|sign|words) \| ({'|'.join(VERDICTS)}) \|", page)
        )
        assert [verdicts[one] for one in VERDICTS] == [int(n) for n in counts], name
        assert all((FOLDER / picture).is_file() for picture in re.findall(r"!\[\]\((.+?)\)", page))
    totals = [sum(int(row[2 + k]) for row in rows) for k in range(3)]
    assert "| **all** |  | " + " | ".join(f"**{n}**" for n in totals) in text
