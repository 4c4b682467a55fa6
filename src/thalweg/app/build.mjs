// Bundles the front end into explorer.js, which is committed: `make app`.
import {readFileSync} from "node:fs";
import {build} from "esbuild";

const licences = readFileSync("front/licences.txt", "utf8");
await build({
  entryPoints: ["front/entry.mjs"],
  outfile: process.argv[2] ?? "explorer.js",
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "esm",
  target: "es2022",
  banner: {js: `/* ${licences.trim()} */`},
});
