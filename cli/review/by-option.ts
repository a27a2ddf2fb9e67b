import { InvalidArgumentError, Option } from 'commander';

/** The option by which a command once named who reads: it is refused with what to do instead. */
export function formerByOption(): Option {
  return new Option('--by <who>').hideHelp().argParser(() => {
    throw new InvalidArgumentError(
      'Who reads is who signed in. Give each reader a token of their own (retclip reader add NAME), and read with RETCLIP_TOKEN or --token-file.',
    );
  });
}
