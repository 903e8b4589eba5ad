import { type LookupAddress, lookup as resolveName } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Ranges that no address on the public internet is in (IANA's special-purpose registries, RFC 6890 and later). */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Of IPv6 only this is given out for the internet, and of it not what stands for other addresses or for examples. */
const PUBLIC_V6 = ['2000::/3'];
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

export type Resolve = (
  name: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Thrown where somebody's address leads to where it must not. It does not say where that is. */
export class NotAllowed extends Error {
  constructor() {
    super('the address leads into a network that is not allowed');
    this.name = 'NotAllowed';
  }
}

/**
 * Keeps requests to addresses that people gave us out of our own networks. A name is looked up once, every address that it has is
 * checked, and what was checked is what is connected to: a name that changes its mind in between changes nothing.
 */
export interface Guard {
  /** Throws NotAllowed for a host that is a forbidden address itself. */
  check(url: URL): void;
  /** For the connection: fails with NotAllowed where any address of the name is forbidden. */
  lookup(url: URL): LookupFunction;
}

/** `networks`: what the operator allows although it is private; plain http is for these alone. */
export function createGuard(networks: readonly string[], resolve: Resolve = resolveName): Guard {
  const named = blockList(networks);
  const notPublic = { 4: blockList(NOT_PUBLIC_V4), 6: blockList(NOT_PUBLIC_V6) };
  const publicV6 = blockList(PUBLIC_V6);

  function mayConnect(address: string, protocol: string): boolean {
    const family = isIP(address);
    if (family !== 4 && family !== 6) return false;
    const type = family === 4 ? 'ipv4' : 'ipv6';
    if (named.check(address, type)) return true;
    if (protocol !== 'https:' || notPublic[family].check(address, type)) return false;
    return family === 4 || publicV6.check(address, type);
  }

  return {
    check({ hostname, protocol }) {
      const literal = hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) !== 0 && !mayConnect(literal, protocol)) throw new NotAllowed();
    },
    lookup:
      ({ protocol }) =>
      (name, options, callback) => {
        resolve(name, { ...options, all: true }, (error, addresses) => {
          if (error) return callback(error, []);
          const [first] = addresses;
          if (!first || !addresses.every(({ address }) => mayConnect(address, protocol)))
            return callback(new NotAllowed(), []);
          if (options.all) callback(null, addresses);
          else callback(null, first.address, first.family);
        });
      },
  };
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
