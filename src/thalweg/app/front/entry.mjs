// One module, three homes: anywidget calls render; a page has a place for the explorer, and begins by itself.
import {Explorer} from "./explorer.mjs";
import {element} from "./dom.mjs";
import {fileModel, liveModel} from "./hosts.mjs";

function render({model, el}) {
  const explorer = new Explorer(model, el);
  return () => explorer.destroy();
}

async function begin(place) {
  try {
    const model = place.dataset.home === "live" ? await liveModel() : await fileModel(place);
    globalThis.thalwegExplorer = new Explorer(model, place);
  } catch (error) {
    place.replaceChildren(element("p", {role: "alert"}, `The landscape cannot be shown: ${error.message}`));
    throw error;
  }
}

const place = globalThis.document?.getElementById("thalweg-explorer");
if (place) begin(place);

export default {render};
