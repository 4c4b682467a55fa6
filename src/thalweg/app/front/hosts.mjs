// The model of the two pages, in the form of anywidget's: the live page asks its server, the file itself.
import {rangesToText} from "./numbers.mjs";

export class Model {
  constructor(values) {
    this.values = values;
    this.hearers = {};
  }
  get(name) { return this.values[name]; }
  set(name, value) { this.values[name] = value; }
  save_changes() {}
  on(event, hear) { (this.hearers[event] ??= new Set()).add(hear); }
  off(event, hear) { this.hearers[event]?.delete(hear); }
  tell(event, ...what) { for (const hear of this.hearers[event] ?? []) hear(...what); }
  send() {}
}

/** An address of the server that sent this page. */
export function serverUrl(path, query = {}) {
  const token = new URLSearchParams(location.search).get("token");
  return `${path}?${new URLSearchParams({token, ...query})}`;
}

/** The page of `thalweg view`: polls for a landscape that grows, asks for details. `which` is part of each question. */
export async function liveModel(which = {}, follows = true) {
  const url = (path, query = {}) => serverUrl(path, {...which, ...query});
  let tag = "";
  const model = new Model({options: {home: "live", details: true, parquet: true}, selection: []});
  // What is opened, one after the other, each as ranges of numbers.
  let openings = [];
  const opened = () => openings.length ? {open: openings.map(rangesToText).join(";")} : {};
  async function load() {
    const answer = await fetch(url("data", opened()), {headers: tag ? {"If-None-Match": tag} : {}});
    if (answer.status === 304) return false;
    if (!answer.ok) throw new Error((await answer.text()).trim());
    tag = answer.headers.get("ETag");
    model.values.data = new DataView(await answer.arrayBuffer());
    return true;
  }
  let pause = 2000;
  async function follow() {
    try {
      const start = performance.now();
      if (await load()) model.tell("change:data");
      // A large landscape takes a while to read: the server is not to do nothing else.
      pause = Math.max(2000, 5 * (performance.now() - start));
      model.tell("live", true);
    } catch (error) {
      model.tell("live", false, error.message);
    }
    model.timer = setTimeout(follow, pause);
  }
  model.send = async ({kind, of, numbers, key}) => {
    if (kind !== "detail") return;
    try {
      const answer = await fetch(url("detail", {of, numbers: numbers.join(",")}));
      const text = await answer.text();
      model.tell("msg:custom", answer.ok ? {...JSON.parse(text), key} : {key, error: text.trim()});
    } catch (error) {
      model.tell("msg:custom", {key, error: `The server does not answer: ${error.message}.`});
    }
  };
  model.parquet = (minima, temperature) => url("parquet", {minima, temperature, ...opened()});
  model.open = async wanted => {
    const before = openings;
    openings = wanted;
    try {
      if (await load()) model.tell("change:data");
    } catch (error) {
      openings = before;
      model.tell("msg:custom", {kind: "open", error: error.message});
    }
  };
  await load();
  if (follows) model.timer = setTimeout(follow, pause);
  return model;
}

/** The exported page: all is in it, compressed. */
export async function fileModel(page, which = "") {
  const data = await filePart(page, `landscape${which}`), known = await fileJson(page, `details${which}`);
  const nKnown = Object.keys(known).length;
  const model = new Model({data: new DataView(data), selection: [],
    options: {home: "file", details: nKnown > 0, parquet: false, nDetails: nKnown}});
  model.send = ({kind, key}) => {
    if (kind === "detail") model.tell("msg:custom", {...(known[key] ?? {error: `This file holds details of the lowest ${nKnown} minima.`}), key});
  };
  return model;
}

function filePart(page, name) { return inflated(page.querySelector(`[data-part="${name}"]`).textContent); }

export async function fileJson(page, name) { return JSON.parse(new TextDecoder().decode(await filePart(page, name))); }

async function inflated(text) {
  const bytes = Uint8Array.from(atob(text.trim()), c => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
