// Keys and gestures, as the dialog lists them.

export const HELP = [
  ["wheel, pinch", "zoom; with Shift along the minima only, with Alt or over the axis along the loss only"],
  ["one finger", "scrolls the page; two move and zoom a view"],
  ["drag", "move; with Shift, or Box pressed, choose what is in a box"],
  ["click", "a foot: its minimum; a branch: its subtree; with Ctrl or Shift: more"],
  ["double click, c", "collapse or expand a branch; e expands all"],
  ["← →", "walk the minima; with Shift choose more"],
  ["↑ ↓", "from the selection to the superbasin around it, and back"],
  ["+ − 0 z", "zoom in, out, all, to the selection"],
  ["r [ ]", "a level across the tree, and move it; it can be dragged"],
  ["n w t", "names of nodes, widths by occupation, light or dark"],
  ["/", "filter: loss < 0.3 and hits > 2; component = 0; a number; a node such as 12_3"],
  ["two minima", "selected: the lowest path between them"],
  ["Esc", "choose nothing"],
];
