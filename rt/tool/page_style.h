//===- tool/page_style.h - how the page looks -------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_PAGE_STYLE_H
#define STM_RT_TOOL_PAGE_STYLE_H

namespace stm::tool {

/// Colours of buckets can be told apart without seeing red or green; texts have
/// a contrast of at least 4.5.
inline constexpr char PageStyle[] = R"css(
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1c2127; --quiet: #5b6570;
  --rule: #dde1e6; --code: #f1f3f6; --hit: #fdecc8; --accent: #b3321b;
  --good: #1d6b45; --good-back: #e3f3ea;
  --useful: #2f6fb3; --lost: #d1462f; --waiting: #dba21a;
  --inevitable: #8a4fbf; --gc: #1f9d8b; --outside: #c5cad1; --snapshot: #7fb2e5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --card: #1d2127; --text: #e6e9ed; --quiet: #a2abb6;
    --rule: #343a43; --code: #15181d; --hit: #4a3a12; --accent: #ff8f78;
    --good: #7fd6a8; --good-back: #16301f;
    --useful: #5b9bd5; --lost: #f0705a; --waiting: #e8b93a;
    --inevitable: #b58ae0; --gc: #4fc3b2; --outside: #565d68; --snapshot: #9cc8f0;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100%;
}
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .35rem 0; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); font-size: .9rem; }
code, pre, .place { font-family: ui-monospace, monospace; font-size: .84rem; }
.card {
  background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
  padding: 1rem; margin: 0 0 .9rem;
}
.tiles {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr));
  gap: .75rem; margin: 1.25rem 0 0; padding: 0; list-style: none;
}
.tiles li {
  background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
  padding: .7rem 1rem;
}
.tiles b { display: block; font-size: 1.5rem; line-height: 1.2;
  font-variant-numeric: tabular-nums; }
.tiles .bad { color: var(--accent); }
.bar { display: flex; gap: 2px; height: 1.4rem; min-width: 6rem; }
.bar span { flex: 1 1 0; min-width: 2px; border-radius: 2px; }
td .bar { height: .9rem; }
.legend {
  display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0 0;
  padding: 0; list-style: none; font-size: .9rem; color: var(--quiet);
}
.legend b { color: var(--text); font-weight: 600; }
.swatch { display: inline-block; width: .75rem; height: .75rem;
  border-radius: 2px; margin-right: .45rem; }
.useful { background: var(--useful); fill: var(--useful); }
.lost { background: var(--lost); fill: var(--lost); }
.waiting { background: var(--waiting); fill: var(--waiting); }
.inevitable { background: var(--inevitable); fill: var(--inevitable); }
.gc { background: var(--gc); fill: var(--gc); }
.outside { background: var(--outside); fill: var(--outside); }
.snapshot { background: var(--snapshot); fill: var(--snapshot); }
.ranking { list-style: none; margin: 0; padding: 0; }
.head { display: flex; gap: .9rem; align-items: baseline; }
.rank { color: var(--quiet); font-variant-numeric: tabular-nums; }
.cost { margin-left: auto; text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.cost b { color: var(--accent); }
.meter { height: 4px; background: var(--rule); border-radius: 2px;
  margin: .6rem 0; }
.meter span { display: block; height: 100%; background: var(--lost);
  border-radius: 2px; }
.chip { display: inline-block; border: 1px solid var(--rule);
  border-radius: 1rem; padding: 0 .6rem; font-size: .82rem; margin: 0 .3rem .3rem 0;
  overflow-wrap: anywhere; }
.advice { background: var(--good-back); color: var(--good); border-radius: 6px;
  padding: .4rem .7rem; }
.sides { display: grid; gap: 1rem; margin-top: .75rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
.sides > div { min-width: 0; }
.sides h4 { margin: 0; font-size: .82rem; color: var(--quiet); font-weight: 600; }
.place { overflow-wrap: anywhere; }
pre {
  background: var(--code); border: 1px solid var(--rule); border-radius: 6px;
  margin: .5rem 0 0; padding: .5rem 0; overflow-x: auto; line-height: 1.45;
}
pre span { display: block; padding: 0 .7rem; width: max-content; min-width: 100%; }
pre span.hit { background: var(--hit); }
pre i { font-style: normal; color: var(--quiet); display: inline-block;
  min-width: 2.6rem; text-align: right; margin-right: .9rem; user-select: none; }
details { margin-top: .5rem; font-size: .9rem; }
summary { cursor: pointer; color: var(--quiet); }
details ol { margin: .4rem 0 0; padding-left: 1.6rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: right; padding: .4rem .6rem; vertical-align: top;
  border-top: 1px solid var(--rule); font-variant-numeric: tabular-nums; }
th { border-top: 0; color: var(--quiet); font-weight: 600; }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere;
  min-width: 8rem; }
td.wide { min-width: 11rem; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--text); font: 13px ui-monospace, monospace; }
svg .note { fill: var(--quiet); font: 12px system-ui, sans-serif; }
.flow { max-width: 34rem; margin: 0 auto; }
.box { fill: var(--page); stroke: var(--rule); }
.edge { fill: none; stroke: var(--lost); stroke-opacity: .55; }
.edge:hover { stroke-opacity: 1; }
.scroll { overflow-x: auto; }
.timeline { min-width: 46rem; }
.grid { stroke: var(--rule); fill: none; }
.arrow { stroke: var(--text); fill: none; stroke-width: 1.2; }
.tip { fill: var(--text); }
@media (max-width: 40rem) {
  .head { flex-wrap: wrap; gap: .2rem .9rem; }
  .head h3 { flex: 1 1 0; }
  .cost { flex-basis: 100%; margin: 0; text-align: left; padding-left: 1.4rem; }
  .cost br { display: none; }
  .cost b { margin-right: .6rem; }
  thead { display: none; }
  tr { display: block; border-top: 1px solid var(--rule); padding: .5rem 0; }
  tr:first-child { border-top: 0; }
  td, td:first-child { display: flex; justify-content: space-between; gap: 1rem;
    border: 0; padding: .1rem 0; text-align: right; min-width: 0; }
  td:first-child { font-weight: 600; text-align: left; }
  td[data-name]::before { content: attr(data-name); color: var(--quiet);
    text-align: left; }
  td .bar { flex: 1; }
}
@media print { .card, .tiles li { break-inside: avoid; } }
)css";

} // namespace stm::tool

#endif // STM_RT_TOOL_PAGE_STYLE_H
