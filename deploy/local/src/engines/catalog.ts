/** What an engine is called, which versions will do, and where a pinned one comes from. */
export interface EngineKind {
  readonly name: 'nats-server' | 'mongod' | 'temporal';
  /** The environment variable with the address of one that runs already. */
  readonly addressVariable: string;
  readonly atLeast: readonly [major: number, minor: number];
  /** Requirement files in `deploy/local/engines`, in the order to try; the first whose binary runs here is taken. */
  readonly requirements: readonly string[];
  /** The binary's path inside the installed package. */
  readonly binary: string;
}

export const natsServer: EngineKind = {
  name: 'nats-server',
  addressVariable: 'NATS_URL',
  atLeast: [2, 12],
  requirements: ['nats-server.txt'],
  binary: 'bin/nats-server',
};

export const mongod: EngineKind = {
  name: 'mongod',
  addressVariable: 'MONGODB_URL',
  atLeast: [6, 0],
  requirements: process.platform === 'darwin' ? ['mongod-macos.txt'] : ['mongod.txt', 'mongod-openssl1.1.txt'],
  binary: 'fiftyone/db/bin/mongod',
};

export const temporal: EngineKind = {
  name: 'temporal',
  addressVariable: 'TEMPORAL_ADDRESS',
  atLeast: [1, 7],
  requirements: ['temporal.txt'],
  binary: 'bin/temporal',
};

export const engineKinds: readonly EngineKind[] = [natsServer, mongod, temporal];
