/** Folders of the checkout that the command is compiled from. */
const ROOMS = [
  'aws',
  'cli',
  'core',
  'decoding',
  'functions',
  'gpu-worker',
  'judging',
  'local',
  'model',
  'phantoms',
  'rescore-worker',
  'screening',
];

/** What the package ships besides compiled modules. */
const OTHERS = [
  /^launcher\.js$/,
  /^package\.json$/,
  /^dist\/LICENSE$/,
  /^dist\/cli\/package\.json$/,
  /^dist\/bundles\/default\/(?:model|reference)\.json$/,
  /^dist\/bundles\/default\/(?:heads|policies)\/[a-z-]+\.json$/,
  /^dist\/bundles\/default\/(?:detector|fusion|text|vision\.fp32|vision\.int8)\.onnx$/,
  /^dist\/bundles\/default\/vocab\.txt$/,
  /^dist\/reading-room\/dist\/(?:index\.html|licences\.md|mark\.svg|assets\/index-[\w-]+\.(?:css|js))$/,
];

const MODULE = new RegExp(`^dist/(?:${ROOMS.join('|')})/(?!(?:.*/)?testing/|.*\\.test\\.).+\\.js$`);

/** The files of a package that it should not ship: sources, tests, fixtures, and whatever no rule names. */
export function unexpectedFiles(names: readonly string[]): string[] {
  return names.filter((name) => !MODULE.test(name) && !OTHERS.some((rule) => rule.test(name)));
}
