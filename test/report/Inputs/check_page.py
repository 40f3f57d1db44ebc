# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# check_page.py PAGE...: elements are closed in order, nothing is loaded from
# elsewhere, nothing runs, and attributes are none but ours.

import html.parser
import sys

EMPTY = {"meta", "br"}
ATTRIBUTES = set(
    "lang charset http-equiv content name class style title data-name start id "
    "viewbox refx refy markerwidth markerheight orient marker-end d x y width "
    "height rx role aria-label stroke-width".split()
)


class Checker(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "link", "img", "iframe", "base", "b onclick"), tag
        for name, value in attributes:
            assert name in ATTRIBUTES, (tag, name)
            assert "//" not in value or name == "title", (tag, name, value)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in EMPTY:
            assert self.open and self.open.pop() == tag, (tag, self.getpos())


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        checker = Checker()
        checker.feed(file.read())
        checker.close()
        assert not checker.open, checker.open
