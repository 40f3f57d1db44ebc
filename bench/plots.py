# ===- bench/plots.py - figures as a page of plots -------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""One HTML page that needs nothing else: no scripts, no fonts, no network. Groups of
bars; lines on them go from the least to the most of all rounds."""

import html
import math
import re
import statistics
from typing import NamedTuple

WIDTH, HEIGHT = 460, 190
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 26

# What has bars: its color where the ground is light, and where it is dark.
COLORS = {
    "plain": ("#888", "#999"),
    "mutex": ("#b8860b", "#d9a93b"),
    "ours": ("#1f6fb4", "#5aa9e6"),
    "ours, snapshot": ("#1f6fb4", "#5aa9e6"),
    "ours, atomic": ("#8fb8dc", "#3f6f96"),
    "barriers": ("#8fb8dc", "#3f6f96"),
    "waiting": ("#5f8fb0", "#2f5f80"),
    "libitm sw": ("#b5473c", "#e07a6e"),
    "libitm": ("#d99a92", "#8f4a43"),
    "unprotected": ("#888", "#999"),
    # Of ours, what isn't a side.
    "resident": ("#888", "#999"),
    "versions max": ("#1f6fb4", "#5aa9e6"),
    "bound": ("#d99a92", "#8f4a43"),
    "p50": ("#8fb8dc", "#3f6f96"),
    "p99": ("#5f8fb0", "#2f5f80"),
    "longest": ("#1f6fb4", "#5aa9e6"),
}

STYLE = """
:root { --ground: #fff; --text: #222; --faint: #ccc; --one: #666; %s }
@media (prefers-color-scheme: dark) { :root { --ground: #161616; --text: #ddd;
  --faint: #444; --one: #aaa; %s } }
body { background: var(--ground); color: var(--text); margin: 2em auto;
  max-width: 62em; font: 15px/1.45 sans-serif; padding: 0 1em; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(29em, 1fr));
  gap: 1.5em; }
figure { margin: 0; } figcaption { font-size: 13px; margin-bottom: .3em; }
svg { width: 100%%; height: auto; } text { fill: var(--text); font: 11px sans-serif; }
.grid { stroke: var(--faint); } .one { stroke: var(--one); stroke-dasharray: 3 3; }
.range { stroke: var(--text); }
.key i { display: inline-block; width: .9em; height: .9em; margin: 0 .3em 0 1em; }
"""


class Bar(NamedTuple):
    side: str  # One of COLORS.
    middle: float
    least: float
    most: float
    title: str = ""  # Else the side's and the group's.


class Plot(NamedTuple):
    name: str
    what: str
    groups: dict  # {label: [Bar]}
    line: float = None  # Dashed: what the bars are to be held against.


def bar_of(side, values):
    """Of the values of all rounds."""
    return Bar(side, statistics.median(values), min(values), max(values))


def property_of(side):
    return "--" + re.sub(r"\W+", "-", side)


def ticks(top):
    """About four round numbers up to top."""
    step = 10 ** math.floor(math.log10(top)) / 10
    for factor in (2, 2.5, 2):
        if top / step <= 5:
            break
        step *= factor
    return [step * i for i in range(int(top / step + 1e-9) + 1)]


def text_of(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def drawing(plot):
    every_bar = [b for bars in plot.groups.values() for b in bars]
    if not every_bar:
        return "<p>nothing was measured</p>"
    top = 1.1 * max([b.most for b in every_bar] + [plot.line or 0]) or 1

    def y(value):
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)

    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
             f'aria-label="{html.escape(plot.name)}">']
    for tick in ticks(top):
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
                     f'y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
                     f'<text x="{LEFT - 5}" y="{y(tick) + 4:.1f}" '
                     f'text-anchor="end">{text_of(tick)}</text>')
    group = (WIDTH - LEFT - RIGHT) / len(plot.groups)
    for index, (label, bars) in enumerate(plot.groups.items()):
        width = 0.8 * group / max(len(bars), 1)
        begin = LEFT + group * index + 0.1 * group
        for place, bar in enumerate(bars):
            x = begin + width * place
            center = x + width / 2
            title = bar.title or ", ".join(filter(None, (bar.side, label)))
            parts.append(
                f'<rect x="{x + 1:.1f}" y="{min(y(bar.middle), y(0)):.1f}" '
                f'width="{max(width - 2, 1):.1f}" '
                f'height="{max(y(0) - y(bar.middle), 0):.1f}" '
                f'fill="var({property_of(bar.side)})">'
                f'<title>{html.escape(title)}: {text_of(bar.middle)} '
                f'({text_of(bar.least)} to {text_of(bar.most)})</title></rect>'
                f'<line class="range" x1="{center:.1f}" x2="{center:.1f}" '
                f'y1="{y(bar.most):.1f}" y2="{y(bar.least):.1f}"/>')
        parts.append(f'<text x="{LEFT + group * (index + 0.5):.1f}" '
                     f'y="{HEIGHT - 8}" text-anchor="middle">{html.escape(label)}</text>')
    if plot.line is not None:
        parts.append(f'<line class="one" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
                     f'y1="{y(plot.line):.1f}" y2="{y(plot.line):.1f}"/>')
    return "".join(parts) + "</svg>"


def write_page(path, what, head, explanation, plots):
    used = {b.side for p in plots for bars in p.groups.values() for b in bars}
    key = "".join(f'<i style="background: var({property_of(s)})"></i>'
                  f"{html.escape(s)}" for s in COLORS if s in used)
    style = STYLE % tuple(
        " ".join(f"{property_of(s)}: {colors[ground]};" for s, colors in COLORS.items())
        for ground in (0, 1))
    figures = "\n".join(
        f"<figure><figcaption><b>{html.escape(p.name)}</b>: {html.escape(p.what)}"
        f"</figcaption>{drawing(p)}</figure>" for p in plots)
    title = f"llvm-stm: benchmarks, {html.escape(what)}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/>
<meta name="viewport" content="width=device-width"/>
<title>{title}</title><style>{style}</style></head><body>
<h1>{title}</h1>
<p>{html.escape(head)}.</p>
<p>{html.escape(explanation)} Thin lines: from the least to the most of all rounds.</p>
<p class="key">{key}</p>
<main>
{figures}
</main></body></html>
""")
