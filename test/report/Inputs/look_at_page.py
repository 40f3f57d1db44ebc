# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# look_at_page.py BROWSER PAGE...: the pages in a headless browser, light and dark,
# as wide as telephones and desks. Nothing may stick out, every text must differ
# enough from what is behind it (4.5, as WCAG has it), and a screenshot must have
# the scheme's colours in it. Screenshots are left in the current folder.

import collections
import html
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib

# Of page_style.h: the page's background, what is useful, what is lost.
SCHEMES = {
    "light": ((0xF6, 0xF7, 0xF9), (0x2F, 0x6F, 0xB3), (0xD1, 0x46, 0x2F)),
    "dark": ((0x14, 0x17, 0x1B), (0x5B, 0x9B, 0xD5), (0xF0, 0x70, 0x5A)),
}
WIDTHS = (320, 390, 1100)

# An iframe is as narrow as it is told to be; windows are not.
LOOK = """<!doctype html><body><script>
const pages = PAGES, widths = WIDTHS, found = [];
function channels(text) { return text.match(/[0-9.]+/g).map(Number); }
function luminance(rgb) {
  const [r, g, b] = rgb.map(c => (c /= 255) <= .03928 ? c / 12.92
                                                      : ((c + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b;
}
function behind(element) {
  for (; element; element = element.parentElement) {
    if (element instanceof element.ownerDocument.defaultView.SVGElement) continue;
    const c = channels(getComputedStyle(element).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c.slice(0, 3);
  }
  return [255, 255, 255];
}
function look(page, width, d) {
  const where = page + " at " + width + ": ";
  const root = d.documentElement;
  if (root.scrollWidth > root.clientWidth)
    found.push(where + "is " + root.scrollWidth + " wide");
  let texts = 0;
  for (const e of d.querySelectorAll("body *")) {
    if (![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim())) continue;
    if (e.closest("title") || !e.getClientRects().length) continue;
    ++texts;
    const style = getComputedStyle(e);
    const isSvg = e instanceof d.defaultView.SVGElement;
    const text = channels(isSvg ? style.fill : style.color).slice(0, 3);
    const [a, b] = [luminance(text), luminance(behind(e))].sort((x, y) => y - x);
    const contrast = (a + .05) / (b + .05);
    if (contrast < 4.5)
      found.push(where + "contrast " + contrast.toFixed(2) + ": " + e.textContent);
    const box = e.getBoundingClientRect();
    if (box.right > width + .5 && !e.closest(".scroll, pre"))
      found.push(where + "sticks out: " + e.textContent);
  }
  if (texts < 10) found.push(where + "has only " + texts + " texts");
}
async function all() {
  for (const page of pages)
    for (const width of widths) {
      const frame = document.createElement("iframe");
      frame.style = "border:0;height:900px;width:" + width + "px";
      frame.src = page;
      document.body.append(frame);
      await new Promise(done => frame.onload = done);
      look(page.split("/").pop(), width, frame.contentDocument);
      frame.remove();
    }
  document.body.innerHTML = "";
  const out = document.createElement("pre");
  out.id = "found";
  out.textContent = JSON.stringify(found);
  document.body.append(out);
}
all();
</script>"""


def run(browser, scheme, *arguments):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        return subprocess.run(
            [
                browser,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--allow-file-access-from-files",
                "--user-data-dir=" + profile,
                "--blink-settings=preferredColorScheme=%d" % (scheme == "light"),
                *arguments,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        ).stdout.decode()


def pixels(path):
    """How often each colour is in a PNG of 8 bit RGB or RGBA."""
    with open(path, "rb") as file:
        data = file.read()
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert depth == 8 and kind in (2, 6), (depth, kind)
    step = 3 if kind == 2 else 4
    at, packed = 8, b""
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + size]
        at += size + 12
    raw, row = zlib.decompress(packed), width * step
    above, colours = bytearray(row), collections.Counter()
    for y in range(height):
        begin = y * (row + 1)
        how, line = raw[begin], bytearray(raw[begin + 1 : begin + 1 + row])
        for x in range(row):
            a = line[x - step] if x >= step else 0
            b = above[x]
            c = above[x - step] if x >= step else 0
            if how == 1:
                line[x] = (line[x] + a) & 255
            elif how == 2:
                line[x] = (line[x] + b) & 255
            elif how == 3:
                line[x] = (line[x] + (a + b) // 2) & 255
            elif how == 4:
                p = a + b - c
                near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))
                line[x] = (line[x] + near[2]) & 255
        above = line
        for x in range(0, row, step):
            colours[bytes(line[x : x + 3])] += 1
    return colours


def main():
    browser, *pages = sys.argv[1:]
    urls = ["file://" + os.path.abspath(page) for page in pages]
    with open("look.html", "w") as file:
        file.write(
            LOOK.replace("PAGES", json.dumps(urls)).replace("WIDTHS", str(list(WIDTHS)))
        )
    look = "file://" + os.path.abspath("look.html")
    failed = False
    for scheme, (page, *wanted) in SCHEMES.items():
        dom = run(browser, scheme, "--dump-dom", "--virtual-time-budget=20000", look)
        found = json.loads(
            html.unescape(re.search(r'<pre id="found">(.*?)</pre>', dom, re.S)[1])
        )
        shot = scheme + ".png"
        run(browser, scheme, "--screenshot=" + shot, "--window-size=600,600", urls[0])
        colours = pixels(shot)
        if colours.most_common(1)[0][0] != bytes(page):
            found.append("most of it isn't the page's colour")
        for colour in wanted:
            if colours[bytes(colour)] < 100:
                found.append("there is no %s" % (colour,))
        for what in found:
            failed = True
            print("%s: %s" % (scheme, what))
    sys.exit(failed)


main()
