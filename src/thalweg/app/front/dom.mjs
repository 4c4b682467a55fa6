// Elements from a tag, attributes and children. Texts stay texts: nothing here reads markup.

/** element("button.quiet", {title: "…", onclick}, "text", child …) */
export function element(description, attributes = {}, ...children) {
  const [tag, ...classes] = description.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter(child => child != null));
  return node;
}

export function options(select, names, chosen) {
  select.replaceChildren(...names.map(([value, text]) =>
    element("option", {value, selected: String(value) === String(chosen)}, text)));
}

export function download(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = element("a", {href: address, download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
