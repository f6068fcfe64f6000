"""Plain text, Markdown, csv and html: runs of one character, odd encodings, tables without end."""

from __future__ import annotations

from tests.hostile.kinds import COURSE, add

RUN = 30_000
RUNS = {
    "digits": "1",
    "spaces": " ",
    "no-break spaces": "\u00a0",
    "dots": ".",
    "dashes": "-",
    "long dashes": "—",
    "brackets": "(",
    "closing brackets": ")",
    "square brackets": "[",
    "letters": "а",
    "capitals": "А",
    "colons": ":",
    "semicolons": ";",
    "quotes": '"',
    "angle quotes": "«",
    "bullets": "•",
    "stars": "*",
    "underscores": "_",
    "numbers of sections": "1.2.",
    "items": "1) ",
    "codes": "ПК-1.",
    "prefixes of codes": "ПК",
    "initials": "А. ",
    "one-letter words": "а ",
    "slashes": "а/б",
    "verbs": "знать ",
    "zero-width spaces": "\u200b",
    "commas": "1, ",
    "addresses": "a@",
    "equals": "a=",
}


def _html(body: str) -> str:
    return f"<html><body><h1>Рабочая программа дисциплины «Физика»</h1><p>Знать:</p><ul><li>законы механики и методы измерений</li><li>основы теории цепей</li></ul>{body}</body></html>"


def _csv(cell: str) -> str:
    quoted = cell.replace('"', '""')
    return f'Дисциплина;Знать;Уметь\nФизика;законы механики и методы измерений;измерять токи\nХимия;"{quoted}";измерять массы\n'


for _name, _unit in RUNS.items():
    _run = (_unit * RUN)[:RUN]
    add(f"txt: a run of {_name}", ".txt", COURSE + _run + "\n", exit=0)
    add(f"md: a run of {_name}", ".md", COURSE + _run + "\n", exit=0)
    add(f"html: a run of {_name}", ".html", _html(f"<p>{_run}</p>"), exit=0)
    add(f"csv: a run of {_name}", ".csv", _csv(_run), exit=0)

TEXT = COURSE.replace("#", "").replace("«", '"').replace("»", '"') * 4
add("txt: UTF-32 with a mark", ".txt", TEXT.encode("utf-32"), "UTF-32")
add("txt: UTF-32 LE", ".txt", TEXT.encode("utf-32-le"), "UTF-32 LE")
add("txt: UTF-32 BE", ".txt", TEXT.encode("utf-32-be"), "UTF-32 BE")
add("txt: UTF-16 LE without a mark", ".txt", TEXT.encode("utf-16-le"), "UTF-16 LE")
add("txt: UTF-16 BE without a mark", ".txt", TEXT.encode("utf-16-be"), "UTF-16 BE")
add(
    "txt: Latin UTF-16 without a mark",
    ".txt",
    ("Course of physics\n\nStudents know laws\n" * 9).encode("utf-16-le"),
    "UTF-16 LE",
)
add("txt: mac-cyrillic", ".txt", TEXT.encode("mac-cyrillic"), "mac-cyrillic")
add("md: mac-cyrillic", ".md", TEXT.encode("mac-cyrillic"), "mac-cyrillic")
add("csv: UTF-16 BE without a mark", ".csv", _csv("x").encode("utf-16-be"), "UTF-16 BE")
add("html: UTF-32", ".html", _html("<p>x</p>").encode("utf-32"), "UTF-32")
add("txt: UTF-16 with a mark", ".txt", TEXT.encode("utf-16"), exit=0)
add("txt: UTF-8 with a mark", ".txt", TEXT.encode("utf-8-sig"), exit=0)
add("txt: windows-1251", ".txt", TEXT.encode("cp1251"), exit=0)
add("txt: KOI8-R", ".txt", TEXT.encode("koi8-r"), exit=0)
add("txt: code page 866", ".txt", TEXT.encode("cp866"), exit=0)
add("txt: every byte", ".txt", bytes(range(256)) * 40, "binary|encoding")
add("txt: zeros", ".txt", bytes(5000), "no learning outcomes")
add("txt: half a character at the end", ".txt", COURSE.encode() + b"\xd0", "encoding")
add("txt: nothing", ".txt", b"", "empty")
add("txt: spaces alone", ".txt", b" \n\t " * 9000, "empty")
add("txt: overlong UTF-8", ".txt", COURSE.encode() + b"\xc0\xaf\xe0\x80\xaf" * 50, "encoding")
add("txt: surrogates in UTF-8", ".txt", COURSE.encode() + b"\xed\xa0\x80" * 50, "encoding")
add("txt: escapes", ".txt", COURSE + "- \x1b[31mкрасить текст\x1b]0;title\x07 программ\n", exit=0)
add("txt: nulls inside", ".txt", COURSE + "- измерять\x00токи приборами\n", exit=0)
add("txt: bidi overrides", ".txt", COURSE + "- измерять \u202eтоки\u202c приборами\n", exit=0)
add("txt: C1 controls", ".txt", COURSE + "- измерять \u009b31mтоки приборами\n", exit=0)
add("txt: 200,000 verbs in lines", ".txt", COURSE + "знать\n" * 200_000, exit=0)
add(
    "md: 12,000 statements",
    ".md",
    COURSE + "".join(f"- измерять величину {n}\n" for n in range(12_000)),
    "only the first 10000",
    exit=0,
)
add(
    "txt: 40 MB in one line", ".txt", COURSE + "измерять токи и напряжения; " * 800_000, "seconds|memory|only the first"
)
add("md: 30,000 quotes deep", ".md", COURSE + "> " * 30_000 + "x\n", exit=0)
add("md: 5,000 lists deep", ".md", COURSE + "".join(f"{'  ' * n}- x\n" for n in range(500)), exit=0)
add("md: emphasis without end", ".md", COURSE + "*a **a " * 15_000 + "\n", exit=0)
add("md: links without end", ".md", COURSE + "[a](" * 20_000 + "\n", exit=0)
add("md: pictures of pictures", ".md", COURSE + "![" * 20_000 + "\n", exit=0)
add("md: back-ticks of all lengths", ".md", COURSE + "".join("`" * n + " " for n in range(400)) + "\n", exit=0)
add("md: entities", ".md", COURSE + "&amp;" * 50_000 + "\n", exit=0)
add(
    "md: a table of 20,000 columns",
    ".md",
    COURSE + "|a" * 20_000 + "|\n" + "|-" * 20_000 + "|\n" + "|б" * 20_000 + "|\n",
    exit=0,
)
add("md: references to references", ".md", COURSE + "".join(f"[a{n}]: /x\n" for n in range(20_000)), exit=0)
add("md: html inside", ".md", COURSE + "<script>alert(1)</script><img src=x onerror=alert(1)>\n", exit=0)
add("md: comments that never end", ".md", COURSE + "<!--" * 20_000 + "\n", exit=0)

add("csv: 90 MB of semicolons", ".csv", lambda path: path.write_bytes(b";" * (90 << 20)), "cells")  # type: ignore[arg-type,return-value]
add("csv: 3 million lines", ".csv", lambda path: path.write_bytes(b"a\n" * 3_000_000), "cells")  # type: ignore[arg-type,return-value]
add("csv: a quote that never ends", ".csv", 'a;"' + "b\n" * 100_000, "")
add("csv: a cell of 20 MB", ".csv", "a;b\nc;" + "д" * 10_000_000, "csv|seconds")
add("csv: 100,000 columns", ".csv", ";".join("а" * 100_000) + "\n" + ";".join("б" * 100_000), "")
add("csv: ragged rows", ".csv", "\n".join("а;" * (n % 400) for n in range(3000)), "")
add("csv: nulls", ".csv", "Дисциплина;Знать\nФизика;законы\x00 механики\n", exit=0)
add(
    "csv: formulas",
    ".csv",
    "Дисциплина;Знать;Уметь\nФизика;=cmd|' /C calc'!A0;@SUM(1+1) измерять\nХимия;законы механики;читать схемы\n",
    exit=0,
)
add("tsv: nothing but tabs", ".tsv", "\t" * 3_000_000, "cells|empty")
add("csv: a mark of order alone", ".csv", "\ufeff".encode(), "empty")

add(
    "html: 1,000 cells of 500 by 500",
    ".html",
    _html("<table>" + "<tr>" + "<td rowspan=500 colspan=500>x" * 1000 + "</table>"),
    exit=0,
)
add(
    "html: rows of 500 by 500",
    ".html",
    _html("<table>" + ("<tr>" + "<td rowspan=500 colspan=500>x" * 100) * 500 + "</table>"),
    "cells",
)
add("html: a span of 10^30", ".html", _html("<table><tr><td colspan=" + "9" * 30 + ">x<td>y</table>"), exit=0)
add("html: a span below zero", ".html", _html("<table><tr><td colspan=-5 rowspan=0>x<td>y</table>"), exit=0)
add("html: 20,000 elements deep", ".html", _html("<div>" * 20_000 + "x"), exit=0)
add("html: 20,000 tables deep", ".html", _html("<table><tr><td>" * 20_000), exit=0)
add("html: 100,000 scripts", ".html", _html("<script>x</script>y " * 100_000), exit=0)
add("html: 200,000 bold letters", ".html", _html("<p>" + "<b>a</b>" * 200_000), exit=0)
add("html: 200,000 loose bold letters", ".html", _html("<b>a</b> c" * 200_000), exit=0)
add("html: 300,000 open elements", ".html", _html("<p><i>" * 150_000), exit=0)
add(
    "html: attributes without end",
    ".html",
    _html("<p " + "".join(f"a{n}=1 " for n in range(10_000)) + ">x</p>"),
    exit=0,
)
add("html: comments without end", ".html", _html("<!-- a --" * 50_000), exit=0)
add("html: entities without end", ".html", _html("&nbsp;&#x41;&bogus;" * 10_000), exit=0)
add("html: characters that are none", ".html", _html("&#0;&#x110000;&#xD800;&#27;" * 100), exit=0)
add("html: a frame of another file", ".html", _html("<iframe src=file:///etc/passwd></iframe>"), exit=0)
add(
    "html: an entity of another file",
    ".html",
    '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _html("&x;"),
    exit=0,
)
add("html: nothing in it", ".html", "<html></html>", "")
add(
    "html: a bomb of JSON",
    ".html",
    _html('<script type="application/ld+json">' + '{"a":' * 50_000 + "</script>"),
    exit=0,
)
add(
    "html: a 40 MB page",
    ".html",
    lambda path: path.write_text(_html("<p>измерять токи и напряжения</p>" * 800_000)),
    "seconds|memory|only the first",
)  # type: ignore[arg-type,return-value]
