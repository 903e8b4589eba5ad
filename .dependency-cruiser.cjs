/** The walls of the architecture: who may import whom. */
const services = '^services/([^/]+)/';
const external = ['node_modules', '^node:'];

/** A rule that lets a folder import only what is named; packages from the registry and Node's own modules are not walls. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '(/test/|\\.test\\.ts$)' },
  to: { pathNot: [...allowed, ...external], dependencyTypesNot: ['core'] },
});

module.exports = {
  forbidden: [
    only(
      'domain-is-pure',
      '^packages/domain/src',
      ['^packages/domain/src'],
      'The rules depend on nothing but themselves.',
    ),
    {
      name: 'domain-has-no-libraries',
      severity: 'error',
      from: { path: '^packages/domain/src' },
      to: { path: external },
    },
    only('platform-knows-no-business', '^packages/platform/src', ['^packages/platform/src', '^proto/']),
    only('kit-knows-no-channel', '^packages/notifier-kit/src', [
      '^packages/(notifier-kit|platform|domain)/src',
      '^proto/',
    ]),
    {
      name: 'services-never-import-each-other',
      severity: 'error',
      from: { path: services, pathNot: '(/test/|\\.test\\.ts$)' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'services-import-shared-packages-only',
      severity: 'error',
      from: { path: services, pathNot: '(/test/|\\.test\\.ts$)' },
      to: { path: ['^workflows/(src|worker)', '^deploy/', '^test/', '^packages/cli'] },
    },
    {
      name: 'only-notifiers-use-the-kit',
      severity: 'error',
      from: { path: '^services/', pathNot: '^services/notifier-' },
      to: { path: '^packages/notifier-kit' },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      from: { path: '^services/[^/]+/src/core/', pathNot: '\\.test\\.ts$' },
      to: { path: ['^packages/platform', '^proto/.*_pb\\.js$', 'mongodb', '@nats-io', '@temporalio', 'express'] },
    },
    {
      name: 'operations-are-data',
      comment: 'An operation knows what is asked and answered; how that travels is for http/ and operations/.',
      severity: 'error',
      from: { path: '^services/gateway/src/(api|audit)/' },
      to: { path: ['node_modules/(@types/)?express', '^services/gateway/src/http/(?!etag)'] },
    },
    only('workflow-code-is-small', '^workflows/src', ['^workflows/(src|contracts)', '^packages/domain/src']),
    {
      name: 'workflow-code-has-no-node-modules',
      severity: 'error',
      from: { path: '^workflows/src' },
      to: { dependencyTypes: ['core'] },
    },
    only('contracts-run-nothing', '^workflows/contracts', ['^workflows/contracts', '^packages/domain/src']),
    only('worker', '^workflows/worker', ['^workflows/', '^packages/(domain|platform)/src', '^proto/']),
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-deep-imports-across-packages',
      severity: 'error',
      from: { path: '^(packages|services)/([^/]+)/src' },
      to: {
        path: '^(packages|services)/[^/]+/src/',
        pathNot: ['^$1/$2/', '/src/index\\.ts$', '/src/[^/]+/index\\.ts$'],
      },
    },
  ],
  options: {
    // The compiler of TypeScript 7 has no API yet; swc tells type-only imports from others.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['proto/gen', '\\.tocsin'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
