/** Tests are ES modules in TypeScript, stripped by swc; engines and services are real. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/.tocsin/'],
  modulePathIgnorePatterns: ['/.tocsin/'],
  // Any package's tests may start engines; only this package depends on the packages, so it is not one of theirs.
  moduleNameMapper: { '^@tocsin/local/(engines|carrier|chat|push|secured)$': '<rootDir>/deploy/local/src/$1/index.ts' },
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } }],
  },
  transformIgnorePatterns: ['/node_modules/', '/proto/gen/'],
  globalSetup: '<rootDir>/test/harness/global-setup.mjs',
  globalTeardown: '<rootDir>/test/harness/global-teardown.mjs',
  testTimeout: 60_000,
};
