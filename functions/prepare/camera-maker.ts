/**
 * Makers of fundus cameras, as cameras write themselves into a photograph's header. What a stranger writes there is not
 * bounded, and each value of a metric's dimension is billed: so a metric knows a camera by its maker, out of these.
 */
const MAKERS = {
  canon: /canon/,
  centervue: /centervue|icare|eidon|\bdrs\b/,
  crystalvue: /crystalvue/,
  hillrom: /hill-?rom|welch ?allyn|retinavue/,
  kowa: /kowa/,
  nidek: /nidek/,
  optomed: /optomed|aurora|smartscope/,
  optos: /optos/,
  remidio: /remidio/,
  topcon: /topcon/,
  volk: /volk/,
  zeiss: /zeiss|visucam|clarus/,
} as const;

/** The dimension `camera` of metrics: a maker, `other` for any that is not listed, `unknown` where the header says none. */
export type CameraMaker = keyof typeof MAKERS | 'other' | 'unknown';

/**
 * @param device as a photograph's header names the camera
 * @example cameraMaker('TOPCON TRC-NW400') // 'topcon'
 */
export function cameraMaker(device: string | undefined): CameraMaker {
  const text = device?.trim().toLowerCase() ?? '';
  if (text === '') return 'unknown';
  const found = Object.entries(MAKERS).find(([, pattern]) => pattern.test(text));
  return found === undefined ? 'other' : (found[0] as keyof typeof MAKERS);
}
