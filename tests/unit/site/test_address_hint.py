"""Which mail domains the page asks about, and which it knows."""

import json
import shutil
import subprocess

import pytest

_NODE = shutil.which("node")
_SCRIPT = """
import { readFileSync } from "node:fs";
const source = readFileSync("site/utenza/address_hint.js", "utf8").replace(/^import .*$/m, "");
const { nearest } = await import("data:text/javascript," + encodeURIComponent(`${source}\\nexport { nearest };`));
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((domain) => nearest(domain) ?? "")));
"""
_MEANT = {
    "gmail.com": "gmial.con gmail.con gamil.com gmai.com gnail.com gmail.cm gmail.comm gmail.it",
    "hotmail.it": "hotmial.it hotmai.it hotmaill.it",
    "libero.it": "libero.ti liberio.it libero.itt",
    "yahoo.it": "yaho.it yahooo.it",
    "virgilio.it": "virglio.it",
    "icloud.com": "iclod.com icloud.co",
    "t-online.de": "t-onlin.de",
    "web.de": "wed.de",
    "": (
        "gmail.com libero.it aol.com iol.it mail.it tin.it wind.it yahoo.at me.com pec.it gmx.net msn.com poste.it "
        "vodafone.it proton.me ditta-rossi.it unogas.example"
    ),
}


@pytest.mark.skipif(_NODE is None, reason="needs node")
def test_mistyped_domains_are_asked_about_and_real_ones_are_not() -> None:
    meant = {domain: right for right, domains in _MEANT.items() for domain in domains.split()}
    command = [str(_NODE), "--input-type=module", "-e", _SCRIPT]
    found = subprocess.run(command, input=json.dumps([*meant]), capture_output=True, text=True, check=True)
    assert dict(zip(meant, json.loads(found.stdout), strict=True)) == meant
