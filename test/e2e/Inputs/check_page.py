# ===- e2e/Inputs/check_page.py - the page of plots of the benchmarks -------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# check_page.py MEASUREMENTS PAGE: the page is well-formed, needs nothing from
# elsewhere, and has a bar for each program, side and number of threads.

import json
import sys
import xml.dom.minidom

with open(sys.argv[1], encoding="utf-8") as file:
    measured = json.load(file)
page = xml.dom.minidom.parse(sys.argv[2])
titles = [t.firstChild.data for t in page.getElementsByTagName("title")]
for m in measured:
    start = f"{m['side']}, {m['threads']}: "
    assert sum(t.startswith(start) for t in titles) == 1, (start, titles)
assert len(page.getElementsByTagName("rect")) == len(measured) == 5, measured
for element in page.getElementsByTagName("*"):
    assert element.tagName not in ("script", "link", "img", "iframe"), element
    for name in ("src", "href"):
        assert not element.hasAttribute(name), element.toxml()
style = page.getElementsByTagName("style")[0].firstChild.data
assert "url(" not in style and "@import" not in style
assert "prefers-color-scheme: dark" in style
