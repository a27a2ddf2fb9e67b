import { expect, it } from 'vitest';
import { protocolOption } from './protocol-option.ts';

it('reads a protocol by its name, and one of the program’s own', () => {
  expect(protocolOption('one-field')).toBe('one-field');
  expect(protocolOption('two-field')).toBe('two-field');
  expect(protocolOption('three=macula, disc,other')).toEqual({
    name: 'three',
    fields: ['macula', 'disc', 'other'],
  });
});

it.each([
  ['three-field', /^captureProtocol: expected one-field, two-field, or NAME=macula,disc|^captureProtocol:/],
  ['x=disc', /^captureProtocol\.fields: macula is missing/],
  ['x=macula,macula', /^captureProtocol\.fields: a field is there twice/],
  ['=macula', /^captureProtocol\.name: /],
  ['x=macula,retina', /^captureProtocol\.fields\.1: /],
])('says what is wrong with %s', (value, message) => {
  expect(() => protocolOption(value)).toThrow(message);
});
