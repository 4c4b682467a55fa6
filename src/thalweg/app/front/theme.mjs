// Light and dark, by the system's preference or by the switch; the canvases read their colours here.

const LIGHT = {name: "light", paper: "#ffffff", ground: "#f4f5f4", ink: "#22262b", muted: "#626a73",
  faint: "#b9bec4", line: "#e2e4e6", accent: "#c2410c", wash: "#fdf0e8", branch: "#3b4249",
  dimmed: 0.4, dimmedJoint: 0.28};
const DARK = {name: "dark", paper: "#171a1e", ground: "#0f1114", ink: "#e6e8ea", muted: "#9aa2ab",
  faint: "#555c64", line: "#2b3036", accent: "#ff8f5a", wash: "#33221a", branch: "#b5bcc4",
  // A thin light line on black is fainter to the eye than a dark one on white.
  dimmed: 0.5, dimmedJoint: 0.42};

export class Theme {
  constructor(root, changed) {
    this.root = root;
    this.preference = matchMedia("(prefers-color-scheme: dark)");
    this.chosen = "";
    this.listen = () => { this.apply(); changed(); };
    this.preference.addEventListener("change", this.listen);
    this.apply();
  }

  choose(name) {
    this.chosen = name === "light" || name === "dark" ? name : "";
    this.listen();
  }

  toggle() { this.choose(this.colours.name === "dark" ? "light" : "dark"); }

  apply() {
    const isDark = this.chosen ? this.chosen === "dark" : this.preference.matches;
    this.colours = isDark ? DARK : LIGHT;
    this.root.dataset.theme = this.colours.name;
    for (const [name, value] of Object.entries(this.colours)) if (typeof value === "string") this.root.style.setProperty(`--${name}`, value);
  }

  destroy() { this.preference.removeEventListener("change", this.listen); }
}
