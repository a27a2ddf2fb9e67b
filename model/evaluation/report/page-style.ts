/** How the page looks: one column of cards, wide tables scroll by themselves, and it prints. */
export const PAGE_STYLE = `
:root { color-scheme: light; --ink: #1f2328; --faint: #59636e; --line: #d8dee4; --ground: #f6f8fa; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; }
main { max-width: 1480px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 0 0 12px; }
h3 { font-size: 15px; margin: 0 0 8px; font-weight: 600; }
section { background: #fff; border: 1px solid var(--line); border-radius: 10px; padding: 20px 22px; margin-top: 18px; }
.notice, .warning { border-radius: 8px; padding: 10px 14px; margin: 14px 0 0; font-weight: 600; }
.notice { background: #fff8e1; border: 1px solid #e5c365; }
.warning { background: #fdecea; border: 1px solid #e0857c; }
.sub { color: var(--faint); margin: 0; }
.cards { display: flex; flex-wrap: wrap; gap: 14px; margin-top: 18px; }
.card { background: #fff; border: 1px solid var(--line); border-radius: 10px; padding: 14px 18px; flex: 1 1 180px; }
.card b { display: block; font-size: 26px; line-height: 1.25; font-variant-numeric: tabular-nums; }
.card span { color: var(--faint); font-size: 13px; display: block; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 9px; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--faint); font-weight: 600; white-space: nowrap; }
td { white-space: nowrap; }
td small { color: var(--faint); display: block; font-size: 12px; }
td.reason { white-space: normal; min-width: 130px; color: var(--faint); }
tbody tr:last-child td { border-bottom: 0; }
tbody tr.first td { border-top: 1px solid #b6bfc9; }
td.repeat { color: transparent; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 0; font-size: 14px; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 560px), 1fr)); gap: 22px; }
.plots figure { margin: 0; }
.pair { display: flex; align-items: flex-start; gap: 12px; }
.pair svg { min-width: 0; flex: 0 1 350px; height: auto; border: 1px solid var(--line); border-radius: 8px; }
ul { margin: 0; padding-left: 20px; color: var(--faint); font-size: 13px; }
@media (max-width: 640px) { .pair { flex-wrap: wrap; } .pair svg { flex-basis: 100%; } }
@media print { body { background: #fff; } section, .card { break-inside: avoid; } }
`.trim();
