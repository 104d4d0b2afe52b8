/**
 * Build the page: one script and the scripts that it loads later, one style sheet, the licenses of the packages in them,
 * and the HTML that loads them. File names contain a hash of the content.
 *
 * Run as `node build.js FOLDER`.
 */

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const PAGE = join(HERE, "page");

const [, , folder] = process.argv;
if (!folder) throw new Error("Name the folder to write to: node build.js FOLDER");
const { metafile, outputFiles } = await build({
  absWorkingDir: HERE,
  entryPoints: ["page/main.js", "page/style.css"],
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  splitting: true, // only for `import()` of scripts that few views need
  outdir: "dist/assets", // Source maps are relative to it, so that a build doesn't depend on its folder.
  write: false,
  metafile: true,
  bundle: true,
  format: "esm",
  target: ["chrome119", "edge119", "firefox119", "safari17"], // the versions of the last three years
  minify: true,
  charset: "utf8",
  sourcemap: true,
  loader: { ".svg": "dataurl" },
});
const licenses = await licensesOf(Object.keys(metafile.inputs));
const licensesName = `licenses-${createHash("sha256").update(licenses).digest("hex").slice(0, 8).toUpperCase()}.txt`;

await rm(folder, { recursive: true, force: true });
await mkdir(join(folder, "assets"), { recursive: true });
for (const { path, contents } of outputFiles) await writeFile(join(folder, "assets", basename(path)), contents);
await writeFile(join(folder, "assets", licensesName), licenses);
await writeFile(join(folder, "index.html"), await htmlWith(await fileUrls()));

/**
 * Return the license texts of all packages in the script.
 *
 * @param {string[]} inputs paths of the files in the script
 */
async function licensesOf(inputs) {
  const packages = new Set(inputs.flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []));
  const texts = [...packages].sort().map(async (path) => {
    const { name, version, license } = JSON.parse(await readFile(join(HERE, path, "package.json"), "utf8"));
    const file = (await readdir(join(HERE, path))).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} ${version} has no license file to ship with the page.`);
    return `${name} ${version} (${license})\n\n${(await readFile(join(HERE, path, file), "utf8")).trim()}\n`;
  });
  return ["This page contains these packages.\n", ...(await Promise.all(texts))].join(`\n${"-".repeat(80)}\n\n`);
}

/**
 * Return the URLs of the files that `index.html` loads, relative to the page.
 *
 * @returns {Promise<Record<string, string>>} by the names in `index.html`
 */
async function fileUrls() {
  const scriptAndStyle = Object.entries(metafile.outputs).flatMap(([path, { entryPoint }]) =>
    entryPoint ? [[basename(entryPoint), `console/assets/${basename(path)}`]] : [],
  );
  const icon = await readFile(join(PAGE, "icon.svg"), "utf8");
  return {
    ...Object.fromEntries(scriptAndStyle),
    "licenses.txt": `console/assets/${licensesName}`,
    "icon.svg": `data:image/svg+xml,${encodeURIComponent(icon)}`,
  };
}

/**
 * Return links that make browsers load the main script and its imports in parallel.
 */
function preloads() {
  const [, main] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === "page/main.js") ?? [];
  const imported = new Set(main?.imports.flatMap(({ path, kind }) => (kind === "import-statement" ? [path] : [])));
  for (const path of imported) {
    for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === "import-statement") imported.add(next);
    }
  }
  return [...imported].map((path) => `<link rel="modulepreload" href="console/assets/${basename(path)}">\n`);
}

/**
 * Return the content of `index.html` with the URLs of the built files.
 *
 * @param {Record<string, string>} urls by the names in `index.html`
 */
async function htmlWith(urls) {
  const page = await readFile(join(PAGE, "index.html"), "utf8");
  const named = page.replace(/(?<=(?:href|src)=")[^"]+/g, (name) => urls[name] ?? name);
  return named.replace(/(?=<script type="module")/, preloads().join(""));
}
