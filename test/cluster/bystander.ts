export const NODE = '/usr/local/bin/node';

/** A pod of the product's image that is no part of the release, and does nothing by itself. */
export function bystander(name: string, of: { namespace: string; image: string }): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: of.namespace, labels: labelsOf(name) },
    spec: {
      automountServiceAccountToken: false,
      securityContext: {
        ...{ runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001 },
        seccompProfile: { type: 'RuntimeDefault' },
      },
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          ...{ name, image: of.image, imagePullPolicy: 'Never' },
          command: [NODE, '-e', 'setInterval(() => {}, 1e9)'],
          securityContext: {
            ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  };
}

export function labelsOf(name: string): Record<string, string> {
  return { 'tocsin-test': name };
}
