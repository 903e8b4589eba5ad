/**
 * Who may import whom. A workspace package is met by its path, since its modules are resolved to their files.
 * Deep imports across packages need no rule here: each package's `exports` refuses them.
 */
const anyOfOurs = '^(proto|packages|services|workflows|deploy|test)/';
const ours = (...allowed) => ({ path: anyOfOurs, pathNot: allowed });
const inputAndOutput = ['^node:(fs|net|http|https|http2|dns|dgram|tls|child_process|worker_threads|cluster)'];

const forbidden = [
  { name: 'no-circular', comment: 'Modules that need each other are one concept.', from: {}, to: { circular: true } },
  {
    name: 'not-to-unresolvable',
    comment: 'An import that leads nowhere.',
    from: {},
    to: { couldNotResolve: true, pathNot: '^node:' },
  },
  {
    name: 'domain-is-pure',
    comment: 'The rules know neither clocks nor input and output: nothing but themselves.',
    from: { path: '^packages/domain/src' },
    to: { pathNot: '^packages/domain/src' },
  },
  {
    name: 'cores-are-pure',
    comment: 'What a service keeps in core/ can be tested without anything running.',
    from: { path: '^services/[^/]+/src/core/', pathNot: '\\.test\\.ts$' },
    to: ours('^services/[^/]+/src/(core|sources)/', '^packages/domain/', '^proto/gen/'),
  },
  {
    name: 'cores-without-input-or-output',
    from: { path: ['^services/[^/]+/src/core/', '^packages/domain/src'], pathNot: '\\.test\\.ts$' },
    to: {
      path: [
        ...inputAndOutput,
        '^(fs|net|http|https|child_process)$',
        'node_modules/(mongodb|express|twilio|@nats-io|@temporalio)/',
      ],
    },
  },
  { name: 'proto-says-only-the-wire', from: { path: '^proto/' }, to: ours('^proto/') },
  {
    name: 'platform-has-no-business-word',
    from: { path: '^packages/platform/' },
    to: ours('^packages/platform/', '^proto/', '^deploy/local/src/engines/'),
  },
  {
    name: 'notifier-kit-knows-no-channel',
    from: { path: '^packages/notifier-kit/' },
    to: ours('^packages/(notifier-kit|platform|domain)/', '^proto/', '^deploy/local/src/(engines|carrier)/'),
  },
  {
    name: 'cli-asks-like-anybody',
    from: { path: '^packages/cli/', pathNot: '\\.test\\.ts$' },
    to: ours('^packages/(cli|platform)/', '^proto/'),
  },
  {
    name: 'services-never-import-each-other',
    from: { path: '^services/([^/]+)/', pathNot: '^services/notifier-' },
    to: ours(
      '^services/$1/',
      '^packages/(domain|platform)/',
      '^proto/',
      '^workflows/contracts/',
      '^deploy/local/src/(engines|carrier)/',
    ),
  },
  {
    name: 'notifiers-share-only-the-kit',
    from: { path: '^services/(notifier-[^/]+)/' },
    to: ours(
      '^services/$1/',
      '^packages/(domain|platform|notifier-kit)/',
      '^proto/',
      '^deploy/local/src/(engines|carrier)/',
    ),
  },
  {
    name: 'services-know-only-the-workflows-contracts',
    from: { path: '^(services|packages)/' },
    to: { path: '^workflows/', pathNot: '^workflows/contracts/' },
  },
  {
    name: 'contracts-carry-no-code',
    from: { path: '^workflows/contracts/', pathNot: '\\.test\\.ts$' },
    to: ours('^workflows/contracts/', '^packages/domain/', '^proto/'),
  },
  {
    name: 'workflow-code-is-deterministic',
    comment: 'Workflow code runs again on replay: rules, contracts and the SDK, nothing else.',
    from: { path: '^workflows/src/', pathNot: '\\.test\\.ts$' },
    to: {
      path: '.',
      pathNot: ['^workflows/(src|contracts)/', '^packages/domain/', 'node_modules/@temporalio/(workflow|common)/'],
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'worker-imports',
    from: { path: '^workflows/worker/', pathNot: '\\.test\\.ts$' },
    to: ours('^workflows/', '^packages/(domain|platform)/', '^proto/'),
  },
  {
    name: 'engines-and-carrier-stand-alone',
    comment: 'Any test may use them, so they may not lead back to what is tested.',
    from: { path: '^deploy/local/src/(engines|carrier)/' },
    to: ours('^deploy/local/src/(engines|carrier)/'),
  },
  {
    name: 'product-code-without-tests',
    from: { path: '^(packages|services|workflows)/', pathNot: '(\\.test\\.ts$|/test/|^workflows/test)' },
    to: { path: '^(test|deploy)/' },
  },
];

export default {
  forbidden: forbidden.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)\\.tocsin/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
