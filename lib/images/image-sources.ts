import type { ImageSources } from './image.ts';

/** What `npm ci` and Node's type stripping need. */
const PACKAGE = ['package.json', 'package-lock.json', '.npmrc', 'tsconfig.json', 'cli/package.json'];

/** The GPU worker. */
export const WORKER_SOURCES: ImageSources = {
  folder: 'gpu-worker',
  sources: [...PACKAGE, 'core', 'aws', 'model', 'screening', 'gpu-worker'],
  architecture: 'x86_64',
};

/** The worker that applies heads to stored features. */
export const RESCORE_SOURCES: ImageSources = {
  folder: 'rescore-worker',
  sources: [...PACKAGE, 'core', 'aws', 'rescore-worker'],
  architecture: 'x86_64',
};

/** The function that opens photographs: the only image with a decoder of pictures. */
export const PREPARE_SOURCES: ImageSources = {
  folder: 'functions/prepare',
  sources: [...PACKAGE, 'core', 'aws', 'decoding', 'judging', 'model', 'functions'],
  architecture: 'arm64',
};

/** The function of the live lane: the same code as the worker's, on a processor. */
export const SCREEN_SOURCES: ImageSources = {
  folder: 'functions/screen',
  sources: [...PACKAGE, 'core', 'aws', 'model', 'screening', 'functions'],
  architecture: 'arm64',
};

/** The search function: the only one of the API's functions that carries ONNX Runtime. */
export const SEARCH_SOURCES: ImageSources = {
  folder: 'functions/search',
  sources: [...PACKAGE, 'core', 'aws', 'model', 'functions'],
  architecture: 'arm64',
};

/** The pre-training: Python and PyTorch, nothing of the rest. */
export const TRAINING_SOURCES: ImageSources = {
  folder: 'training',
  sources: ['training'],
  architecture: 'x86_64',
};
