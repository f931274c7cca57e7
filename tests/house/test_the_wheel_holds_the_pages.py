"""The built pages go into the package, although git ignores them."""

import tomllib
from pathlib import Path

from pathspec import GitIgnoreSpec

from hilum.serving.page_files import FOLDER

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("index.html", "assets/index-3f2a.js", "assets/index-3f2a.js.br", "assets/decoder.wasm")


def test_what_git_ignores_of_the_pages_is_an_artifact_of_the_build():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    # Hatch leaves out what git ignores, but what `artifacts` names, by the same kind of patterns.
    ignored = GitIgnoreSpec.from_lines((ROOT / ".gitignore").read_text(encoding="utf-8").splitlines())
    built = GitIgnoreSpec.from_lines(told["artifacts"])
    for name in PAGES:
        path = (FOLDER / name).relative_to(ROOT).as_posix()
        assert ignored.match_file(path)
        assert built.match_file(path), f"{path} would be missing in the package"
    assert FOLDER.is_relative_to(ROOT / told["targets"]["wheel"]["packages"][0])
    assert not built.match_file("web/node_modules/react/index.js")
