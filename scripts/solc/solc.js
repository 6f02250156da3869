#!/usr/bin/env node
// npm's solc behind the command line of the native one: as much of it as py-solc-x and Brownie use.
"use strict";
const fs = require("fs");
const path = require("path");
const solc = require("../../node_modules/solc");

const USAGE =
  "usage: solc --version | solc --standard-json [--base-path DIR] [--include-path DIR]... [--allow-paths LIST]";
const FLAGS = ["--version", "--standard-json"];
const OPTIONS = ["--base-path", "--include-path", "--allow-paths"];

function parse(words) {
  const given = { "--include-path": [] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (FLAGS.includes(word)) given[word] = true;
    else if (word === "--include-path") given[word].push(words[++i]);
    else if (OPTIONS.includes(word)) given[word] = words[++i];
    else throw new Error(`unrecognised option '${word}'\n${USAGE}`);
  }
  return given;
}

function finder(folders, allowed) {
  const inside = (file) => allowed.some((folder) => !path.relative(folder, file).startsWith(".."));
  return (name) => {
    const files = folders.map((folder) => path.resolve(folder, name));
    const file = files.find((candidate) => inside(candidate) && fs.existsSync(candidate));
    if (file === undefined) return { error: `File not found, or outside of the allowed folders: ${files.join(", ")}` };
    return { contents: fs.readFileSync(file, "utf8") };
  };
}

function main(words) {
  const given = parse(words);
  if (given["--version"]) return `solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`;
  if (!given["--standard-json"]) throw new Error(USAGE);
  const folders = [given["--base-path"] || ".", ...given["--include-path"]];
  const allowed = [...folders, ...(given["--allow-paths"] || "").split(",").filter(Boolean)].map((p) =>
    path.resolve(p),
  );
  return solc.compile(fs.readFileSync(0, "utf8"), { import: finder(folders, allowed) });
}

try {
  process.stdout.write(main(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
