"""README and docs say what is true: commands and options exist, pages written by commands are up to date.

`python -m tests.test_docs` writes docs/commands.md and the table in docs/quality.md anew.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from pathlib import Path

import click
import pytest

from hairdensity.cli.entry import COMMANDS, program
from hairdensity.measure import Measurement, MeasureSettings
from hairdensity.quality import FLAGS, flag_table

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "sample_images" / "README.md"])
COMMANDS_PAGE = ROOT / "docs" / "commands.md"
QUALITY_PAGE = ROOT / "docs" / "quality.md"
COMMANDS_HEAD = (
    "# Commands\n\nWhat `hairdensity COMMAND --help` prints, written by `python -m tests.test_docs`.\n"
)
OWN_SCRIPTS = re.compile(r"(?:python|bash|sh) ((?:benchmarks|training|\.ci)/\S+)|(\.ci/run)\b")
each_page = pytest.mark.parametrize("page", PAGES, ids=[one.name for one in PAGES])


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def own_commands(page: Path) -> list[list[str]]:
    """Return the words after `hairdensity` wherever a shell block calls it."""
    joined = "\n".join(blocks(page, "sh")).replace("\\\n", " ")
    calls = re.findall(r"(?:^|[\s/;&(])hairdensity ([^\n;&|>#)]+)", joined)
    return [shlex.split(call) for call in calls]


def help_page() -> str:
    """Return the help of the program and of every command."""
    context = click.Context(program, info_name="hairdensity", terminal_width=100, **program.context_settings)
    parts = [COMMANDS_HEAD, f"```text\n{program.get_help(context)}\n```\n"]
    for name in COMMANDS:
        command = program.get_command(context, name)
        assert command is not None
        below = click.Context(command, info_name=name, parent=context, terminal_width=100)
        parts.append(f"## {name}\n\n```text\n{command.get_help(below)}\n```\n")
        for part, inner in command.commands.items() if isinstance(command, click.Group) else ():
            inside = click.Context(inner, info_name=part, parent=below, terminal_width=100)
            parts.append(f"### {name} {part}\n\n```text\n{inner.get_help(inside)}\n```\n")
    return "\n".join(parts)


def quality_page() -> str:
    """Return docs/quality.md with its table as the registry has it."""
    lines = QUALITY_PAGE.read_text(encoding="utf-8").splitlines()
    begin, end = (lines.index(f"<!-- flags: {place} -->") for place in ("begin", "end"))
    return "\n".join([*lines[: begin + 1], *flag_table(), *lines[end:]]) + "\n"


@pytest.mark.parametrize("name", ["main-job", "tests"])
def test_the_readme_has_its_two_commands_each_on_one_line(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(rf"<!-- command: {name} -->\s*```sh\n(.*?)```", readme, re.DOTALL)
    assert len(found) == 1
    assert found[0].strip().count("\n") == 0


@each_page
def test_commands_and_options_in_the_docs_exist(page: Path) -> None:
    context = click.Context(program)
    for name, *words in own_commands(page):
        if name.startswith("-"):
            continue
        command = program.get_command(context, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            command = command.commands[words[0]]
        known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
        used = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert used <= known, (name, used - known)


@each_page
def test_scripts_and_links_in_the_docs_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    scripts = [one or two for one, two in OWN_SCRIPTS.findall("\n".join(blocks(page, "sh")))]
    assert [one for one in scripts if not (ROOT / one).exists()] == []
    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@each_page
def test_no_page_names_a_place_on_one_machine(page: Path) -> None:
    assert not re.search(r"/(?:work|root|home)/", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", [one for one in PAGES if blocks(one, "python")], ids=lambda page: page.name)
def test_python_in_the_docs_runs(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), names)  # noqa: S102 - our own documentation


def test_help_on_the_page_is_what_the_commands_print() -> None:
    page, printed = COMMANDS_PAGE.read_text(encoding="utf-8"), help_page()
    assert page.split() == printed.split(), "run: python -m tests.test_docs"


def test_every_flag_is_documented() -> None:
    assert QUALITY_PAGE.read_text(encoding="utf-8") == quality_page(), "run: python -m tests.test_docs"
    assert all(f"`{code}`" in QUALITY_PAGE.read_text(encoding="utf-8") for code in FLAGS)


def test_every_quantity_and_setting_of_a_measurement_is_documented() -> None:
    text = (ROOT / "docs" / "measurements.md").read_text(encoding="utf-8")
    quantities = {one.name for one in fields(Measurement)} - {"null_reasons"}
    assert {name for name in quantities if f"`{name}`" not in text} == set()
    settings = MeasureSettings()
    rows = [f"| `{one.name}` | {getattr(settings, one.name)} |" for one in fields(settings)]
    assert [row for row in rows if row not in text] == []


if __name__ == "__main__":
    COMMANDS_PAGE.write_text(help_page(), encoding="utf-8")
    QUALITY_PAGE.write_text(quality_page(), encoding="utf-8")
