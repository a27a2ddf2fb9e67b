// The internet between a function and a receiver of webhooks, for the process of the function: names of example.org
// have addresses, and what is public of them is reached. The function's own guard looks names up and judges their
// addresses as everywhere; behind it, the connection to the public address ends at the receiver on this machine.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/** An address of the public internet, never called: its traffic is led to the receiver. */
const PUBLIC = '11.22.33.44';
const ADDRESSES = { 'receiver.example.org': PUBLIC, 'inside.example.org': '127.0.0.1' };

const { lookup } = dns;
dns.lookup = (name, options, callback) => {
  const address = ADDRESSES[name];
  if (address === undefined) return lookup(name, options, callback);
  process.nextTick(() =>
    options.all ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4),
  );
};
syncBuiltinESMExports();

/** Leads what has been looked up as the public address to this machine. */
function routed(guarded) {
  return (name, options, callback) =>
    guarded(name, options, (error, found, family) => {
      if (error) return callback(error);
      const lead = (address) => (address === PUBLIC ? '127.0.0.1' : address);
      if (!Array.isArray(found)) return callback(null, lead(found), family);
      callback(
        null,
        found.map(({ address, family: one }) => ({ address: lead(address), family: one })),
      );
    });
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...words) {
  const options = Array.isArray(words[0]) ? words[0][0] : words[0];
  if (ADDRESSES[options?.host] !== undefined) options.lookup = routed(options.lookup ?? dns.lookup);
  return connect.apply(this, words);
};
