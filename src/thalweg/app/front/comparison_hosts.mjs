// What a comparison is shown: its notes, and a model for each landscape, made when it is first looked at.
import {fileJson, fileModel, liveModel, Model, serverUrl} from "./hosts.mjs";

export async function liveComparison() {
  const answer = await fetch(serverUrl("comparison"));
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return {home: "live", notes: await answer.json(), modelOf: remembered(k => liveModel({landscape: k}, false))};
}

export async function fileComparison(page) {
  return {home: "file", notes: await fileJson(page, "comparison"), modelOf: remembered(k => fileModel(page, ` ${k}`))};
}

/** One widget holds all landscapes; each has a model that speaks for it. */
export function notebookComparison(widget) {
  const models = new Map(), details = widget.get("options").details;
  const modelOf = remembered(async k => {
    const model = new Model({data: widget.get("parts")[k], options: {details: details[k]}, selection: []});
    model.send = question => widget.send({...question, landscape: k});
    models.set(k, model);
    return model;
  });
  const heard = answer => models.get(answer.landscape)?.tell("msg:custom", answer);
  widget.on("msg:custom", heard);
  const chose = (k, ids) => {
    widget.set("selections", widget.get("selections").map((one, i) => i === k ? ids : one));
    widget.save_changes();
  };
  return {home: "notebook", notes: widget.get("comparison"), modelOf, chose, end: () => widget.off("msg:custom", heard)};
}

function remembered(make) {
  const made = new Map();
  return k => {
    if (!made.has(k)) made.set(k, make(k));
    return made.get(k);
  };
}
