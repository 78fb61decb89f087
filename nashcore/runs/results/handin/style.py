"""The look of an HTML report: on a light page, on a dark one, and printed."""

from __future__ import annotations

_LIGHT = {
    "text": "#22252B",
    "soft": "#5E626B",
    "grid": "#E2DCCD",
    "paper": "#FBF9F4",
    "chance": "#B9B4A6",
    "warn": "#8A2A1C",
    "c0": "#0068A8",
    "c1": "#B35400",
    "c2": "#007D5F",
    "c3": "#A8457F",
    "c4": "#857300",
    "c5": "#6A45A8",
    "c6": "#7C4A2D",
    "c7": "#1D87C4",
    "c8": "#5A6070",
    "c9": "#2B2F3A",
}
_DARK = {
    "text": "#E9E6DE",
    "soft": "#A9ACB0",
    "grid": "#30373C",
    "paper": "#15191C",
    "chance": "#565D63",
    "warn": "#FFB4A8",
    "c0": "#62B8F2",
    "c1": "#FFA23A",
    "c2": "#2FD6A6",
    "c3": "#EBA3CB",
    "c4": "#F0E442",
    "c5": "#B9A0F5",
    "c6": "#D6A681",
    "c7": "#93D6FF",
    "c8": "#B9C0CE",
    "c9": "#F2F0EA",
}


def _named(colours: dict[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())


_CURVES = "".join(f".c{place}{{--own:var(--c{place})}}" for place in range(10))

STYLE = f"""
:root{{{_named(_LIGHT)}}}
@media (prefers-color-scheme: dark){{:root{{{_named(_DARK)}}}}}
@media print{{:root{{{_named(_LIGHT)}--paper:#FFFFFF;}}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--paper);color:var(--text);font:16px/1.5 system-ui,sans-serif}}
main{{max-width:1080px;margin:0 auto;padding:32px 20px 64px}}
h1{{font-size:1.9rem;line-height:1.2;margin:0 0 .3em;overflow-wrap:anywhere}}
h2{{font-size:1.3rem;margin:2.2em 0 .6em;border-bottom:1px solid var(--grid);padding-bottom:.2em}}
header p,nav,figcaption,caption{{color:var(--soft)}}
nav ol{{display:flex;flex-wrap:wrap;gap:.2em 1.4em;padding:0;list-style:none;font-size:.92rem}}
a{{color:inherit}}
.wide{{overflow-x:auto;margin:1.2em 0 1.6em}}
table{{border-collapse:collapse;font-size:.88rem;min-width:100%}}
caption,figcaption{{text-align:left;font-size:.88rem;padding-bottom:.5em;line-height:1.45}}
th,td{{text-align:left;vertical-align:top;padding:.28em .7em .28em 0;border-bottom:1px solid var(--grid)}}
td{{min-width:5.5em;overflow-wrap:anywhere}}th{{min-width:5.5em}}
th{{font-weight:600;border-bottom:2px solid var(--soft)}}
.n{{white-space:nowrap;font-variant-numeric:tabular-nums}}
th.n{{white-space:normal}}
ul{{padding-left:1.2em}}
.warn{{color:var(--warn);border-left:4px solid var(--warn);padding:.2em 0 .2em 2em}}
pre{{background:color-mix(in srgb,var(--grid) 45%,transparent);padding:.8em 1em;white-space:pre-wrap;overflow-wrap:anywhere}}
pre{{font-size:.85rem}}
figure{{margin:1.4em 0 2em}}
svg{{display:block;width:100%;height:auto;font:12px system-ui,sans-serif}}
.ink{{fill:var(--text)}}.soft{{fill:var(--soft)}}.strong{{font-weight:600;font-size:13px}}
line.grid{{stroke:var(--grid)}}line.chance{{stroke:var(--chance);stroke-width:9}}
.bar{{stroke:var(--own);stroke-width:2}}.dot{{fill:var(--own)}}.line{{stroke:var(--own);stroke-width:2;fill:none}}
.shade{{fill:var(--grid);opacity:.45}}.ring{{fill:none;stroke:var(--text);stroke-width:1.4}}
{_CURVES}
@media print{{
body{{font-size:10pt}}main{{max-width:none;padding:0}}nav{{display:none}}
figure,tr,pre,.warn{{break-inside:avoid}}h2,caption{{break-after:avoid}}
.wide{{overflow:visible}}table{{font-size:8pt}}.n{{white-space:normal}}
}}
"""
"""Of a whole report."""
