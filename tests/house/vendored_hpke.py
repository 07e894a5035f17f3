"""How static/vendor/hpke-1.9.0/hpke.js is put together from npm, and taken apart again.

`@hpke/core` ships its files either with bare imports (esm/), which a browser resolves only with
an import map written into the page, or as AMD modules (script/). The second are put one after
the other, each unmodified, behind a loader of a few lines. To do it again:

    npm pack @hpke/core@1.9.0 @hpke/chacha20poly1305@1.8.0 @hpke/common@1.10.1
    (unpack each into FOLDER/core, FOLDER/chacha20poly1305, FOLDER/common)
    python -m tests.house.vendored_hpke FOLDER
"""

from __future__ import annotations

import re
import sys
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath

VENDORED = Path(__file__).resolve().parents[2] / "static" / "vendor" / "hpke-1.9.0"
PARTS, DIGESTS = VENDORED / "hpke.js", VENDORED / "SHA256SUMS"
STARTS = ["core/mod.js", "chacha20poly1305/mod.js"]
# Asked for by the list of @hpke/common, and used by other suites than ours alone.
LEFT_OUT = {
    f"common/src/{name}.js"
    for name in (
        "kems/dhkemPrimitives/ec",
        "kems/dhkemPrimitives/xCurve",
        "kems/hybridkem",
        "hash/hmac",
        "hash/sha2",
        "hash/sha3",
        "curve/modular",
        "curve/montgomery",
    )
}
LOADER = """\
/* @hpke/core 1.9.0, @hpke/chacha20poly1305 1.8.0 and @hpke/common 1.10.1, by Ajitomi Daisuke; MIT,
   ../licences/hpke-LICENSE.txt. Each part is a file of npm, unmodified; SHA256SUMS has their digests. Only this
   loader, the lines part(…) and the last lines are ours: see ../README.md. */
const files = new Map();
const leftOut = new Set(LEFT_OUT);
let current = "";
const part = (path) => { current = path; };
const define = (needs, factory) => { files.set(current, { factory, exports: null }); };
define.amd = true;
const load = (path) => {
  if (leftOut.has(path)) return {};
  const file = files.get(path);
  if (!file) throw new Error(`hpke: ${path} is missing`);
  if (!file.exports) {
    file.exports = {};
    const near = (name) => new URL(name, `file:///${path}`).pathname.slice(1);
    file.factory((name) => load(name === "@hpke/common" ? "common/mod.js" : near(name)), file.exports);
  }
  return file.exports;
};
"""
ENDING = """\
part("");
export const { CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = load("core/mod.js");
export const { Chacha20Poly1305 } = load("chacha20poly1305/mod.js");
"""
_MARK = re.compile(r'^part\("([^"]*)"\);\n', re.MULTILINE)


def parts(text: str) -> dict[str, str]:
    """The files of npm inside the vendored one, by their path."""
    pieces = _MARK.split(text)
    return dict(zip(pieces[1:-2:2], pieces[2:-2:2], strict=True))


def assembled(files: dict[str, str]) -> str:
    """The vendored file that holds these ones."""
    loader = LOADER.replace("LEFT_OUT", "[" + ", ".join(f'"{path}"' for path in sorted(LEFT_OUT)) + "]")
    return loader + "".join(f'part("{path}");\n{content}' for path, content in files.items()) + ENDING


def sums(files: dict[str, str]) -> str:
    """The digests of these files, as sha256sum writes them."""
    return "".join(f"{sha256(content.encode()).hexdigest()}  {path}\n" for path, content in files.items())


def needed(folder: Path) -> dict[str, str]:
    """The files that the suite needs, from unpacked packages."""
    wanted, found = list(STARTS), {}
    while wanted:
        path = wanted.pop()
        if path in found or path in LEFT_OUT:
            continue
        package, inside = path.split("/", 1)
        found[path] = (folder / package / "package" / "script" / inside).read_text("utf-8")
        names = re.search(r"define\(\[(.*)\], factory\)", found[path])
        wanted += [
            "common/mod.js" if name == "@hpke/common" else normpath(join(dirname(path), name))
            for name in re.findall(r'"(\.[^"]+|@[^"]+)"', names[1] if names else "")
        ]
    return dict(sorted(found.items()))


def main(folder: Path) -> None:
    """Write the vendored file and its digests again."""
    files = needed(folder)
    PARTS.write_text(assembled(files), "utf-8")
    DIGESTS.write_text(sums(files), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
