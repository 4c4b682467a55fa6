// One module, three homes: anywidget calls render; a page has a place for the explorer, and begins by itself.
import {Comparison} from "./comparison.mjs";
import {fileComparison, liveComparison, notebookComparison} from "./comparison_hosts.mjs";
import {element} from "./dom.mjs";
import {Explorer} from "./explorer.mjs";
import {fileModel, liveModel} from "./hosts.mjs";

function render({model, el}) {
  model.open ??= opened => model.send({kind: "open", opened});
  const isComparison = model.get("comparison") !== undefined;
  const shown = isComparison ? new Comparison(notebookComparison(model), el) : new Explorer(model, el);
  return () => shown.destroy();
}

async function begin(place) {
  try {
    const isLive = place.dataset.home === "live";
    if ("compared" in place.dataset) {
      globalThis.thalwegComparison = new Comparison(await (isLive ? liveComparison() : fileComparison(place)), place);
      return;
    }
    globalThis.thalwegExplorer = new Explorer(await (isLive ? liveModel() : fileModel(place)), place);
  } catch (error) {
    place.replaceChildren(element("p", {role: "alert"}, `The landscape cannot be shown: ${error.message}`));
    throw error;
  }
}

const place = globalThis.document?.getElementById("thalweg-explorer");
if (place) begin(place);

export default {render};
