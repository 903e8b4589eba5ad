// Makes what the chart's tests are made with, so that they find it: node test/chart/get-tools.ts
import { type GoTool, goTool, KUBERNETES, kubernetesSchemas } from './tools.ts';

for (const name of ['helm4', 'helm3', 'kubeconform', 'promtool'] satisfies GoTool[]) await goTool(name);
for (const version of KUBERNETES) await kubernetesSchemas(version);
