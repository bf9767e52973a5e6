"""How a page of a derivation looks: on light and dark grounds, wide and narrow, printed, and for the keyboard.

A parameter has one colour everywhere, with its letter as the second code; what is marked has a tint or a line, never a
colour alone. The contrast of every text with its ground is at least 4.5 to 1.
"""

STYLE = """
:root { color-scheme: light dark; --ink: #1F2933; --ground: #FFFFFF; --faint: #52606D; --rule: #E4E7EB;
  --tint: #FFF3C4; --p0: #004C99; --p1: #A65300; --p2: #8811EE; }
@media (prefers-color-scheme: dark) { :root { --ink: #F2F4F7; --ground: #12161C; --faint: #A8B3BF;
  --rule: #323A45; --tint: #33320F; --p0: #5BB8F5; --p1: #FFB000; --p2: #C79BFF; } }
body { color: var(--ink); background: var(--ground); font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto;
  max-width: 72rem; padding: 1rem; }
h1 { font-size: 1.4rem; line-height: 1.3; } h2 { font-size: 1.1rem; margin: 2.2rem 0 0.6rem; }
math { font-size: 1.15rem; math-style: normal; font-family: "STIX Two Math", "Latin Modern Math", "Cambria Math", math; }
h1 math, h2 math, .reason math, summary math { font-size: 1em; math-style: compact; }
.p0 { color: var(--p0); } .p1 { color: var(--p1); } .p2 { color: var(--p2); }
.moved { background: var(--tint); border-radius: 0.2em; }
.new { border-bottom: 2px dotted var(--faint); }
.relation { margin-right: 0.35em; }
.scroll { overflow-x: auto; overflow-y: hidden; padding: 0.25rem 0.1rem; min-width: 0; }
.definition { margin: 0.5rem 0; }
ol { list-style: none; margin: 0; padding: 0; display: grid; column-gap: 0.4rem;
  grid-template-columns: auto minmax(0, auto) minmax(9rem, 1fr); }
li { border-top: 1px solid var(--rule); padding: 0.25rem 0; grid-column: 1 / -1; display: grid;
  grid-template-columns: subgrid; align-items: center; }
.reason { padding-left: 1.2rem; min-width: 0; overflow-x: auto; overflow-y: hidden; }
.reason, summary, footer, .legend { color: var(--faint); font-size: 0.9rem; }
details { grid-column: 2 / -1; margin-bottom: 0.3rem; }
details > ol { margin: 0.3rem 0 0.6rem; padding-left: 0.8rem; border-left: 3px solid var(--rule); }
details ol { grid-template-columns: 0 minmax(0, 1fr); }
details .reason { grid-column: 2; padding-left: 1.2rem; }
summary { cursor: pointer; width: fit-content; }
summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--p0); outline-offset: 2px; }
h1, h2, .left { min-width: 0; overflow-x: auto; overflow-y: hidden; }
ol.apart { grid-template-columns: minmax(0, 1fr); }
.apart > li > * { grid-column: 1; } .apart > li > .left:empty { display: none; }
.apart > li > .scroll, .apart > li > details { padding-left: 1.2rem; } .apart > li > .reason { padding-left: 2.4rem; }
@media (max-width: 56rem) {
  ol:not(.apart) { grid-template-columns: auto minmax(0, 1fr); }
  ol:not(.apart) > li > .reason { grid-column: 2; padding-left: 1.2rem; }
}
@media (max-width: 30rem) {
  body { padding: 0.6rem; }
  ol, ol:not(.apart) { grid-template-columns: minmax(0, 1fr); }
  ol:not(.apart) > li > .reason, .left, .scroll, .reason, details, details .reason { grid-column: 1; }
  .left:empty { display: none; }
  .scroll { padding-left: 0.6rem; }
  details > ol { padding-left: 0.3rem; }
  details ol { grid-template-columns: minmax(0, 1fr); }
}
@media print { details::details-content { content-visibility: visible; block-size: auto; } li { break-inside: avoid; } }
@media (forced-colors: active) { .moved { outline: 1px solid; } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{heading}</h1>
{body}
</main>
{closing}</body>
</html>
"""
