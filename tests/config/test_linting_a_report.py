"""`huiyin lint`: the report check on files, without the site."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from huiyin.config.cli import main

GOOD = "5 月 12 日更换 2 号楼水泵 1 台，费用 8600 元。\n"
BAD = "公司对消防安全工作高度重视。\n"


@pytest.fixture
def report(tmp_path: Path):
    def write(text: str | bytes, name: str = "report.md") -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def docx(body: str) -> bytes:
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'
        )
    return packed.getvalue()


def paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_clean_report_leaves_with_0_and_findings_with_1(report, capsys):
    assert main(["lint", report(GOOD)]) == 0
    assert "没有发现问题" in capsys.readouterr().out
    assert main(["lint", report(GOOD + BAD)]) == 1
    assert ":2:1: 须改 R-VAGUE-01" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        (BAD, "report.pdf", "只读 txt、md 和 docx"),
        (b"no zip", "report.docx", "打不开"),
        (b"\xff\xff\xff\xff", "report.txt", "编码认不出来"),
        ("<!-- huiyin: allow R-VAGUE-01 -->\n" + BAD, "report.md", "原因"),
    ],
)
def test_bad_use_leaves_with_2_and_says_what_to_change(report, capsys, text, name, said):
    assert main(["lint", report(text, name)]) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_is_bad_use(capsys, tmp_path):
    assert main(["lint", str(tmp_path / "none.md")]) == 2
    assert "打不开" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        f"<!-- huiyin: allow R-VAGUE-01 引用街道通报 -->\n\n{BAD}",
        BAD.strip() + "〔huiyin: 允许 R-VAGUE-01：引用街道通报〕\n",
    ],
)
def test_a_written_reason_lets_one_rule_stand_on_one_line(report, capsys, text):
    assert main(["lint", report(text)]) == 0
    assert "已放行：引用街道通报" in capsys.readouterr().out
    assert main(["lint", report(text + BAD)]) == 1


def test_text_in_the_encoding_of_old_computers_is_read(report):
    assert main(["lint", report(BAD.encode("gb18030"), "report.txt")]) == 1


def test_a_word_document_is_read_with_its_headings_and_tables(report, capsys):
    table = f"<w:tbl><w:tr><w:tc>{paragraph('次数')}</w:tc><w:tc>{paragraph('96')}</w:tc></w:tr></w:tbl>"
    deleted = "<w:p><w:del><w:r><w:delText>业主一致好评。</w:delText></w:r></w:del></w:p>"
    body = paragraph("一流的服务团队", "Heading1") + table + deleted + paragraph(BAD.strip())
    assert main(["lint", report(docx(body), "report.docx")]) == 1
    out = capsys.readouterr().out
    assert "R-VAGUE-01" in out
    assert "R-EXAG" not in out


def test_a_word_document_with_declarations_is_refused(report, capsys):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert main(["lint", report(packed.getvalue(), "report.docx")]) == 2
    assert "不该有的声明" in capsys.readouterr().err


def test_json_and_sarif_say_where_and_why(report, capsys):
    path = report(GOOD + BAD)
    assert main(["lint", "--format", "json", path]) == 1
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["rule_id"], row["line"], row["column"], row["suppressed"]) == ("R-VAGUE-01", 2, 1, None)
    assert "高度重视" in row["words"]
    assert main(["lint", "--format", "sarif", path]) == 1
    log = json.loads(capsys.readouterr().out)
    (result,) = log["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("R-VAGUE-01", "error")
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 2
    assert result["ruleId"] in {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}


def test_neither_django_nor_a_database_is_loaded(report):
    code = (
        "import sys; from huiyin.config.cli import main; main(sys.argv[1:]);"
        "print(sorted({'django', 'psycopg', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "lint", report(GOOD)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_bad_file_does_not_hide_what_is_found_in_the_others(report, capsys, tmp_path):
    bad, none = report(BAD, "a.md"), str(tmp_path / "none.md")
    assert main(["lint", none, bad]) == 2
    told = capsys.readouterr()
    assert "打不开" in told.err
    assert "须改 R-VAGUE-01" in told.out
    assert main(["lint", none]) == 2
    assert "没有发现问题" not in capsys.readouterr().out


def test_a_bad_mark_does_not_hide_what_is_found_in_its_file(report, capsys):
    assert main(["lint", report(f"<!-- huiyin: allow R-VAGUE-01 -->\n{BAD}")]) == 2
    told = capsys.readouterr()
    assert "report.md:1: 放行要写明规则编号和原因" in told.err
    assert ":2:1: 须改 R-VAGUE-01" in told.out


def test_a_mark_with_a_rule_that_does_not_exist_is_told(report, capsys):
    assert main(["lint", report(f"<!-- huiyin: allow R-NOPE-99 引用合同 -->\n{GOOD}")]) == 2
    assert "report.md:1: 没有 R-NOPE-99 这条规则" in capsys.readouterr().err


def test_a_mark_that_lets_nothing_stand_is_told_and_changes_no_exit_code(report, capsys):
    assert main(["lint", report(f"<!-- huiyin: allow R-VAGUE-01 引用合同 -->\n{GOOD}")]) == 0
    told = capsys.readouterr()
    assert "report.md:1: 放行 R-VAGUE-01 没有用处：第 2 行没有这条规则的问题" in told.err
    assert "没有发现问题" in told.out


def test_a_reader_that_leaves_early_gets_no_traceback(report):
    code = "import sys; from huiyin.config.cli import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "lint", "--format", "sarif", report(BAD * 400)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 1


def test_the_help_names_exit_codes_and_the_mark_in_chinese(capsys):
    with pytest.raises(SystemExit) as left:
        main(["lint", "--help"])
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert "退出码" in told
    assert "<!-- huiyin: allow R-VAGUE-01" in told
    assert "usage:" not in told
    assert "show this help" not in told
