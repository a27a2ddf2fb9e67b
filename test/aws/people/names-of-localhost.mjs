// Names under localhost are of this machine, as RFC 6761 says; not every resolver knows. Loaded before the command line.
import dns from 'node:dns';

const { lookup } = dns;
dns.lookup = (name, ...more) => lookup(/\.localhost$/i.test(name) ? 'localhost' : name, ...more);
