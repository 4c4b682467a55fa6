// What stands around two landscapes side by side; each has the style of the explorer.

export const COMPARISON_STYLE = `
.comparison { display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; padding: 10px; min-height: 100vh; align-content: start; color: var(--ink); background: var(--ground);
  font: 13px/1.4 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; font-variant-numeric: tabular-nums; }
.comparison[data-home=notebook] { min-height: 0; border-radius: 6px; }
.comparison > header { grid-area: auto; }
.comparison .tools { border: 0; padding: 0; }
.comparison .statement, .comparison .between { margin: 0; color: var(--muted); }
.comparison .statement b { color: var(--ink); font-weight: 600; }
.panes { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
.pane { min-width: 0; }
.pane .name { margin: 0 0 4px; }
.pane .name select { max-width: 100%; font-weight: 600; }
.sweep { position: relative; padding: 0 8px; }
.sweep input { width: calc(100% + 16px); margin: 0 -8px; }
.sweep .values { position: relative; height: 18px; color: var(--muted); font-size: 11px; }
.sweep .values span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.sweep .values span:first-child { transform: none; margin-left: -8px; } .sweep .values span:last-child { transform: translateX(-100%); margin-left: 8px; }
.sweep .values .shown { color: var(--ink); font-weight: 600; }
.sweep .folds { position: relative; height: 20px; }
.sweep .folds button { position: absolute; transform: translateX(-50%); padding: 0 1px; border: 0; background: none; color: var(--accent); line-height: 18px; cursor: pointer; }
@container (max-width: 800px) { .panes { grid-template-columns: minmax(0, 1fr); } }
`;
