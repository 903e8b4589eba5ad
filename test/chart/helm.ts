import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);
export const CHART: string = fileURLToPath(new URL('../../charts/tocsin/', import.meta.url));

/** What a cluster has besides Kubernetes, so that all that is gated on it is rendered. */
const API_VERSIONS = ['gateway.networking.k8s.io/v1', 'monitoring.coreos.com/v1', 'keda.sh/v1alpha1'];

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: objects of many kinds, whose shapes kubeconform checks
  [field: string]: any;
}

export interface RenderOptions {
  /** `charts/tocsin` where absent. */
  chart?: string;
  /** A name in `ci/`, without `-values.yaml`. */
  ci?: string;
  /** Files of values besides, the later over the earlier. */
  files?: string[];
  /** `--set` of JSON values, by path. */
  set?: Record<string, unknown>;
  release?: string;
  apiVersions?: string[];
}

export interface Helm {
  readonly path: string;
  /** Rejects with what Helm says. The same is rendered once. */
  render(options: RenderOptions): Promise<KubernetesObject[]>;
  /** As `render` got it. */
  text(options: RenderOptions): Promise<string>;
  /** What Helm says instead of rendering. */
  refusal(options: RenderOptions): Promise<string>;
  lint(ci: string): Promise<string>;
}

export function createHelm(path: string): Helm {
  const rendered = new Map<string, Promise<string>>();
  const values = ({ ci, files = [], set = {} }: RenderOptions) => [
    ...(ci ? ['-f', `${CHART}ci/${ci}-values.yaml`] : []),
    ...files.flatMap((file) => ['-f', file]),
    ...Object.entries(set).flatMap(([at, value]) => ['--set-json', `${at}=${JSON.stringify(value)}`]),
  ];

  async function template(options: RenderOptions): Promise<string> {
    const { chart = CHART, release = 'tocsin', apiVersions = API_VERSIONS } = options;
    const args = ['template', release, chart, '--namespace', 'paging', '--kube-version', '1.34.0'];
    for (const one of apiVersions) args.push('--api-versions', one);
    const { stdout } = await run(path, [...args, ...values(options)], { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  }

  const text = (options: RenderOptions) => {
    const key = JSON.stringify(options);
    const known = rendered.get(key) ?? template(options);
    rendered.set(key, known);
    return known;
  };

  return {
    path,
    text,
    async render(options) {
      const documents = parseAllDocuments(await text(options));
      for (const { errors } of documents) if (errors.length > 0) throw errors[0];
      return documents.map((one) => one.toJS() as KubernetesObject | null).filter((one) => one !== null);
    },
    refusal: (options) =>
      template(options).then(
        () => 'it was rendered',
        (error: { stderr?: string }) => error.stderr ?? String(error),
      ),
    async lint(ci) {
      const args = ['lint', CHART, '--strict', ...values({ ci })];
      const { stdout, stderr } = await run(path, args);
      return stdout + stderr;
    },
  };
}

interface PodTemplate {
  name: string;
  object: KubernetesObject;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  spec: any;
  labels: Record<string, string>;
}

/** Every pod that would run, and what makes it. */
export function podsOf(objects: readonly KubernetesObject[]): PodTemplate[] {
  return objects.flatMap((object) => {
    const { kind, metadata } = object;
    if (kind === 'Pod') return [{ name: metadata.name, object, spec: object.spec, labels: metadata.labels ?? {} }];
    const template = object.spec?.template;
    if (!['Deployment', 'Job'].includes(kind)) return [];
    return [{ name: metadata.name, object, spec: template.spec, labels: template.metadata.labels }];
  });
}

export const component = (object: KubernetesObject): string =>
  object.metadata.labels?.['app.kubernetes.io/component'] ?? '';
