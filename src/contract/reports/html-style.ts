/** The style of the HTML report. */
export const STYLE = `
:root { color-scheme: light dark; --border: #ddd; --text: #1a1a1a; --background: #fff; --muted: #666; --good: #1b6e1b;
  --bad: #a8071a; --expected: #fdecea; --actual: #e8f5e9; }
@media (prefers-color-scheme: dark) {
  :root { --border: #444; --text: #e6e6e6; --background: #161616; --muted: #aaa; --good: #7ccf7c;
    --bad: #ff7875; --expected: #43201f; --actual: #1d3820; }
}
[hidden] { display: none !important; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: var(--text); background: var(--background);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; }
.good { color: var(--good); }
.bad { color: var(--bad); }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
summary { min-height: 24px; cursor: pointer; }
.scroll { overflow-x: auto; }
table { width: 100%; margin: 1rem 0; border-collapse: collapse; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--border); text-align: left; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
.search { display: flex; flex-wrap: wrap; align-items: center; gap: .8rem; }
.search input { min-width: 16rem; padding: .3rem .5rem; font: inherit; }
.cause, .drift { margin: .6rem 0; padding: .5rem .8rem; border: 1px solid var(--border); border-radius: 8px; }
.drift { margin-bottom: 0; }
.values { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1rem; }
.values h3 { margin: .2rem 0; font-size: .9rem; }
.diff { margin: 0; table-layout: fixed; }
.diff th, .diff td { width: 50%; padding: 0 .4rem; border: 0; }
.diff td { font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.diff .different.expected { background: var(--expected); }
.diff .different.actual { background: var(--actual); }
.fold > summary { color: var(--muted); }
`;
