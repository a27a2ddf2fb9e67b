import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { z } from 'zod';
import { DetectorError } from '../errors.ts';

/** What lies beside a detector's checkpoint, under the same name with `.json`: how it is read, and how good it is. */
export const detectorSettingsSchema = z
  .object({
    format: z.literal(1),
    /** Least confidence with which it may contradict a label, 0.5 to 1: that which a wanted share of eyes reaches. */
    lateralityThreshold: z.number().min(0.5).max(1),
    /** What PyTorch computes of the test pattern: logits of a left and of a gradable eye. */
    reference: z.object({ logits: z.tuple([z.number(), z.number()]) }),
    /** Measured figures. */
    accuracy: z.record(z.string(), z.unknown()),
  })
  .strict();
export type DetectorSettings = Readonly<z.infer<typeof detectorSettingsSchema>>;

/**
 * Reads the settings of a detector.
 *
 * @param checkpoint path of its weights, `detector.safetensors` or `detector.pt`
 * @throws DetectorError if there are none or they are malformed
 */
export async function readDetectorSettings(checkpoint: string): Promise<DetectorSettings> {
  const path = `${checkpoint.slice(0, checkpoint.length - extname(checkpoint).length)}.json`;
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new DetectorError(
      `The detector "${checkpoint}" needs its settings in "${path}", which is missing or no JSON. training/detector/evaluate.py writes it.`,
      { cause: error },
    );
  }
  const parsed = detectorSettingsSchema.safeParse(content);
  if (!parsed.success) throw new DetectorError(`"${path}" is not sound: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
