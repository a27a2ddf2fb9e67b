import { elementsOf } from '../element-types.ts';
import { type CheckpointVariant, type StoredValues, storedTensors } from '../random/checkpoint-variant.ts';
import { bytesOf } from '../random/write-safetensors-checkpoint.ts';
import { PickleWriter } from './pickle-writer.ts';
import { type ZipOptions, ZipWriter } from './zip-writer.ts';

const STORAGES = { float32: 'FloatStorage', float16: 'HalfStorage' } as const;

/**
 * Writes a checkpoint with random weights as `torch.save` does. No more than one tensor is in memory, so a file of any
 * size can be made.
 */
export async function writeTorchCheckpoint(
  path: string,
  variant: CheckpointVariant,
  options: ZipOptions = {},
): Promise<void> {
  const { type = 'float32', wrapped = false, optimizer = false } = variant;
  const tensors = storedTensors(variant);
  const pickle = new PickleWriter();
  const moments: StoredValues[] = optimizer ? tensors.flatMap((tensor) => [tensor, tensor]) : [];
  const reference = (tensor: StoredValues, key: number) => () => {
    const elements = elementsOf(tensor.shape);
    pickle.tensor({ type: STORAGES[type], key: String(key), elements }, { shape: tensor.shape });
  };
  const weights = () =>
    pickle.dictionary(
      tensors.map((tensor, key) => [tensor.name, reference(tensor, key)] as const),
      true,
    );
  if (!wrapped) weights();
  else {
    const state = () =>
      pickle.dictionary(
        moments.map(
          (tensor, index) => [`moment.${index}`, reference(tensor, tensors.length + index)] as const,
        ),
      );
    pickle.dictionary([
      ['epoch', () => pickle.integer(10)],
      ['name', () => pickle.text('random')],
      ['state_dict', weights],
      ...(optimizer ? [['optimizer', state] as const] : []),
    ]);
  }
  const zip = await ZipWriter.create(path, options);
  await zip.add('archive/data.pkl', pickle.finish());
  await zip.add('archive/byteorder', Buffer.from('little'));
  let key = 0;
  for (const tensor of [...tensors, ...moments]) {
    await zip.add(`archive/data/${key}`, bytesOf(tensor.values(), type));
    key += 1;
  }
  await zip.add('archive/version', Buffer.from('3\n'));
  await zip.close();
}
