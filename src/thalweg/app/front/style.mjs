// The style of the explorer; colours are properties that theme.mjs sets.

export const STYLE = `
:host { display: block; container-type: inline-size; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.explorer { position: relative; display: grid; gap: 8px; padding: 10px; color: var(--ink); background: var(--ground);
  font: 13px/1.4 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif;
  font-variant-numeric: tabular-nums;
  grid-template: auto minmax(0, 1fr) minmax(0, 1fr) minmax(120px, 22vh) / minmax(0, 1fr) minmax(340px, 34%);
  grid-template-areas: "header header" "tree plot" "tree details" "rows rows"; }
.explorer:is([data-home=live], [data-home=file]) { height: 100vh; min-height: 100vh; }
.explorer:is([data-home=notebook], [data-home=pane]) { height: 780px; border-radius: 6px; }
.explorer[data-home=pane] { padding: 0; }
.explorer[data-home=pane] header button { display: none; }
header { grid-area: header; display: flex; align-items: center; gap: 10px; min-width: 0; padding: 0 2px; }
.title { display: flex; align-items: baseline; gap: 12px; min-width: 0; flex: 1; }
h1 { margin: 0; font-size: 15px; font-weight: 650; letter-spacing: -.005em; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.counts { margin: 0; color: var(--muted); white-space: nowrap; }
.status { color: var(--accent); max-width: 36ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.live { font-size: 11px; color: var(--muted); }
.live::before { content: ""; display: inline-block; width: 7px; height: 7px; margin-right: 5px; border-radius: 50%; background: #2a9d63; }
.live.gone::before { background: var(--faint); }
.card { display: flex; flex-direction: column; min-width: 0; min-height: 0; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.tree { grid-area: tree; } .plot { grid-area: plot; } .details { grid-area: details; } .rows { grid-area: rows; }
.card.rows { grid-area: rows; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: 3px 10px; padding: 5px 8px; border-bottom: 1px solid var(--line); color: var(--muted); font-size: 12px; min-height: 35px; }
.group { display: flex; flex-wrap: wrap; align-items: center; gap: 1px; }
.group.wide { gap: 5px; }
.group:last-child { margin-left: auto; }
label { display: inline-flex; align-items: center; gap: 5px; }
button, select, input { font: inherit; color: var(--ink); }
button { padding: 2px 6px; border: 1px solid transparent; border-radius: 4px; background: none; cursor: pointer; }
button:hover:not(:disabled) { background: var(--ground); border-color: var(--line); }
button[aria-pressed=true] { color: var(--accent); border-color: currentColor; }
button:disabled { cursor: default; }
.quiet { width: 28px; height: 28px; font-size: 15px; color: var(--muted); }
select, input[type=search] { padding: 2px 5px; border: 1px solid var(--line); border-radius: 4px; background: var(--paper); max-width: 132px; }
input[type=search] { flex: 1 1 220px; max-width: 380px; }
input[aria-invalid=true] { border-color: var(--accent); }
input[type=checkbox], input[type=range] { accent-color: var(--accent); margin: 0; }
input[type=range] { width: 84px; }
.tools button { padding: 2px 5px; }
.tree select { max-width: 104px; }
output { min-width: 6ch; color: var(--ink); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.surface { position: relative; flex: 1; min-height: 0; min-width: 0; }
.surface canvas { position: absolute; inset: 0; width: 100%; height: 100%; touch-action: pan-y; }
.explorer[data-box] .surface canvas { touch-action: none; }
.bodies { position: relative; flex: 1; min-height: 0; display: flex; }
.tabs { display: flex; gap: 2px; }
.tabs button { color: var(--muted); }
.tabs button[aria-selected=true] { color: var(--ink); font-weight: 600; box-shadow: inset 0 -2px var(--accent); border-radius: 4px 4px 0 0; }
.plot select { max-width: 92px; }
.plot .tools { column-gap: 6px; }
.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; padding: 4px 10px; border-top: 1px solid var(--line); color: var(--muted); font-size: 12px; max-height: 62px; overflow: auto; }
.legend .name { color: var(--ink); font-weight: 600; }
.legend .bar { width: 140px; height: 8px; border-radius: 2px; }
.legend .entry { display: inline-flex; align-items: center; gap: 5px; padding: 0 4px; font-size: 12px; max-width: 190px; }
.legend .entry span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.legend i { flex: none; width: 10px; height: 10px; border-radius: 2px; }
.legend small { color: var(--muted); }
.note { margin: 0; padding: 3px 10px; font-size: 12px; color: var(--muted); border-top: 1px solid var(--line); }
.detail { flex: 1; overflow: auto; padding: 8px 12px; }
h2 { margin: 0 0 6px; font-size: 14px; font-weight: 650; }
h3 { margin: 12px 0 4px; font-size: 12px; font-weight: 600; color: var(--muted); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 1px 14px; margin: 0; }
dt { color: var(--muted); max-width: 180px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
dd { margin: 0; overflow-wrap: anywhere; }
.detail table { border-collapse: collapse; }
.detail th, .detail td { padding: 1px 14px 1px 0; text-align: left; font-weight: 400; overflow-wrap: anywhere; }
.detail th { color: var(--muted); }
.hint { margin: 4px 0; color: var(--muted); }
.drawing { display: block; width: 100%; max-width: 420px; }
.table { position: relative; flex: 1; overflow: auto; min-height: 0; }
.table .head, .table .row { display: grid; grid-template-columns: 76px repeat(var(--columns), minmax(96px, 1fr)); min-width: calc(76px + 96px * var(--columns)); }
.table .head { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 1px solid var(--line); }
.table .head button { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: right; color: var(--muted); font-size: 12px; border-radius: 0; }
.table [aria-sort=ascending]::after { content: " ↑"; color: var(--accent); }
.table [aria-sort=descending]::after { content: " ↓"; color: var(--accent); }
.table .rows { position: relative; }
.table .row { position: absolute; left: 0; right: 0; height: 26px; line-height: 26px; cursor: pointer; border-bottom: 1px solid color-mix(in srgb, var(--line) 50%, transparent); }
.table .row > * { padding: 0 8px; text-align: right; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.table .row.hover { background: var(--ground); }
.table .row[aria-selected=true] { background: var(--wash); }
.table .row.focus { box-shadow: inset 3px 0 var(--accent); }
.explorer[data-trees-only] :is(.card.plot, .card.rows, .card.details) { display: none; }
.explorer[data-trees-only][data-home=pane] { height: auto; display: block; } .explorer[data-trees-only] .tree { height: 480px; }
.tip { position: absolute; z-index: 3; max-width: 300px; padding: 3px 8px; border-radius: 4px; background: var(--ink); color: var(--paper); pointer-events: none; font-size: 12px; overflow-wrap: anywhere; }
dialog { max-width: 560px; padding: 18px 22px; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); color: var(--ink); }
dialog::backdrop { background: rgb(0 0 0 / .35); }
dialog dt { color: var(--ink); font-weight: 600; } dialog dl { margin-bottom: 12px; gap: 5px 16px; } dialog dd { color: var(--muted); }
/* Of its place: beside another landscape, or in a notebook, that is less than the window. */
@container (max-width: 800px) {
  .explorer, .explorer[data-home][data-home] { height: auto; align-content: start; grid-template: none / minmax(0, 1fr); grid-template-areas: "header" "tree" "plot" "details" "rows"; }
  .tree { height: 480px; } .plot { height: 360px; } .details { max-height: 460px; } .card.rows { height: 420px; }
  header { flex-wrap: wrap; } .title { flex-direction: column; gap: 0; flex-basis: 70%; } .counts { white-space: normal; } .status { order: 9; flex-basis: 100%; max-width: none; min-height: 1.4em; }
  .tools { gap: 4px 8px; } .group:last-child { margin-left: 0; } input[type=search] { flex-basis: 100%; max-width: none; }
}
`;
