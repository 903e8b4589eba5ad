/** Tests are ES modules in TypeScript, stripped by swc; engines and services are real. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/.tocsin/'],
  modulePathIgnorePatterns: ['/.tocsin/'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } }],
  },
  transformIgnorePatterns: ['/node_modules/', '/proto/gen/'],
  testTimeout: 30_000,
};
