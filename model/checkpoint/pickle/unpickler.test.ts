import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelError, UnsafePickleError } from '../../errors.ts';
import { PickleWriter } from '../testing/pickle-writer.ts';
import { unpickle } from './unpickler.ts';
import { StoredTensor } from './values.ts';

const text = (value: string) => [0x8c, Buffer.byteLength(value), value] as const;

/** Ways to make Python run something, each as the pickle that does it. */
const HOSTILE: readonly (readonly [string, Buffer, string])[] = [
  [
    'GLOBAL os.system',
    new PickleWriter().global('os', 'system').text('id').raw(0x85, 'R').finish(),
    'os.system',
  ],
  ['GLOBAL posix.system', new PickleWriter().global('posix', 'system').finish(), 'posix.system'],
  ['GLOBAL builtins.eval', new PickleWriter().global('builtins', 'eval').finish(), 'builtins.eval'],
  ['GLOBAL builtins.getattr', new PickleWriter().global('builtins', 'getattr').finish(), 'builtins.getattr'],
  [
    'GLOBAL of a library within torch',
    new PickleWriter().global('torch.serialization', 'os').finish(),
    'torch.serialization.os',
  ],
  ['GLOBAL torch.load', new PickleWriter().global('torch', 'load').finish(), 'torch.load'],
  [
    'GLOBAL of a name with dots',
    new PickleWriter().global('torch', '_utils.os.system').finish(),
    'torch._utils.os.system',
  ],
  [
    'STACK_GLOBAL subprocess.Popen',
    new PickleWriter().raw(...text('subprocess'), ...text('Popen'), 0x93).finish(),
    'subprocess.Popen',
  ],
  ['INST', new PickleWriter().raw('(ios\nsystem\n').finish(), 'os.system'],
  ['OBJ', new PickleWriter().raw('(').global('torch', 'Size').raw('o').finish(), 'OBJ'],
  ['NEWOBJ', new PickleWriter().global('torch', 'Size').raw(')', 0x81).finish(), 'NEWOBJ'],
  ['an extension', new PickleWriter().raw(0x82, 1).finish(), 'EXT1'],
  ['REDUCE of a text', new PickleWriter().text('os.system').raw(')R').finish(), 'call'],
  [
    'REDUCE of a storage class',
    new PickleWriter().global('torch', 'FloatStorage').raw(')R').finish(),
    'call',
  ],
  ['REDUCE of a data type', new PickleWriter().global('torch', 'float32').raw(')R').finish(), 'call'],
  ['BUILD on a name', new PickleWriter().global('torch', 'Size').raw('}b').finish(), 'state'],
  [
    'hidden behind a valid dictionary',
    new PickleWriter().dictionary([]).raw('0').global('nt', 'system').finish(),
    'nt.system',
  ],
];

describe('a pickle with foreign code', () => {
  it.each(HOSTILE)('%s is refused by name', (_, pickle, name) => {
    expect(() => unpickle(pickle)).toThrow(UnsafePickleError);
    expect(() => unpickle(pickle)).toThrow(name);
  });

  it('is refused though the name looks like one of the known', () => {
    for (const name of ['collections.OrderedDict ', 'collections. OrderedDict', 'Collections.OrderedDict']) {
      const [module = '', last = ''] = name.split('.');
      expect(() => unpickle(new PickleWriter().global(module, last).finish())).toThrow(UnsafePickleError);
    }
  });
});

describe('a pickle of a tensor archive', () => {
  it('gives its tensors, numbers and texts', () => {
    const pickle = new PickleWriter();
    pickle.dictionary([
      ['epoch', () => pickle.integer(2 ** 40)],
      ['name', () => pickle.text('左眼')],
      ['w', () => pickle.tensor({ type: 'HalfStorage', key: '3', elements: 6 }, { shape: [2, 3] })],
    ]);
    const value = unpickle(pickle.finish()) as Map<string, unknown>;
    expect(value.get('epoch')).toBe(2 ** 40);
    expect(value.get('name')).toBe('左眼');
    const tensor = value.get('w');
    expect(tensor).toBeInstanceOf(StoredTensor);
    expect(tensor).toMatchObject({ shape: [2, 3], strides: [3, 1], storage: { key: '3', type: 'float16' } });
  });

  it('of any bytes is read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        try {
          unpickle(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('that was changed in any byte is read or refused, never anything else', () => {
    const writer = new PickleWriter();
    writer.dictionary(
      [['w', () => writer.tensor({ type: 'FloatStorage', key: '0', elements: 6 }, { shape: [2, 3] })]],
      true,
    );
    const sound = writer.finish();
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const changed = Buffer.from(sound);
        changed[at] = value;
        try {
          unpickle(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('that would allocate beyond its own length is refused first', () => {
    expect(() => unpickle(new PickleWriter().raw(0x8d, ...Array(7).fill(0xff), 0x00).finish())).toThrow(
      ModelError,
    );
    expect(() => unpickle(new PickleWriter().raw('B', 0xff, 0xff, 0xff, 0x7f).finish())).toThrow(ModelError);
  });

  /** `collections.OrderedDict` as remembered value 0, and 600 pairs as value 1. */
  const pairs = () => {
    const pickle = new PickleWriter().raw('c', 'collections\nOrderedDict\n', 'q', 0, ']', 'q', 1, '(');
    for (let index = 0; index < 600; index += 1) pickle.raw('K', index % 256, 'K', index % 7, 0x86);
    return pickle.raw('e', '0');
  };
  const times = (pickle: PickleWriter, count: number, ...parts: (string | number)[]) => {
    for (let index = 0; index < count; index += 1) pickle.raw(...parts);
    return pickle.finish();
  };

  it.each<[string, () => Buffer]>([
    ['copies of one list of pairs', () => times(pairs(), 5_000, 'h', 0, 'h', 1, 0x85, 'R')],
    [
      'copies of copies',
      () => times(pairs().raw('h', 0, 'h', 1, 0x85, 'R', 'q', 2), 5_000, 'h', 0, 'h', 2, 0x85, 'R', 'q', 2),
    ],
    ['an empty dictionary for each byte', () => times(new PickleWriter(), 200_000, '}')],
    [
      'bytes made of one text again and again',
      () =>
        times(
          new PickleWriter().raw(
            'c',
            '_codecs\nencode\n',
            'q',
            0,
            'X',
            0x10,
            0x27,
            0,
            0,
            'x'.repeat(10_000),
            'q',
            1,
            'X',
            6,
            0,
            0,
            0,
            'latin1',
            'q',
            2,
          ),
          5_000,
          'h',
          0,
          'h',
          1,
          'h',
          2,
          0x86,
          'R',
        ),
    ],
    ['empty bytes for each two', () => times(new PickleWriter(), 200_000, 'C', 0)],
    [
      'a dictionary filled by one list again and again',
      () => times(pairs(), 9_000, 'c', 'collections\nOrderedDict\n', 'h', 1, 0x85, 'R'),
    ],
  ])('of %s is refused before they are made', (_, make) => {
    const bytes = make();
    const before = process.memoryUsage().rss;
    expect(() => unpickle(bytes)).toThrow(/asks for more than \d+ bytes of memory/);
    expect(() => unpickle(bytes)).toThrow(ModelError);
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });

  it("of a checkpoint's form is read, however many tensors it has", () => {
    const pickle = new PickleWriter();
    pickle.dictionary(
      Array.from({ length: 20_000 }, (_, index) => [
        `layer.${index}`,
        () => pickle.tensor({ type: 'FloatStorage', key: `${index}`, elements: 6 }, { shape: [2, 3] }),
      ]),
      true,
    );
    expect((unpickle(pickle.finish()) as Map<string, unknown>).size).toBe(20_000);
  });
});
