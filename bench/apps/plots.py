# ===- apps/plots.py - the figures as a page of plots ----------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""One HTML page that needs nothing else: no scripts, no fonts, no network. Bars are
how fast a side is, as a multiple of the plain program with one thread; lines on them
go from the slowest to the fastest round."""

import html
import statistics

WIDTH, HEIGHT = 460, 190
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 26

STYLE = """
:root { --ground: #fff; --text: #222; --faint: #ccc; --one: #666;
  --mutex: #b8860b; --ours: #1f6fb4; --libitm-sw: #b5473c; --libitm: #d99a92;
  --plain: #888; --barriers: #8fb8dc; --waiting: #5f8fb0; }
@media (prefers-color-scheme: dark) { :root { --ground: #161616; --text: #ddd;
  --faint: #444; --one: #aaa; --mutex: #d9a93b; --ours: #5aa9e6;
  --libitm-sw: #e07a6e; --libitm: #8f4a43; --plain: #999; --barriers: #3f6f96;
  --waiting: #2f5f80; } }
body { background: var(--ground); color: var(--text); margin: 2em auto;
  max-width: 62em; font: 15px/1.45 sans-serif; padding: 0 1em; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(29em, 1fr));
  gap: 1.5em; }
figure { margin: 0; } figcaption { font-size: 13px; margin-bottom: .3em; }
svg { width: 100%; height: auto; } text { fill: var(--text); font: 11px sans-serif; }
.grid { stroke: var(--faint); } .one { stroke: var(--one); stroke-dasharray: 3 3; }
.range { stroke: var(--text); }
.key i { display: inline-block; width: .9em; height: .9em; margin: 0 .3em 0 1em; }
"""


def class_of(side):
    return side.replace(" ", "-")


def ticks(top):
    """About four round numbers up to top."""
    step = 0.1
    for factor in (2, 2.5, 2) * 4:
        if top / step <= 5:
            break
        step *= factor
    count = int(top / step + 1e-9)
    return [step * i for i in range(count + 1)]


def speed(figures, program, threads, side, of):
    """Slower is less: the slowest round is the one that took longest."""
    time = figures.relative(program, threads, side, of)
    return 1 / time if time else None


def bars(figures, program, all_threads, sides):
    """[(threads, side, median, slowest, fastest)]."""
    found = []
    for threads in all_threads:
        for side in sides:
            values = [speed(figures, program, threads, side, of)
                      for of in (statistics.median, max, min)]
            if values[0] and (side != "plain" or threads == 1):
                found.append((threads, side, *values))
    return found


def plot(figures, program, all_threads, sides):
    found = bars(figures, program, all_threads, sides)
    if not found:
        return "<p>nothing was measured</p>"
    top = 1.1 * max(max(b[4] for b in found), 1)
    inner = WIDTH - LEFT - RIGHT

    def y(value):
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)

    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
             f'aria-label="{html.escape(program)}">']
    for tick in ticks(top):
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
                     f'y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
                     f'<text x="{LEFT - 5}" y="{y(tick) + 4:.1f}" '
                     f'text-anchor="end">{tick:.3g}</text>')
    group = inner / len(all_threads)
    for index, threads in enumerate(all_threads):
        mine = [b for b in found if b[0] == threads]
        width = 0.8 * group / max(len(mine), 1)
        begin = LEFT + group * index + 0.1 * group
        for place, (_, side, middle, slowest, fastest) in enumerate(mine):
            x = begin + width * place
            center = x + width / 2
            parts.append(
                f'<rect x="{x + 1:.1f}" y="{y(middle):.1f}" '
                f'width="{max(width - 2, 1):.1f}" '
                f'height="{y(0) - y(middle):.1f}" fill="var(--{class_of(side)})">'
                f'<title>{html.escape(side)}, {threads}: {middle:.3g} '
                f'({slowest:.3g} to {fastest:.3g})</title></rect>'
                f'<line class="range" x1="{center:.1f}" x2="{center:.1f}" '
                f'y1="{y(fastest):.1f}" y2="{y(slowest):.1f}"/>')
        label = f"{threads} thread{'s' if threads > 1 else ''}"
        parts.append(f'<text x="{LEFT + group * (index + 0.5):.1f}" '
                     f'y="{HEIGHT - 8}" text-anchor="middle">{label}</text>')
    parts.append(f'<line class="one" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
                 f'y1="{y(1):.1f}" y2="{y(1):.1f}"/></svg>')
    return "".join(parts)


def write_page(path, head, figures, programs, all_threads, sides):
    key = "".join(f'<i style="background: var(--{class_of(s)})"></i>'
                  f"{html.escape(s)}" for s in sides)
    plots = "\n".join(
        f"<figure><figcaption><b>{html.escape(name)}</b>: {html.escape(what)}"
        f"</figcaption>{plot(figures, name, all_threads, sides)}</figure>"
        for name, what in programs.items())
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/>
<meta name="viewport" content="width=device-width"/>
<title>llvm-stm: benchmarks</title><style>{STYLE}</style></head><body>
<h1>llvm-stm: benchmarks</h1>
<p>{html.escape(head)}.</p>
<p>Bars: how fast, as a multiple of the plain program with one thread (dashed line).
Higher is better. Thin lines: from the slowest to the fastest round.</p>
<p class="key">{key}</p>
<main>
{plots}
</main></body></html>
""")
