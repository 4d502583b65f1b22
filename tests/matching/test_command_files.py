"""Files that cannot be read or written, disks that are full, listeners that leave, and Ctrl-C."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ayni.matching import waiting
from ayni.matching.files import problem_as_json, solution_as_json
from ayni.matching.generating import Habits, generate
from ayni.matching.rounds import solve
from tests.matching.command_worlds import RING, Run, files, typed_in
from tests.matching.worlds import a_round


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Run:
    return typed_in(tmp_path, monkeypatch, capsys)


def started(*arguments: str, **given) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ayni.matching", *arguments],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, timeout=60, **given,
    )  # fmt: skip


class TestFiles:
    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (None, "cannot be read: no such file or directory"),
            (b"", "is empty"),
            (b" \n", "is empty"),
            (b'{"a\xff', "is not text in UTF-8: byte 4 does not belong there"),
            (b"{", "this is not JSON: Expecting property name enclosed in double quotes (line 1, column 2)"),
        ],
    )
    def test_what_cannot_be_read_is_told(self, run: Run, content: bytes | None, told: str) -> None:
        if content is not None:
            Path("bad.json").write_bytes(content)
        assert run("solve bad.json -o new.json") == (2, "", f"bad.json: {told}\n")
        assert "new.json" not in files()

    def test_a_directory_is_no_file(self, run: Run) -> None:
        assert run("solve .") == (2, "", ".: cannot be read: is a directory\n")

    def test_a_mark_of_utf_8_before_the_text_is_read_over(self, run: Run) -> None:
        Path("round.json").write_text("\ufeff" + problem_as_json(RING), encoding="utf-8")
        assert run("solve round.json")[0] == 0

    def test_each_fault_of_a_round_is_a_line(self, run: Run) -> None:
        Path("round.json").write_text(
            problem_as_json(RING)
            .replace('"quality": 900', '"quality": 1001')
            .replace('"quality": 400', '"quality": "x"')
        )
        code, out, err = run("solve round.json -o new.json")
        assert (code, out, files()) == (2, "", ["answer.json", "round.json"])
        assert err.splitlines() == [
            "round.json: pairs[0].quality: a whole number from 0 to 1000, not 1001",
            'round.json: pairs[2].quality: a whole number from 0 to 1000, not "x"',
        ]

    def test_an_answer_to_another_round_is_refused(self, run: Run) -> None:
        Path("round.json").write_text(problem_as_json(a_round({"a1>b1": 1, "b1>a1": 1})))
        code, out, err = run("check round.json answer.json")
        assert (code, out, err.startswith("answer.json: problem: this answers another round")) == (
            2,
            "",
            True,
        )

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("solve round.json -o round.json", "round.json: is read from; choose another name for what is written"),
            ("solve round.json -o ./sub/../round.json", "sub/../round.json: is read from; choose another name for what is written"),
            ("solve round.json -o hard.json", "hard.json: is read from; choose another name for what is written"),
            ("solve round.json --previous answer.json -o answer.json", "answer.json: is read from; choose another name for what is written"),
            ("solve round.json -o sub", "sub: cannot be written: is a directory"),
            ("solve round.json -o no/new.json", "no/new.json: cannot be written: there is no directory 'no'"),
            ("resolve round.json answer.json --withdraw b2 -o x --problem-out x", "x: is named for two files that are written"),
            ("solve round.json -o /dev/full", "/dev/full: cannot be written: no space left on device"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_written_is_told(self, run: Run, line: str, told: str) -> None:
        Path("sub").mkdir()
        Path("hard.json").hardlink_to("round.json")
        before = Path("round.json").read_text()
        assert run(line) == (2, "", f"{told}\n")
        assert files() == ["answer.json", "hard.json", "round.json", "sub"]
        assert Path("round.json").read_text() == before

    def test_a_full_disk_leaves_what_was_there(self, run: Run) -> None:
        Path("left.json").write_text("kept")
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(
            resource.RLIMIT_FSIZE, (1500, limits[1])
        )  # the answer is shorter, the round longer
        try:
            ended = run("resolve round.json answer.json --withdraw b2 -o new.json --problem-out left.json")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert ended == (2, "", "left.json: cannot be written: file too large\n")
        assert (files(), Path("left.json").read_text()) == (
            ["answer.json", "left.json", "round.json"],
            "kept",
        )

    def test_what_is_written_keeps_its_mode_and_its_link(self, run: Run) -> None:
        Path("real.json").write_text("old")
        Path("real.json").chmod(0o640)
        Path("new.json").symlink_to("real.json")
        assert run("solve round.json -o new.json")[0] == 0
        assert (Path("new.json").is_symlink(), Path("real.json").stat().st_mode & 0o777) == (True, 0o640)
        assert Path("real.json").read_text() == solution_as_json(solve(RING))

    def test_a_device_is_written_to_and_stays_one(self, run: Run) -> None:
        assert run("solve round.json -o /dev/null")[0] == 0
        assert Path("/dev/null").is_char_device()

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_directory_of_others(self, run: Run) -> None:
        Path("theirs").mkdir(mode=0o500)
        assert run("solve round.json -o theirs/new.json") == (
            2, "", "theirs/new.json: cannot be written: permission denied\n"
        )  # fmt: skip


class TestProcess:
    def test_no_django_is_needed(self) -> None:
        code = (
            "import sys; sys.modules['django'] = None; from ayni.matching.command import main; "
            "main(['generate', '--candidates', '3', '--institutions', '2']); "
            "sys.exit(any(name.startswith('django.') for name in sys.modules))"
        )
        ended = subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False)
        assert ended.returncode == 0

    def test_whoever_listens_may_leave_and_the_disk_may_be_full(self, tmp_path: Path) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        with open(writing, "w") as broken:
            ended = started("generate", "--candidates", "9", "--institutions", "2", stdout=broken)
        assert (ended.returncode, ended.stderr) == (0, "")
        with open("/dev/full", "w") as full:
            ended = started("generate", "--candidates", "9", "--institutions", "2", stdout=full)
        assert (ended.returncode, ended.stderr) == (
            2, "ayni match: the answer cannot be printed: no space left on device\n"
        )  # fmt: skip

    @pytest.mark.slow
    def test_ctrl_c_is_heard_while_the_solver_works(self, tmp_path: Path) -> None:
        large = generate(3000, 120, "1", Habits(with_shares=True, with_budgets=True))
        (tmp_path / "round.json").write_text(problem_as_json(large))
        process = subprocess.Popen(
            [sys.executable, "-m", "ayni.matching", "solve", "round.json", "-o", "new.json", "--progress"],
            cwd=tmp_path, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        with process:
            assert process.stderr is not None
            process.stderr.readline()  # now it solves
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=5) == waiting.INTERRUPTED
            assert process.stderr.read().splitlines()[-1] == "Stopped."
        assert [path.name for path in tmp_path.iterdir()] == ["round.json"]
