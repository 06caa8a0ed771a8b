// Builds frontend/ into huiyin/static/: style sheets, scripts, htmx, the icon sprite.
// `node frontend/build.mjs --check` builds into memory and fails if a committed file differs.
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = (...path) => join(root, "frontend", ...path);
const pkg = (...path) => join(root, "node_modules", ...path);
// In-app browsers some years old. Scripts name the language version: esbuild cannot rewrite for each of these.
const STYLE_TARGET = ["chrome64", "safari12", "firefox67"];
const SCRIPT_TARGET = "es2018";
const LIMITS = { "css/public.css": 25 * 1024, "js/public.js": 8 * 1024, "js/meeting.js": 8 * 1024, "img/icons.svg": 12 * 1024 }; // gzipped

async function style(name) {
  const { css } = sass.compile(source("scss", `${name}.scss`), { style: "expanded", charset: false });
  const { code } = await esbuild.transform(css, { loader: "css", minify: true, target: STYLE_TARGET });
  return code;
}

async function script(name) {
  const built = await esbuild.build({
    entryPoints: [source("js", `${name}.js`)],
    bundle: true, minify: true, write: false, format: "iife", target: SCRIPT_TARGET, charset: "utf8", legalComments: "none",
  });
  return built.outputFiles[0].text;
}

async function sprite() {
  const listed = (await readFile(source("icons.txt"), "utf8")).split("\n").map((l) => l.trim());
  const names = [...new Set(listed.filter((l) => l && !l.startsWith("#")))].sort();
  const symbols = [];
  for (const name of names) {
    const file = pkg("@tabler", "icons", "icons", "outline", `${name}.svg`);
    if (!existsSync(file)) throw new Error(`frontend/icons.txt: Tabler has no outline icon "${name}"`);
    const svg = await readFile(file, "utf8");
    const inner = svg.replace(/<!--[^]*?-->/g, "").replace(/^[^]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "")
      .replace(/<path stroke="none"[^>]*\/>/, "").replace(/\s*\n\s*/g, "").trim();
    symbols.push(`<symbol id="i-${name}" viewBox="0 0 24 24">${inner}</symbol>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons, MIT, https://tabler.io/icons -->\n${symbols.join("\n")}\n</svg>\n`;
}

const files = {
  "css/public.css": await style("public"),
  "css/desk.css": await style("desk"),
  "css/paper.css": await style("paper"),
  "css/screen.css": await style("screen"),
  "css/slides.css": await style("slides"),
  "js/public.js": await script("public"),
  "js/desk.js": await script("desk"),
  "js/meeting.js": await script("meeting"),
  "js/console.js": await script("console"),
  "js/screen.js": await script("screen"),
  "js/sw.js": await script("sw"),
  "js/htmx.min.js": await readFile(pkg("htmx.org", "dist", "htmx.min.js"), "utf8"),
  "img/icons.svg": await sprite(),
};

const isCheck = process.argv.includes("--check");
let isSame = true;
for (const [name, text] of Object.entries(files)) {
  const target = join(root, "huiyin", "static", name);
  const size = gzipSync(text, { level: 9 }).length;
  if (LIMITS[name] && size > LIMITS[name]) throw new Error(`${name} is ${size} bytes gzipped, allowed ${LIMITS[name]}`);
  if (isCheck) {
    const kept = existsSync(target) ? await readFile(target, "utf8") : "";
    if (kept !== text) { isSame = false; console.error(`differs from its source: huiyin/static/${name}`); }
  } else {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
    console.log(`${name}  ${text.length} bytes, ${size} gzipped`);
  }
}
if (!isSame) { console.error("run `make assets` and commit huiyin/static/"); process.exit(1); }
if (isCheck) console.log(`assets: ${Object.keys(files).length} built files are the same as their sources`);
