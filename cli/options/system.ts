import { Option } from 'commander';

/** Where one machine keeps its data unless it is told. */
export const DEFAULT_DATA_FOLDER = './.retclip';

/** Finds a system on this machine. */
export function dataOption(): Option {
  return new Option('--data <dir>', 'data folder of a running `retclip local`');
}

/** Finds a system in AWS. */
export function stackOption(): Option {
  return new Option('--stack <name>', 'deployed CloudFormation stack');
}
