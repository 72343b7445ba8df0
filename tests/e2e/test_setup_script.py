"""scripts/setup.sh with a pretended Python and Node: what it repeats, what it mends, and its one clear sentence."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("bash", "cat", "chmod", "cp", "cut", "dirname", "find", "grep")
TOOLS += ("mkdir", "mktemp", "rm", "sha256sum", "sleep", "sort", "tail", "xargs")
NOBODY = 65534
PAGE = "src/dart_batch/entrypoints/api/page"
PYTHON = """#!/usr/bin/env bash
case "$*" in
  *version_info*) [ ! -e "$PRETENDED/old-python" ] ;;
  *ensurepip*) [ ! -e "$PRETENDED/no-venv" ] ;;
  --version) echo "Python 3.9.2" ;;
  "-m venv .venv")
    echo venv >>"$PRETENDED/calls"
    mkdir -p .venv/bin
    cp "$0" .venv/bin/python
    printf '#!/usr/bin/env bash\\necho "pip 1 from %s/.venv/lib"\\n' "$PWD" >.venv/bin/pip
    chmod +x .venv/bin/pip ;;
  *"-r "*) all="$*"; echo "pip ${all##*-r }" >>"$PRETENDED/calls"
    if [ -e "$PRETENDED/no-network" ]; then echo "No route to host"; exit 1; fi ;;
esac
"""
NODE = """#!/usr/bin/env bash
case "$1" in
  --version) echo v18.19.0 ;;
  *) [ ! -e "$PRETENDED/old-node" ] ;;
esac
"""
NPM = f"""#!/usr/bin/env bash
echo "npm ${{*: -1}}" >>"$PRETENDED/calls"
case "$*" in
  *" ci "*) rm -rf web/node_modules; mkdir web/node_modules
    if [ -e "$PRETENDED/no-network" ]; then echo "No route to host"; exit 1; fi ;;
  *build) rm -rf {PAGE}; mkdir -p {PAGE} ;;
esac
"""
INSTALL_RUN, INSTALL_DEV = "pip requirements.lock", "pip requirements-dev.lock"
FETCH, BUILD = "npm --loglevel=error", "npm build"


class Checkout:
    """A checkout in which nothing is set up yet, on a machine with only the tools that the script may use."""

    def __init__(self, folder: Path) -> None:
        self.root, self._machine = folder / "checkout", folder / "machine"
        for part in ("scripts", "web/src", PAGE.rpartition("/")[0]):
            (self.root / part).mkdir(parents=True)
        for name in ("scripts/setup.sh", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
            shutil.copy(ROOT / name, self.root / name)
        for name in ("package.json", "package-lock.json", "src/main.ts"):
            (self.root / "web" / name).write_text(name)
        self._machine.mkdir()
        for tool in TOOLS:
            (self._machine / tool).symlink_to(shutil.which(tool) or tool)
        for name, script in (("python3", PYTHON), ("node", NODE), ("npm", NPM)):
            (self._machine / name).write_text(script)
            (self._machine / name).chmod(0o755)

    def pretend(self, condition: str) -> None:
        (self._machine / condition).touch()

    def no_longer(self, condition: str) -> None:
        (self._machine / condition).unlink()

    without = no_longer

    def setup(self, kind: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
        machine = str(self._machine)
        return subprocess.run(
            [f"{machine}/bash", "scripts/setup.sh", kind],
            cwd=self.root,
            env={"PATH": machine, "PRETENDED": machine, "TMPDIR": machine},
            user=user,
            capture_output=True,
            text=True,
            check=False,
        )

    def done(self, kind: str) -> list[str]:
        """What a run of the script did. It must end well."""
        calls = self._machine / "calls"
        calls.unlink(missing_ok=True)
        ran = self.setup(kind)
        assert ran.returncode == 0, ran.stderr
        return calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_first_time_does_everything_and_the_second_nothing(checkout: Checkout) -> None:
    assert checkout.done("run") == ["venv", INSTALL_RUN, FETCH, BUILD]
    assert checkout.done("run") == []
    assert checkout.setup("run").stderr == ""


def test_going_from_run_to_dev_and_back_installs_once_more_only(checkout: Checkout) -> None:
    checkout.done("run")

    assert checkout.done("dev") == [INSTALL_DEV]
    assert checkout.done("run") == []
    assert checkout.done("dev") == []


def test_what_run_installs_dev_installs_in_the_same_versions() -> None:
    run, dev = (set((ROOT / name).read_text().splitlines()) for name in ("requirements.lock", "requirements-dev.lock"))

    assert run < dev
    assert all("==" in line for line in dev)


def test_changed_pins_are_installed_and_nothing_else_is_done(checkout: Checkout) -> None:
    checkout.done("dev")
    (checkout.root / "requirements.lock").write_text("polars==2\n")

    assert checkout.done("run") == [INSTALL_RUN]
    assert checkout.done("dev") == [INSTALL_DEV]


def test_a_changed_page_is_built_without_fetching_its_packages_again(checkout: Checkout) -> None:
    checkout.done("run")
    (checkout.root / "web/src/main.ts").write_text("changed")

    assert checkout.done("run") == [BUILD]
    assert checkout.done("run") == []


def test_half_installed_packages_of_the_page_are_fetched_again(checkout: Checkout) -> None:
    checkout.pretend("no-network")
    (checkout.root / ".venv/bin").mkdir(parents=True)

    refused = checkout.setup("web")
    checkout.no_longer("no-network")

    assert refused.returncode == 1
    assert "No route to host" in refused.stderr
    assert "could not be fetched" in refused.stderr.splitlines()[-1]
    assert checkout.done("web") == [FETCH, BUILD]


def test_packages_of_the_page_that_are_gone_come_back_for_the_tests(checkout: Checkout) -> None:
    checkout.done("dev")
    shutil.rmtree(checkout.root / "web/node_modules")

    assert checkout.done("run") == []
    assert checkout.done("dev") == [FETCH]


def test_an_interrupted_installation_goes_on_the_next_time(checkout: Checkout) -> None:
    checkout.done("run")
    (checkout.root / "requirements.lock").write_text("polars==2\n")
    checkout.pretend("no-network")

    refused = checkout.setup("run")
    shutil.copy(ROOT / "requirements.lock", checkout.root)
    checkout.no_longer("no-network")

    assert refused.returncode == 1
    assert "could not be installed" in refused.stderr.splitlines()[-1]
    assert checkout.done("run") == [INSTALL_RUN]


@pytest.mark.parametrize("lost", ["python", "pip"])
def test_a_half_made_environment_is_made_anew(checkout: Checkout, lost: str) -> None:
    checkout.done("dev")
    (checkout.root / ".venv/bin" / lost).unlink()
    (checkout.root / ".venv/.installed").unlink()

    assert checkout.done("run") == ["venv", INSTALL_RUN]


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.done("run")
    (checkout.root / ".venv/bin/python").unlink()

    assert checkout.done("run") == ["venv", INSTALL_RUN]


def test_a_moved_checkout_gets_an_environment_of_its_own(checkout: Checkout) -> None:
    checkout.done("run")
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))

    assert checkout.done("run") == ["venv", INSTALL_RUN]


@pytest.mark.parametrize(
    ("condition", "advice"), [("old-python", "needs Python 3.11, 3.12 or 3.13"), ("no-venv", "apt install")]
)
def test_a_python_that_does_not_fit_is_one_sentence(checkout: Checkout, condition: str, advice: str) -> None:
    checkout.pretend(condition)

    refused = checkout.setup("run")

    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert advice in refused.stderr
    assert not (checkout.root / ".venv").exists()


def test_a_python_that_is_too_old_is_named(checkout: Checkout) -> None:
    checkout.pretend("old-python")

    assert "found: Python 3.9.2." in checkout.setup("run").stderr


def test_no_python_at_all_is_one_sentence(checkout: Checkout) -> None:
    checkout.without("python3")

    refused = checkout.setup("run")

    assert refused.returncode == 1
    assert "found: none." in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("make_it_so", "name", "reason"),
    [
        ("without", "node", "Node is missing"),
        ("without", "npm", "npm is missing"),
        ("pretend", "old-node", "Node v18.19.0 is too old"),
    ],
)
def test_without_a_fitting_node_everything_but_the_page_is_set_up(
    checkout: Checkout, make_it_so: str, name: str, reason: str
) -> None:
    getattr(checkout, make_it_so)(name)

    assert checkout.done("run") == ["venv", INSTALL_RUN]
    said = checkout.setup("run").stderr
    assert said.startswith(f"The web page is not built because {reason}; everything else works.")
    assert len(said.splitlines()) == 1


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user of the machine may enter, as pytest's own may not be."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_read_only_checkout_is_one_sentence(public_folder: Path) -> None:
    checkout = Checkout(public_folder)
    checkout.root.chmod(0o555)

    refused = checkout.setup("run", user=NOBODY if os.getuid() == 0 else None)

    assert refused.returncode == 1
    assert refused.stderr == (
        f"This folder ({checkout.root}) is read-only; clone the project into a folder you can write to.\n"
    )
