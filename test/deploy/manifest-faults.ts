/** What a Kubernetes API server would refuse in a manifest, and what it would silently leave out. */
import { validate as deployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment';
import { validate as autoscaler } from 'kubernetes-models/_schemas/IoK8sApiAutoscalingV2HorizontalPodAutoscaler';
import { validate as secret } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Secret';
import { validate as service } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service';
import { validate as serviceAccount } from 'kubernetes-models/_schemas/IoK8sApiCoreV1ServiceAccount';
import { validate as networkPolicy } from 'kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy';
import { validate as disruptionBudget } from 'kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget';

type Validate = ((manifest: unknown) => boolean) & {
  errors?: readonly { instancePath: string; keyword: string; params: object }[] | null;
};

const kinds = new Map<string, Validate>([
  ['apps/v1 Deployment', deployment],
  ['autoscaling/v2 HorizontalPodAutoscaler', autoscaler],
  ['networking.k8s.io/v1 NetworkPolicy', networkPolicy],
  ['policy/v1 PodDisruptionBudget', disruptionBudget],
  ['v1 Secret', secret],
  ['v1 Service', service],
  ['v1 ServiceAccount', serviceAccount],
]);

export function manifestFaults(manifest: unknown): string[] {
  const { apiVersion, kind } = manifest as { apiVersion?: string; kind?: string };
  const validate = kinds.get(`${apiVersion} ${kind}`);
  if (!validate) return [`expected a kind that is known here, got ${apiVersion} ${kind}`];
  const unread = new Set<string>();
  if (validate(watched(manifest, '', unread)))
    return [...unread]
      .filter((path) => !unread.has(path.slice(0, path.lastIndexOf('/'))))
      .map((path) => `${path}: no such field`);
  return (validate.errors ?? []).map(
    ({ instancePath, keyword, params }) => `${instancePath}: ${keyword} ${JSON.stringify(params)}`,
  );
}

/** The schemas let unknown fields pass, as long as they never look at them: so what was not looked at is unknown. */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
  for (const [key, child] of Object.entries(value)) {
    unread.add(`${path}/${key}`);
    Object.assign(copy, { [key]: watched(child, `${path}/${key}`, unread) });
  }
  return new Proxy(copy, {
    get(target, key) {
      unread.delete(`${path}/${String(key)}`);
      return Reflect.get(target, key) as unknown;
    },
  });
}
